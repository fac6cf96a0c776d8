import { type Answering, answeringFor, type STORES } from "./answering.ts";
import type { LoginOptions } from "./ci/system.ts";
import { type Companions, findCompanions, noCompanions } from "./docker-config/companions.ts";
import { HELPER } from "./docker-config/helper-store.ts";
import { findHelpers } from "./docker-config/helpers-on-path.ts";
import { locateSources, nowhere } from "./docker-config/locate.ts";
import { type DockerConfig, emptyConfig, type StoredCredentials } from "./docker-config/model.ts";
import { nothing, readDockerAuthConfig } from "./docker-config/read.ts";
import { readSources } from "./docker-config/read-sources.ts";
import type { Sources } from "./docker-config/sources.ts";
import { type ExistingBerth, readExistingBerth } from "./existing-berth.ts";
import { NO_AUTHS, placesIn } from "./exports.ts";
import { pathBesideBerths } from "./helper-program.ts";
import { homeOf } from "./home.ts";
import { checkTempDir } from "./job-directory.ts";
import type { Machine } from "./machine.ts";
import type { Notice } from "./notice.ts";
import type { Progress } from "./progress.ts";
import { type Requested, readRequested, secretNamesOf } from "./registries/requested.ts";
import type { RegistrySpec } from "./registries/spec.ts";
import { findThisJob, type JobOptions, type ThisJob } from "./this-job.ts";
import { type JobVariables, seal } from "./variables.ts";
import { readWerfProject } from "./werf-project.ts";

export interface GatherOptions extends JobOptions, LoginOptions {
  readonly dockerConfig?: string | undefined;
  readonly inherit: boolean;
  readonly useDockerAuthConfig: boolean;
  readonly registries: readonly RegistrySpec[];
  readonly loginToRegistry: boolean;
  /** Where the credentials are to be; where an earlier run has put them, if not given. */
  readonly store?: (typeof STORES)[number] | undefined;
  readonly werf: boolean;
  /** Known already: where an earlier run has found what to inherit from. */
  readonly sources?: Sources;
  /** Is told of the servers that are asked for credentials. Without it none is. */
  readonly progress?: Progress;
}

/** Everything that was read: the plan follows from it and the options alone. */
export interface Facts extends Omit<ThisJob, "env" | "jobPath"> {
  readonly variables: JobVariables;
  readonly sources: Sources;
  readonly base: DockerConfig;
  readonly containers: DockerConfig;
  readonly helm: DockerConfig;
  readonly companions: Companions;
  /** What DOCKER_AUTH_CONFIG holds, or held when an earlier run in the job unset it; nothing if it is not to be used. */
  readonly dockerAuthConfig: StoredCredentials;
  readonly dockerAuthConfigIsSet: boolean;
  /** The logins that the user has asked for. */
  readonly requested: Requested;
  /** The project's name for werf, if that is asked for and known. */
  readonly werfProject?: string;
  readonly helpersOnPath: ReadonlySet<string>;
  /** What berth's own helper is to know, where that has the credentials. */
  readonly answering?: Answering;
  readonly berth?: ExistingBerth;
  readonly now: Date;
  /** The file that berth's own helper starts. */
  readonly helper: string;
  readonly cwd: string;
  readonly notices: readonly Notice[];
}

const OWN_HELPER = { credHelpers: new Map([["", HELPER]]) };

// A berth of a process alone also has the contexts that were made in the job's.
const both = (above: Companions, below: Companions): Companions => {
  const there = new Set(above.copies.map(({ to }) => to));
  return {
    ...below,
    copies: [...above.copies, ...below.copies.filter(({ to }) => !there.has(to))],
  };
};

/**
 * Reads all that the plan needs: variables, files, an existing berth, helpers on PATH, and what servers give for the registries
 * that are asked for. Writes nothing.
 */
export const gather = async (options: GatherOptions, machine: Machine): Promise<Facts> => {
  const thisJob = await findThisJob(options, machine);
  const { env, system, job, directory, jobPath } = thisJob;
  await checkTempDir(directory.temp);
  const { cwd, uid } = machine;
  const where = { env, cwd, uid, own: jobPath, home: homeOf(env, machine) };
  const located = options.sources
    ? { ...nowhere, sources: options.sources }
    : options.inherit
      ? await locateSources(options.dockerConfig, where)
      : nowhere;
  const { sources } = located;
  const [{ base, containers, helm }, ofBase, berth] = await Promise.all([
    readSources(located),
    sources.base ? findCompanions(sources.base.directory, env) : noCompanions,
    readExistingBerth(thisJob, placesIn(env), uid),
  ]);

  const isByHelper = (options.store ?? (berth?.answering ? "helper" : "file")) === "helper";
  const given = options.useDockerAuthConfig ? env["DOCKER_AUTH_CONFIG"] : undefined;
  const companions =
    berth && berth.path !== directory.path
      ? both(await findCompanions(berth.path, env), ofBase)
      : ofBase;
  // What berth itself has set for the later steps says nothing of what was there before.
  const value = given === NO_AUTHS ? undefined : given;
  const variable = value === undefined ? undefined : await readDockerAuthConfig(value, machine.cwd);
  const earlier = options.useDockerAuthConfig ? berth?.logins.dockerAuthConfig : undefined;
  const dockerAuthConfig = variable?.config ?? earlier ?? emptyConfig;

  const secretNames = system.variables.filter(({ secret }) => secret).map(({ name }) => name);
  const variables = seal(env, [
    ...["DOCKER_AUTH_CONFIG", ...secretNames, ...secretNamesOf(options.registries)],
    options.tokenEnv ?? "",
  ]);
  const requested = await readRequested(options.registries, {
    ...{ system, job, variables, cwd, now: machine.now },
    // The helper asks when it is asked.
    ...(isByHelper ? {} : { progress: options.progress }),
  });
  const answering =
    isByHelper && answeringFor(options, { system, variables, requested, cwd }, berth?.answering);
  const werfProject = options.werf ? await readWerfProject(env, cwd) : undefined;
  return {
    system,
    job,
    directory,
    variables,
    ...(werfProject && { werfProject }),
    sources,
    base: base.config,
    containers: containers.config,
    helm: helm.config,
    companions,
    dockerAuthConfig,
    dockerAuthConfigIsSet: variable !== undefined,
    requested,
    helpersOnPath: await findHelpers(
      [base.config, containers.config, helm.config, dockerAuthConfig, OWN_HELPER],
      { PATH: pathBesideBerths(env, { directory, berth }) },
    ),
    ...(answering && { answering }),
    ...(berth && { berth }),
    now: machine.now,
    ...{ helper: machine.helper, cwd },
    notices: [base, containers, helm, companions, variable ?? nothing].flatMap(
      ({ notices }) => notices,
    ),
  };
};
