import { join, relative } from "node:path";
import { systemErrorCode } from "../errors.ts";
import { checkReadable, readdir, stat } from "../files.ts";
import { type Notice, warning } from "../notice.ts";
import { printable } from "../printable.ts";
import { sha256 } from "../sha256.ts";
import { NOT_THERE } from "../small-file.ts";
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
  readonly notices: readonly Notice[];
}

export const noCompanions: Companions = { copies: [], notices: [] };

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
  ...(env["DOCKER_CERT_PATH"] ? [] : TLS),
];

/** Docker's and buildx' own folders are no deeper, and a link that leads back ends here. */
const MAX_DEPTH = 6;

interface Found {
  readonly files: readonly string[];
  readonly notices: readonly Notice[];
}

const unreadable = (path: string, error: unknown): Found => {
  const code = systemErrorCode(error);
  if (NOT_THERE.includes(code)) return { files: [], notices: [] };
  const text = `left out: ${printable(path)} cannot be read (${code})`;
  return { files: [], notices: [warning(text, "make it readable for the job's user")] };
};

/** The readable regular files at or below a path, through links; no sockets. */
const filesBelow = async (path: string, depth: number): Promise<Found> => {
  try {
    const found = await stat(path);
    if (found.isFile()) {
      await checkReadable(path);
      return { files: [path], notices: [] };
    }
    if (!found.isDirectory() || depth === 0) return { files: [], notices: [] };
    const names = await readdir(path);
    const below = await Promise.all(names.map((name) => filesBelow(join(path, name), depth - 1)));
    return {
      files: below.flatMap(({ files }) => files),
      notices: below.flatMap(({ notices }) => notices),
    };
  } catch (error) {
    return unreadable(path, error);
  }
};

/** Looks for what has to come along. Reads only. */
export const findCompanions = async (base: string, env: Env): Promise<Companions> => {
  const found = await Promise.all(
    wanted(env).map((path) => filesBelow(join(base, path), MAX_DEPTH)),
  );
  const plugins = join(base, "cli-plugins");
  const hasPlugins = (await stat(plugins).catch(() => undefined))?.isDirectory() ?? false;
  return {
    copies: found.flatMap(({ files }) => files.map((from) => ({ from, to: relative(base, from) }))),
    notices: found.flatMap(({ notices }) => notices),
    ...(hasPlugins && { pluginsDir: plugins }),
  };
};

/** Where Docker keeps a context, in its directory (docker/cli `cli/context/store`). */
export const contextFile = (name: string): string =>
  join("contexts", "meta", sha256(name), "meta.json");
