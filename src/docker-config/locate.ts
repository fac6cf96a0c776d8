import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { BerthError, systemErrorCode } from "../errors.ts";
import { stat } from "../files.ts";
import { readMarker } from "../marker.ts";
import { printable } from "../printable.ts";
import { NOT_THERE } from "../small-file.ts";
import type { Env } from "../variables.ts";
import { noSources, type Sources } from "./sources.ts";

interface Where {
  readonly env: Env;
  readonly cwd: string;
  readonly home: string | undefined;
  readonly uid: number | undefined;
  /** The job's own directory: a variable that points there may be left over from a berth that has been removed. */
  readonly own: string;
}

export interface Located {
  readonly sources: Sources;
  /** Which of them the job's own variables name. */
  readonly asked: Readonly<Record<"containers" | "helm", boolean>>;
}

export const nowhere: Located = {
  sources: noSources,
  asked: { containers: false, helm: false },
};

// For Node's permission model, what is not granted is not there.
const ABSENT = [...NOT_THERE, "ERR_ACCESS_DENIED"];

const kindOf = (path: string): Promise<"file" | "other" | "nothing"> =>
  stat(path).then(
    (found) => (found.isFile() ? "file" : "other"),
    (error: unknown) => (ABSENT.includes(systemErrorCode(error)) ? "nothing" : "other"),
  );

const isWithin = (directory: string, path: string): boolean => {
  const way = relative(directory, path);
  return way === "" || !(way.startsWith("..") || isAbsolute(way));
};

/** The berth of the job, or of a command in it, that a path leads into. */
const berthAround = (path: string, own: string): string | undefined => {
  if (isWithin(own, path)) return own;
  const [first = ""] = relative(dirname(own), path).split(sep);
  return first.startsWith(`${basename(own)}.`) ? join(dirname(own), first) : undefined;
};

// kaniko and terraform take the path of the file, too (RULE 1).
const baseAt = async (path: string): Promise<NonNullable<Sources["base"]>> =>
  basename(path) === "config.json" || (await kindOf(path)) === "file"
    ? { directory: dirname(path), file: path }
    : { directory: path, file: join(path, "config.json") };

const requireThere = async (path: string): Promise<void> => {
  if ((await kindOf(path)) !== "nothing") return;
  throw new BerthError(
    "BERTH_BAD_CONFIG",
    `--docker-config: ${printable(path)} is not there`,
    "name the directory of the runner's config.json, or pass --no-inherit to start from nothing",
  );
};

const filesAmong = async (paths: readonly (string | undefined)[]): Promise<readonly string[]> => {
  const there = paths.filter((path) => path !== undefined);
  const kinds = await Promise.all(there.map(kindOf));
  return there.filter((_, index) => kinds[index] === "file");
};

/**
 * Finds the files that the job's config is derived from: the base, and the files of
 * containers/image and of helm, by their variables or at their default places, because berth's variables hide these.
 * A place in a berth stands for what that berth was made from. All paths are absolute.
 * Throws BERTH_BAD_CONFIG where `dockerConfig`, the one asked for, is not there.
 */
export const locateSources = async (
  dockerConfig: string | undefined,
  { env, cwd, home, uid, own }: Where,
): Promise<Located> => {
  const at = (directory: string | undefined, ...names: string[]) =>
    directory === undefined ? undefined : resolve(cwd, directory, ...names);
  /** What a variable names, unless it is a berth that is no more. */
  const named = async (variable: string) => {
    const path = at(env[variable]);
    const berth = path && berthAround(path, own);
    return !berth || (await readMarker(berth)) ? path : undefined;
  };
  const configHome = env["XDG_CONFIG_HOME"] ?? at(home, ".config");

  if (dockerConfig !== undefined) await requireThere(resolve(cwd, dockerConfig));
  const dockerPath =
    at(dockerConfig) ??
    (await named("WERF_DOCKER_CONFIG")) ??
    (await named("DOCKER_CONFIG")) ??
    at(home, ".docker");
  const found = dockerPath === undefined ? undefined : await baseAt(dockerPath);
  const fromBase = found && (await readMarker(found.directory));
  const base = fromBase ? fromBase.sources.base : found;

  const authFile = await named("REGISTRY_AUTH_FILE");
  const ofAuthFile = authFile === undefined ? undefined : await readMarker(dirname(authFile));
  // https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
  const runtime =
    env["XDG_RUNTIME_DIR"] ?? (uid === undefined ? undefined : `/run/containers/${uid}`);
  const containers = authFile
    ? (ofAuthFile?.sources.containers ?? [authFile])
    : await filesAmong([
        at(runtime, env["XDG_RUNTIME_DIR"] ? "containers/auth.json" : "auth.json"),
        at(configHome, "containers/auth.json"),
      ]);

  const helmFile = await named("HELM_REGISTRY_CONFIG");
  const ofHelmFile = helmFile === undefined ? undefined : await readMarker(dirname(helmFile));
  const [helmDefault] = await filesAmong([
    at(env["HELM_CONFIG_HOME"], "registry/config.json"),
    at(configHome, "helm/registry/config.json"),
  ]);
  const helm = ofHelmFile ? ofHelmFile.sources.helm : (helmFile ?? helmDefault);
  return {
    sources: { ...(base && { base }), containers, ...(helm && { helm }) },
    asked: {
      containers: authFile !== undefined && !ofAuthFile,
      helm: helmFile !== undefined && !ofHelmFile,
    },
  };
};
