import { BerthError } from "../errors.ts";
import type { Env } from "../variables.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import type { CiSystem } from "./system.ts";

/** Every CI system. `detect` tells look-alikes apart, so that the order decides nothing but what is shown first. */
export const ciSystems = [github, gitlab] as const satisfies readonly CiSystem[];

export type CiName = (typeof ciSystems)[number]["name"];

export const ciNames: readonly CiName[] = ciSystems.map(({ name }) => name);

const detected = (env: Env): readonly CiSystem[] =>
  ciSystems.filter((system) => system.detect(env));

const titles = (systems: readonly CiSystem[]): string =>
  systems.map(({ title }) => title).join(" and ");

/** Whether a shell that evaluates berth's output runs a CI job, which may end, or is somebody's terminal. */
export const isCiJob = (env: Env): boolean =>
  !["", "false", "0"].includes((env["CI"] ?? "").toLowerCase()) || detected(env).length > 0;

/**
 * The system that the job runs on: the named one, else the one that the variables tell.
 * Throws BERTH_NO_CI, BERTH_SEVERAL_CI, or BERTH_OTHER_CI where the variables are only those of another system (TRAPS 9, 10).
 */
export const chooseSystem = (name: CiName | undefined, env: Env): CiSystem => {
  const found = detected(env);
  const [first] = found;
  const choices = ciNames.join(", ");
  const named: CiSystem | undefined = ciSystems.find((system) => system.name === name);
  if (named) {
    if (!first || found.includes(named)) return named;
    throw new BerthError(
      "BERTH_OTHER_CI",
      `this is a job of ${titles(found)}, not of ${named.title}`,
      `name the right one, or none: berth finds it out (choices: ${choices})`,
    );
  }
  if (found.length > 1) {
    throw new BerthError(
      "BERTH_SEVERAL_CI",
      `the variables of ${titles(found)} are set at once`,
      `say which one it is (choices: ${choices})`,
    );
  }
  if (first) return first;
  throw new BerthError(
    "BERTH_NO_CI",
    "no CI system found: this is no job of one that berth knows",
    `name one (choices: ${choices}); outside of CI also give a job's variables with --env-file`,
  );
};
