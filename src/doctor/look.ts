import { type CiName, chooseSystem } from "../ci/index.ts";
import type { CiSystem, LoginOptions } from "../ci/system.ts";
import { findHelpers, isOnPath } from "../docker-config/helpers-on-path.ts";
import { loadEnv } from "../env-file.ts";
import { BerthError } from "../errors.ts";
import { placesIn } from "../exports.ts";
import { homeOf } from "../home.ts";
import { findRoot, jobDirectory } from "../job-directory.ts";
import type { Machine } from "../machine.ts";
import { readMarker } from "../marker.ts";
import { findStale } from "../remove.ts";
import { readSmallFile } from "../small-file.ts";
import { type Env, seal } from "../variables.ts";
import { readClientFiles } from "./client-files.ts";
import { readVariable } from "./config-file.ts";
import type { Place } from "./place.ts";
import { allFilesOf, type Sight } from "./sight.ts";

export interface LookOptions {
  readonly system?: CiName | undefined;
  readonly envFile?: string | undefined;
  readonly tmpDir?: string | undefined;
  readonly login?: LoginOptions;
}

const withoutVariable = (env: Env, name: string): Env =>
  Object.fromEntries(Object.entries(env).filter(([it]) => it !== name));

const detectedBy = (system: CiSystem, env: Env): readonly string[] =>
  system.detect(env)
    ? system.variables
        .map(({ name }) => name)
        .filter((name) => env[name] !== undefined && !system.detect(withoutVariable(env, name)))
    : [];

type Who = Pick<Sight, "system" | "job" | "noJob" | "isNamed" | "detectedBy">;

const whoIs = (options: LookOptions, env: Env): Who => {
  const isNamed = options.system !== undefined;
  try {
    const system = chooseSystem(options.system, env);
    return { system, job: system.job(env), isNamed, detectedBy: detectedBy(system, env) };
  } catch (error) {
    if (error instanceof BerthError) return { noJob: error.message, isNamed, detectedBy: [] };
    throw error;
  }
};

const readEvent = async (path: string | undefined): Promise<unknown> => {
  try {
    return path === undefined ? undefined : JSON.parse((await readSmallFile(path)) ?? "null");
  } catch {
    return undefined;
  }
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

const hasPodman = async ({ PATH }: Env): Promise<boolean> =>
  (await isOnPath("podman", PATH)) || (await isOnPath("buildah", PATH));

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
  const files = await readClientFiles(places, { env, cwd, uid, home });
  const dockerAuthConfig = await readVariable(env["DOCKER_AUTH_CONFIG"], cwd);
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
    ...{ ...who, ...files, variables },
    ...(access && { access }),
    ...(berth && { berth }),
    ...(event !== undefined && { event }),
    ...(dockerAuthConfig && { dockerAuthConfig }),
    helpersOnPath: await findHelpers(
      allFilesOf(files).map(({ config }) => config),
      env,
    ),
    hasPodman: await hasPodman(env),
    forgotten: await findStale(root.root, uid, now),
    now,
  };
};
