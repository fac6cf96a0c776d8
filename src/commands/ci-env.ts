import { join } from "node:path";
import { checkAccepted } from "../check-accepted.ts";
import { checkDelivery, deliver } from "../deliver.ts";
import { loadEnv } from "../env-file.ts";
import { BerthError } from "../errors.ts";
import { makeBerth, planBerth, sweepBeside } from "../make-berth.ts";
import { maskIssued } from "../masks.ts";
import { info, type Notice, warning } from "../notice.ts";
import { onExit } from "../on-exit.ts";
import { ciEnvOptions } from "../options.ts";
import { type Persisted, persist } from "../persist.ts";
import { type Plan, withNotices } from "../plan.ts";
import { type ReportOptions, reportPlan, reportUndo } from "../report.ts";
import { dotenv } from "../shells/dotenv.ts";
import { shellOf, shells } from "../shells/index.ts";
import type { Shell } from "../shells/shell.ts";
import { undo } from "../undo.ts";
import { readBerthOptions, withProgress } from "./berth-options.ts";
import { type Command, systemWord } from "./command.ts";

const ON_EXIT = "on-exit.sh";

// Docker 28.3 and later prefer the variable to every file.
const toldOfUnset = (shell: Shell, names: readonly string[]): readonly Notice[] => {
  if (!shell.unsets) {
    return names.map((name) =>
      warning(
        `${name} stays set: ${shell.name} has no way to unset it`,
        "unset it where the variables are used",
      ),
    );
  }
  return names.includes("DOCKER_AUTH_CONFIG")
    ? [info("DOCKER_AUTH_CONFIG is merged and unset: Docker would prefer it to the berth")]
    : [];
};

const readFileOf = (shell: Shell, persists: boolean) => {
  if (persists) {
    throw new BerthError(
      "BERTH_USAGE",
      "--cleanup-on-exit and --persist contradict one another: what is removed is nothing for later steps",
      "leave one out; with --persist run berth cleanup in the job's last step",
    );
  }
  if (shell.readFile) return shell.readFile;
  throw new BerthError(
    "BERTH_USAGE",
    `--cleanup-on-exit: ${shell.name} cannot keep a trap on EXIT`,
    "leave it out, and run berth cleanup at the end of the job",
  );
};

export const ciEnv = {
  name: "ci-env",
  describe: "Make this job's own Docker config and print the statements that use it",
  word: systemWord,
  options: ciEnvOptions,
  evaluated: true,
  examples: [
    ['eval "$(berth ci-env)"', "in a job: find out the CI system and log in"],
    ["berth ci-env gitlab --dry-run --env-file examples/gitlab-job.env", "on your own machine"],
  ],
  epilogue: `How each shell evaluates it:\n${shells
    .map(({ name, evaluate }) => `  ${evaluate(`berth ci-env --shell ${name}`)}`)
    .join("\n")}`,
  run: async (args, machine, style) => {
    const asEnvFile = args.flag("as-env-file") ?? false;
    const shell = asEnvFile ? dotenv : shellOf(args.text("shell"));
    const delivery = {
      asFile: asEnvFile || (args.flag("as-file") ?? false),
      path: args.text("output-file-path"),
    };
    const show: ReportOptions = {
      quiet: args.flag("quiet") ?? false,
      verbose: args.flag("verbose") ?? false,
      dryRun: args.flag("dry-run") ?? false,
      style,
    };
    if (args.flag("unset")) {
      const output = await undo(await loadEnv(args.text("env-file"), machine), machine.uid);
      return { stdout: shell.render(output), stderr: reportUndo(output, show) };
    }
    const persists = args.flag("persist") ?? false;
    const readFile = args.flag("cleanup-on-exit") ? readFileOf(shell, persists) : undefined;
    const options = withProgress(readBerthOptions(args), show, machine);
    const { cwd, env } = machine;
    // What a shell or a CI cannot carry is found out before anything is written.
    const check = async (plan: Plan) => {
      shell.render(plan.output);
      await checkDelivery(delivery, cwd);
      return persists ? persist(plan, { cwd, env, dryRun: true }) : undefined;
    };
    const { dryRun } = show;
    const made = await (dryRun ? planBerth(options, machine) : makeBerth(options, machine, check));
    const foreseen = persists ? await persist(made, { cwd, env, dryRun: true }) : undefined;
    const masked = await maskIssued(made, options, machine, style);
    const verifies = args.flag("verify") ?? false;
    if (verifies && options.progress) await checkAccepted(made, options, options.progress, machine);
    const first = [
      ...toldOfUnset(shell, made.output.unset),
      ...(verifies && dryRun ? [info("--verify: no registry is asked in a dry run")] : []),
    ];
    const told = (later: Persisted | undefined): Plan =>
      withNotices(made, { first, last: [...masked, ...(later?.notices ?? [])] });
    const plan = told(foreseen);
    const { directory } = plan.output;
    const script =
      readFile && onExit(made, { envFile: options.envFile, quiet: show.quiet }, machine);
    const text = shell.render(plan.output) + (readFile?.(join(directory, ON_EXIT)) ?? "");
    if (dryRun) return { stdout: text, stderr: reportPlan(plan, show) };
    const place = { directory, name: `env.${shell.extension}`, cwd };
    if (script) await deliver(script, { asFile: true }, { ...place, name: ON_EXIT });
    const stdout = await deliver(text, delivery, place);
    const later = persists ? await persist(made, { cwd, env, dryRun }) : undefined;
    const stderr = (later?.log ?? "") + reportPlan(told(later), show);
    await sweepBeside(made, machine);
    return { stdout, stderr };
  },
} as const satisfies Command;
