import { readdir } from "node:fs/promises";
import type { JobEnv } from "../../support/job.ts";
import type { Outcome, Place, RunOptions } from "./sandbox.ts";

/** How a run ended, and the names of the berths that it has left. */
export interface ExecOutcome extends Outcome {
  readonly left: readonly string[];
}

export interface ExecOptions extends RunOptions {
  /** Options of `berth exec`, before `--`. */
  readonly args?: readonly string[];
  /** What differs from the environment of `Place.job`. */
  readonly change?: Readonly<Record<string, string | undefined>>;
}

/** The berth of one `berth exec` in a job of `Place.job`, masked. */
export const OWN = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>.exec-<random>";

/** As `Place.mask`, for the berths of processes, too. */
export const masked = (place: Place, text: string): string =>
  place.mask(text).replace(/(?<=-<hash>)\.exec-\d+-[0-9a-f]{12}(?![0-9a-f])/g, ".exec-<random>");

/** The names of the berths that are there, masked. */
export const berthsIn = async (place: Place): Promise<readonly string[]> =>
  (await readdir(place.root).catch(() => [])).map((name) => masked(place, name)).sort();

/** Runs a program in the job, and looks what is left. */
export const runIn = async (
  place: Place,
  command: readonly string[],
  { change = {}, ...options }: ExecOptions = {},
): Promise<ExecOutcome> => {
  const env: JobEnv = place.job(change);
  const { exitCode, stdout, stderr } = await place.run(command, env, options);
  return {
    ...{ exitCode, stdout: masked(place, stdout), stderr: masked(place, stderr) },
    left: await berthsIn(place),
  };
};

/** Runs `berth exec --quiet -- COMMAND…`. */
export const exec = (
  place: Place,
  command: readonly string[],
  { args = [], ...options }: ExecOptions = {},
): Promise<ExecOutcome> =>
  runIn(place, place.command(["exec", "--quiet", ...args, "--", ...command]), options);

/** Runs a script of the job's shell. */
export const script = (place: Place, text: string, options: ExecOptions = {}) =>
  runIn(place, ["sh", "-c", text], options);

/** A run that has left nothing. */
export const ended = (exitCode: number, stdout = "", stderr = ""): ExecOutcome => ({
  ...{ exitCode, stdout, stderr, left: [] },
});

/** Runs several commands at once: how they end, and what all of them together leave. */
export const allOf = async (place: Place, commands: readonly (readonly string[])[]) => {
  const runs = await Promise.all(commands.map((command) => exec(place, command)));
  return { runs: runs.map(({ left, ...run }) => run), left: await berthsIn(place) };
};

/** Several runs that have written nothing to stdout, and left nothing. */
export const allEnded = (runs: readonly (readonly [exitCode: number, stderr?: string])[]) => ({
  runs: runs.map(([exitCode, stderr = ""]) => ({ exitCode, stdout: "", stderr })),
  left: [],
});
