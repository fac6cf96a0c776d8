import { dirname, resolve } from "node:path";
import type { Persist } from "./ci/system.ts";
import { appendTo, doing, Overtaken } from "./disk.ts";
import { NO_AUTHS } from "./exports.ts";
import { access } from "./files.ts";
import type { Machine } from "./machine.ts";
import { info, type Notice, warning } from "./notice.ts";
import type { Output } from "./output.ts";
import type { Plan } from "./plan.ts";
import { printable } from "./printable.ts";
import { problemOf, runProgram } from "./run-program.ts";

/** What became of it, for a person; and lines for the CI, which reads them in the log. */
export interface Persisted {
  readonly notices: readonly Notice[];
  readonly log: string;
}

interface Run {
  readonly env: Machine["env"];
  readonly cwd: string;
  readonly dryRun: boolean;
}

const IN_EACH_STEP = "run berth ci-env in each step that needs it";

const told = (...notices: readonly Notice[]): Persisted => ({ notices, log: "" });

const toldOf = (means: string, { unset }: Output, unsets = false): Persisted =>
  told(
    info(`the later steps of the job get the variables ${means}`),
    ...(unset.includes("DOCKER_AUTH_CONFIG") && !unsets
      ? [
          info(
            `DOCKER_AUTH_CONFIG cannot be unset there: it is ${NO_AUTHS}, so that Docker takes the berth's credentials`,
          ),
        ]
      : []),
  );

/** The same without anything to unset: for what can only set variables. */
const setOnly = (output: Output): Output => ({
  ...output,
  variables: [
    ...output.variables,
    ...output.unset.map((name) => [name, name === "DOCKER_AUTH_CONFIG" ? NO_AUTHS : ""] as const),
  ],
  unset: [],
});

const notThere = (problem: string): Persisted =>
  told(warning(`--persist: ${problem}: the later steps get no variables`, IN_EACH_STEP));

const toFile = async (
  { variable, shell, mustExist }: Extract<Persist, { by: "file" }>,
  { output, laterSteps }: Plan,
  { cwd, dryRun }: Run,
): Promise<Persisted> => {
  if (laterSteps.file === undefined) return notThere(`${variable} is not set`);
  const path = resolve(cwd, laterSteps.file);
  const text = shell.render(shell.unsets ? output : setOnly(output));
  try {
    if (dryRun) await doing("read", path, access(mustExist ? path : dirname(path)));
    else await appendTo(path, text, { mustExist });
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    return notThere(`${variable} names ${printable(path)}, which is not there`);
  }
  return toldOf(`by $${variable}`, output, shell.unsets);
};

const byProgram = async (
  { command }: Extract<Persist, { by: "program" }>,
  { output }: Plan,
  { env, dryRun }: Run,
): Promise<Persisted> => {
  const commands = setOnly(output).variables.map(([name, value]) => command(name, value));
  const program = commands[0]?.[0] ?? "";
  for (const one of dryRun ? [] : commands) {
    const ran = await runProgram(one, { env });
    if ("why" in ran) return notThere(problemOf([program], ran.why));
  }
  return toldOf(`by ${program}`, output);
};

/**
 * Hands the variables of a berth over to the later steps of the job. Where that cannot be, it is said and the job goes on.
 * Throws BERTH_DISK.
 */
export const persist = async (plan: Plan, run: Run): Promise<Persisted> => {
  const { way } = plan.laterSteps;
  switch (way.by) {
    case "shell":
      return told(info("--persist: nothing to do, all commands of a job run in one shell"));
    case "nothing":
      return told(warning(`--persist: ${way.because}`, IN_EACH_STEP));
    case "file":
      return toFile(way, plan, run);
    case "program":
      return byProgram(way, plan, run);
    case "log": {
      const lines = setOnly(plan.output).variables.map(([name, value]) => way.line(name, value));
      const log = run.dryRun ? "" : lines.map((line) => `${line}\n`).join("");
      return { ...toldOf("by lines of the log", plan.output), log };
    }
  }
};
