import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { BerthError, systemErrorCode } from "../errors.ts";
import { readMarker } from "../marker.ts";
import { printable } from "../printable.ts";
import type { Env } from "../variables.ts";
import { NOT_THERE } from "./read.ts";
import type { Sources } from "./sources.ts";

interface Where {
  readonly env: Env;
  readonly cwd: string;
  readonly home: string | undefined;
}

const kindOf = (path: string): "file" | "other" | "nothing" => {
  try {
    return statSync(path).isFile() ? "file" : "other";
  } catch (error) {
    return NOT_THERE.includes(systemErrorCode(error)) ? "nothing" : "other";
  }
};

const firstFile = (paths: readonly (string | undefined)[]): string | undefined =>
  paths.find((path) => path !== undefined && kindOf(path) === "file");

// kaniko and terraform take the path of the file, too (RULE 1).
const baseAt = (path: string): { directory: string; file: string } =>
  basename(path) === "config.json" || kindOf(path) === "file"
    ? { directory: dirname(path), file: path }
    : { directory: path, file: join(path, "config.json") };

const requireThere = (path: string): void => {
  if (kindOf(path) !== "nothing") return;
  throw new BerthError(
    "BERTH_BAD_CONFIG",
    `--docker-config: ${printable(path)} is not there`,
    "name the directory of the runner's config.json, or pass --no-inherit to start from nothing",
  );
};

/**
 * Finds the files that the job's config is derived from: the base (design, decision 6), and the files of
 * containers/image and of helm, by their variables or at their default places, because berth's variables hide these.
 * A place in a berth stands for what that berth was made from. All paths are absolute.
 * Throws BERTH_BAD_CONFIG where `dockerConfig`, the one asked for, is not there.
 */
export const locateSources = async (
  dockerConfig: string | undefined,
  { env, cwd, home }: Where,
): Promise<Sources> => {
  const at = (directory: string | undefined, ...names: string[]) =>
    directory === undefined ? undefined : resolve(cwd, directory, ...names);
  const configHome = env["XDG_CONFIG_HOME"] ?? at(home, ".config");

  if (dockerConfig) requireThere(resolve(cwd, dockerConfig));
  const dockerPath =
    at(dockerConfig ?? env["WERF_DOCKER_CONFIG"] ?? env["DOCKER_CONFIG"]) ?? at(home, ".docker");
  const found = dockerPath === undefined ? undefined : baseAt(dockerPath);
  const fromBase = found && (await readMarker(found.directory));
  const base = fromBase ? fromBase.sources.base : found;

  const fileOf = async (
    which: "containers" | "helm",
    named: string | undefined,
    places: readonly (string | undefined)[],
  ) => {
    if (named === undefined) return firstFile(places);
    const marker = await readMarker(dirname(named));
    return marker ? marker.sources[which] : named;
  };
  const containers = await fileOf("containers", at(env["REGISTRY_AUTH_FILE"]), [
    at(env["XDG_RUNTIME_DIR"], "containers/auth.json"),
    at(configHome, "containers/auth.json"),
  ]);
  const helm = await fileOf("helm", at(env["HELM_REGISTRY_CONFIG"]), [
    at(env["HELM_CONFIG_HOME"], "registry/config.json"),
    at(configHome, "helm/registry/config.json"),
  ]);
  return { ...(base && { base }), ...(containers && { containers }), ...(helm && { helm }) };
};
