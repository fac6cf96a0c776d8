import { join, resolve } from "node:path";
import { type CiName, chooseSystem } from "../ci/index.ts";
import type { CiSystem, LoginOptions } from "../ci/system.ts";
import { findHelpers } from "../docker-config/helpers-on-path.ts";
import { isOfDockerHub } from "../docker-config/keys.ts";
import { type DockerConfig, emptyConfig } from "../docker-config/model.ts";
import { parseConfig } from "../docker-config/parse.ts";
import { loadEnv } from "../env-file.ts";
import { BerthError } from "../errors.ts";
import { placesIn } from "../exports.ts";
import { stat } from "../files.ts";
import { homeOf } from "../home.ts";
import { findRoot, jobDirectory } from "../job-directory.ts";
import type { Machine } from "../machine.ts";
import { readMarker } from "../marker.ts";
import { findStale } from "../remove.ts";
import { readSmallFile, Unreadable } from "../small-file.ts";
import { type Env, seal } from "../variables.ts";
import type { Place } from "./place.ts";
import type { ConfigFile, Sight } from "./sight.ts";

export interface LookOptions {
  readonly system?: CiName | undefined;
  readonly envFile?: string | undefined;
  readonly tmpDir?: string | undefined;
  readonly login?: LoginOptions;
}

const NOT_THERE = { isThere: false, mode: 0, config: emptyConfig, badAuths: [] };

const understood = (text: string, path: string, mode: number): ConfigFile => {
  const parsed = parseConfig(text, path);
  const there = { path, mode, isThere: true };
  return "problem" in parsed
    ? { ...there, config: emptyConfig, badAuths: [], problem: parsed.problem }
    : { ...there, ...parsed };
};

const readFile = async (path: string): Promise<ConfigFile> => {
  try {
    const text = await readSmallFile(path);
    if (text === undefined) return { ...NOT_THERE, path };
    return understood(text, path, (await stat(path)).mode & 0o777);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ...NOT_THERE, path, isThere: true, problem: error.message };
  }
};

const readVariable = async (value: string | undefined, cwd: string) => {
  if (value === undefined) return undefined;
  const name = "DOCKER_AUTH_CONFIG";
  if (/^[\s\uFEFF]*[[{"]/.test(value)) return understood(value, name, 0);
  // Docker itself takes no path: that is GitLab's runner.
  const { config, isThere } = await readFile(resolve(cwd, value.trim()));
  const problem = isThere
    ? "is the path of a file, which only GitLab's runner understands"
    : "is no JSON";
  return { ...NOT_THERE, path: name, isThere: true, problem, config };
};

const withoutVariable = (env: Env, name: string): Env =>
  Object.fromEntries(Object.entries(env).filter(([it]) => it !== name));

const detectedBy = (system: CiSystem, env: Env): readonly string[] =>
  system.detect(env)
    ? system.variables
        .map(({ name }) => name)
        .filter((name) => env[name] !== undefined && !system.detect(withoutVariable(env, name)))
    : [];

type Who = Pick<Sight, "system" | "job" | "noJob" | "detectedBy">;

const whoIs = (options: LookOptions, env: Env): Who => {
  try {
    const system = chooseSystem(options.system, env);
    return { system, job: system.job(env), detectedBy: detectedBy(system, env) };
  } catch (error) {
    if (error instanceof BerthError) return { noJob: error.message, detectedBy: [] };
    throw error;
  }
};

interface Homes {
  readonly env: Env;
  readonly cwd: string;
  readonly uid: number | undefined;
  readonly home: string;
}

const authFiles = ({ env, cwd, uid, home }: Homes, docker: string) => {
  const named = env["REGISTRY_AUTH_FILE"];
  if (named !== undefined) return { podman: [resolve(cwd, named)], skopeo: [resolve(cwd, named)] };
  const runtime = env["XDG_RUNTIME_DIR"];
  const defaults = [
    runtime ? join(runtime, "containers/auth.json") : `/run/containers/${uid ?? 0}/auth.json`,
    join(env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "containers/auth.json"),
    docker,
  ];
  // containers/common: DOCKER_CONFIG alone is the one file of podman's, and not of skopeo's.
  return { podman: env["DOCKER_CONFIG"] ? [docker] : defaults, skopeo: defaults };
};

const helmFile = ({ env, cwd, home }: Homes): string => {
  const named = env["HELM_REGISTRY_CONFIG"];
  if (named !== undefined) return resolve(cwd, named);
  const folder =
    env["HELM_CONFIG_HOME"] ?? join(env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "helm");
  return join(folder, "registry/config.json");
};

const readEvent = async (path: string | undefined): Promise<unknown> => {
  try {
    return path === undefined ? undefined : JSON.parse((await readSmallFile(path)) ?? "null");
  } catch {
    return undefined;
  }
};

const buildxFiles = async (places: readonly Place[], folder: string) => {
  const keys = places.flatMap(({ host, repository }) =>
    repository === undefined ? [host] : [`${host}/${repository}`, host],
  );
  const found = await Promise.all(
    [...new Set(keys)].map(async (key) => {
      const path = isOfDockerHub(key) ? key.replace(/^docker\.io/, "registry-1.docker.io") : key;
      return [key, await readFile(join(folder, "config", path, "config.json"))] as const;
    }),
  );
  return new Map(found.filter(([, { isThere }]) => isThere));
};

const findBerthHere = async (
  { system, job }: Pick<Sight, "system" | "job">,
  root: ReturnType<typeof findRoot>,
  env: Env,
): Promise<Sight["berth"]> => {
  const own = system && job && jobDirectory(root, system, job);
  for (const path of [...placesIn(env), ...(own ? [own.path] : [])]) {
    const marker = await readMarker(path);
    if (marker && (own === undefined || marker.job === own.job)) return { path, marker };
  }
  return undefined;
};

/** Looks at what the clients of this process would meet. Reads only. Throws BERTH_BAD_ENV_FILE and BERTH_BAD_VALUE. */
export const look = async (
  options: LookOptions,
  places: readonly Place[],
  machine: Machine,
): Promise<Sight> => {
  const env = await loadEnv(options.envFile, machine);
  const { cwd, uid, now } = machine;
  const who = whoIs(options, env);
  const root = findRoot(who.system, options.tmpDir, env, machine);
  const home = homeOf(env, machine) ?? "/";
  const homes = { env, cwd, uid, home };
  const folder = resolve(cwd, env["DOCKER_CONFIG"] ?? join(home, ".docker"));
  const paths = authFiles(homes, join(folder, "config.json"));
  const readAll = (all: readonly string[]) => Promise.all(all.map(readFile));

  const docker = await readFile(join(folder, "config.json"));
  const shared =
    join(home, ".docker") === folder
      ? undefined
      : await readFile(join(home, ".docker/config.json"));
  const [podman, skopeo, [helm = docker]] = await Promise.all([
    readAll(paths.podman),
    readAll(paths.skopeo),
    readAll([helmFile(homes)]),
  ]);
  const dockerAuthConfig = await readVariable(env["DOCKER_AUTH_CONFIG"], cwd);
  const configs: readonly DockerConfig[] = [docker, helm, ...podman, ...skopeo].map(
    ({ config }) => config,
  );
  const berth = await findBerthHere(who, root, env);
  const event = await readEvent(who.system?.eventVariable && env[who.system.eventVariable]);
  const secretNames = (who.system?.variables ?? []).filter(({ secret }) => secret);
  const login = options.login ?? { gitlabCredentials: "job" };
  const variables = seal(env, [
    ...["DOCKER_AUTH_CONFIG", login.tokenEnv ?? ""],
    ...secretNames.map(({ name }) => name),
  ]);
  const access = who.system?.access(variables, login);
  return {
    ...who,
    variables,
    ...(access && { access }),
    ...(berth && { berth }),
    ...(event !== undefined && { event }),
    ...(dockerAuthConfig && { dockerAuthConfig }),
    ...{ docker, podman, skopeo, helm },
    ...(shared?.isThere && { shared }),
    buildx: await buildxFiles(places, env["BUILDX_CONFIG"] ?? join(folder, "buildx")),
    helpersOnPath: await findHelpers(configs, env),
    forgotten: await findStale(root.root, uid, now),
    now,
  };
};
