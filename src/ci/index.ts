import { BerthError } from "../errors.ts";
import type { Env } from "../variables.ts";
import { act } from "./act.ts";
import { appveyor } from "./appveyor.ts";
import { azure } from "./azure.ts";
import { bitbucket } from "./bitbucket.ts";
import { buildkite } from "./buildkite.ts";
import { circleci } from "./circleci.ts";
import { cloudbuild } from "./cloudbuild.ts";
import { codebuild } from "./codebuild.ts";
import { drone } from "./drone.ts";
import { forgejo } from "./forgejo.ts";
import { generic } from "./generic.ts";
import { gitea } from "./gitea.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { jenkins } from "./jenkins.ts";
import { semaphore } from "./semaphore.ts";
import type { CiSystem } from "./system.ts";
import { teamcity } from "./teamcity.ts";
import { tekton } from "./tekton.ts";
import { travis } from "./travis.ts";
import { woodpecker } from "./woodpecker.ts";

/** Every CI system. `detect` tells look-alikes apart, so that the order decides nothing but what is shown first. */
export const ciSystems = [
  github,
  gitlab,
  forgejo,
  gitea,
  act,
  bitbucket,
  azure,
  circleci,
  buildkite,
  woodpecker,
  drone,
  semaphore,
  travis,
  appveyor,
  teamcity,
  jenkins,
  codebuild,
  cloudbuild,
  tekton,
  generic,
] as const satisfies readonly CiSystem[];

export type CiName = (typeof ciSystems)[number]["name"];

export const ciNames: readonly CiName[] = ciSystems.map(({ name }) => name);

const all: readonly CiSystem[] = ciSystems;

const detected = (env: Env): readonly CiSystem[] => all.filter((system) => system.detect(env));

const titles = (systems: readonly CiSystem[]): string =>
  systems.map(({ title }) => title).join(" and ");

const namesOf = (systems: readonly CiSystem[]): string =>
  systems.map(({ name }) => name).join(" or ");

/**
 * Whether a shell that evaluates berth's output runs a CI job, which may end, or is somebody's terminal. `words` may name
 * the system: one that nothing else tells is believed of a script, which shows berth's stderr on no terminal.
 */
export const isCiJob = (env: Env, words: readonly string[] = [], isScript = false): boolean =>
  !["", "false", "0"].includes((env["CI"] ?? "").toLowerCase()) ||
  detected(env).length > 0 ||
  (isScript && all.some(({ name, onlyByName }) => onlyByName && words.includes(name)));

/**
 * The system that the job runs on: the named one, else the one that the variables tell.
 * Throws BERTH_NO_CI, BERTH_SEVERAL_CI, or BERTH_OTHER_CI where the variables are only those of another system (TRAPS 9, 10).
 */
export const chooseSystem = (name: CiName | undefined, env: Env): CiSystem => {
  const found = detected(env);
  const [first] = found;
  const named = all.find((system) => system.name === name);
  if (named) {
    if (!first || found.includes(named) || named.onlyByName) return named;
    throw new BerthError(
      "BERTH_OTHER_CI",
      `this is a job of ${titles(found)}, not of ${named.title}`,
      `name ${namesOf(found)}, or none: berth finds it out`,
    );
  }
  if (found.length > 1) {
    throw new BerthError(
      "BERTH_SEVERAL_CI",
      `the variables of ${titles(found)} are set at once`,
      `say which one it is: ${namesOf(found)}`,
    );
  }
  if (first) return first;
  throw new BerthError(
    "BERTH_NO_CI",
    "no CI system found: no variable of one that berth knows is set",
    `name one (choices: ${ciNames.join(", ")}); outside of CI also give a job's variables with --env-file`,
  );
};
