import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Env } from "../variables.ts";

/** A file of the base to copy into the job's directory: its absolute path, and its path in the directory. */
export interface Copy {
  readonly from: string;
  readonly to: string;
}

/** What lies beside a base's config.json and would vanish when DOCKER_CONFIG moves. */
export interface Companions {
  readonly copies: readonly Copy[];
  readonly pluginsDir?: string;
}

// buildx: builders and the choice among them; not its history (refs), its scoped credentials (config), its lock (RULE 15).
const BUILDX = [
  "buildx/instances",
  "buildx/defaults",
  "buildx/activity",
  "buildx/certs",
  "buildx/current",
  "buildx/buildkitd.default.toml",
  "buildx/.buildNodeID",
];

const TLS = ["ca.pem", "cert.pem", "key.pem"];

// RULES 13 and 15: what Docker looks for in its directory, given these variables.
const wanted = (env: Env): readonly string[] => [
  "contexts",
  ...(env["BUILDX_CONFIG"] ? [] : BUILDX),
  ...((env["DOCKER_TLS"] || env["DOCKER_TLS_VERIFY"]) && !env["DOCKER_CERT_PATH"] ? TLS : []),
];

type Look = (path: string) => Promise<Stats>;

/** The regular files at or below a path: no links (but `path` may be one), no sockets; nothing where it cannot be listed. */
const filesBelow = async (path: string, look: Look): Promise<readonly string[]> => {
  const found = await look(path).catch(() => undefined);
  if (found?.isFile()) return [path];
  if (!found?.isDirectory()) return [];
  const names = await readdir(path).catch(() => []);
  return (await Promise.all(names.map((name) => filesBelow(join(path, name), lstat)))).flat();
};

/** Looks for what has to come along. Reads only. */
export const findCompanions = async (base: string, env: Env): Promise<Companions> => {
  const files = await Promise.all(wanted(env).map((path) => filesBelow(join(base, path), stat)));
  const plugins = join(base, "cli-plugins");
  const hasPlugins = (await stat(plugins).catch(() => undefined))?.isDirectory() ?? false;
  return {
    copies: files.flat().map((from) => ({ from, to: relative(base, from) })),
    ...(hasPlugins && { pluginsDir: plugins }),
  };
};

/** Where Docker keeps a context, in its directory (docker/cli `cli/context/store`). */
export const contextFile = (name: string): string =>
  join("contexts", "meta", createHash("sha256").update(name).digest("hex"), "meta.json");
