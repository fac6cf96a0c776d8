import { basename } from "node:path";
import { holdSignals } from "../child.ts";
import { BerthError } from "../errors.ts";
import { leftBuilders } from "../left-builders.ts";
import type { Machine } from "../machine.ts";
import { makeBerth } from "../make-berth.ts";
import { maskIssued } from "../masks.ts";
import { execOptions } from "../options.ts";
import { type Plan, withNotices } from "../plan.ts";
import { printable } from "../printable.ts";
import { removeOwn } from "../remove.ts";
import { reportError, reportLeft, reportPlan } from "../report.ts";
import type { Style } from "../style.ts";
import { readBerthOptions, withProgress } from "./berth-options.ts";
import { type Command, systemWord } from "./command.ts";

const environment = ({ output }: Plan, env: Machine["env"]): Machine["env"] => ({
  ...env,
  ...Object.fromEntries(output.unset.map((name) => [name, undefined])),
  ...Object.fromEntries(output.variables),
  // For the file that CircleCI's shells read.
  BERTH_EXEC: "1",
});

// The command has ended, well or not: that its berth cannot be removed is said, and changes nothing.
const clean = async (
  { directory: { path }, copies }: Plan,
  { uid }: Machine,
  style: Style,
): Promise<string> => {
  try {
    const brought = new Set(copies.map(({ to }) => basename(to)));
    const left = (await leftBuilders(path)).filter((name) => !brought.has(name));
    await removeOwn(path, uid);
    return reportLeft(left);
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return reportError(error, style);
  }
};

export const exec = {
  name: "exec",
  describe: "Run one command in a berth of its own, and remove it after",
  word: systemWord,
  rest: { name: "COMMAND…", needed: true },
  options: execOptions,
  evaluated: false,
  examples: [["berth exec -- docker push registry.example.com/app", "its exit status is docker's"]],
  run: async (args, machine, style) => {
    if (machine.isCwdGone) {
      throw new BerthError(
        "BERTH_DISK",
        "the working directory is not there any more, and a command needs one",
        "change to another one",
      );
    }
    const signals = holdSignals();
    try {
      const quiet = args.flag("quiet") ?? false;
      const show = { quiet, verbose: args.flag("verbose") ?? false, dryRun: false, style };
      const options = { ...withProgress(readBerthOptions(args), show, machine), ofProcess: true };
      const made = await makeBerth(options, machine);
      const masked = await maskIssued(made, options, machine, style);
      const plan = withNotices(made, { last: masked });
      const report = reportPlan(plan, show);
      const { status, problem } = await signals.run({
        ...{ line: args.rest, env: environment(plan, machine.env), umask: machine.umask },
        announce: () => machine.tell(report),
      });
      const told = problem
        ? `berth: ${style.bad("error")}: ${printable(args.rest[0] ?? "")} ${problem}\n`
        : "";
      return { stdout: "", stderr: told + (await clean(plan, machine, style)), status };
    } finally {
      signals.release();
    }
  },
} as const satisfies Command;
