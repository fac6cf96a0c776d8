import { commandLineOf } from "./action-inputs.ts";
import { summaryOf } from "./action-summary.ts";
import { checkAccepted } from "./check-accepted.ts";
import { parseCommandLine } from "./cli.ts";
import { readBerthOptions } from "./commands/berth-options.ts";
import { cleanup } from "./commands/cleanup.ts";
import { appendTo, Overtaken } from "./disk.ts";
import { select } from "./docker-config/layers.ts";
import { BerthError } from "./errors.ts";
import { workflowCommand } from "./github-actions.ts";
import type { Machine } from "./machine.ts";
import { makeBerth } from "./make-berth.ts";
import { toHide } from "./masks.ts";
import type { Notice } from "./notice.ts";
import type { Output } from "./output.ts";
import { persist } from "./persist.ts";
import type { Plan } from "./plan.ts";
import { progressFor } from "./progress.ts";
import { reportPlan } from "./report.ts";
import { githubEnv } from "./shells/github-env.ts";
import { styleFor } from "./style.ts";
import { understandable } from "./understandable.ts";
import { type Env, present } from "./variables.ts";

/** What an entry point of the action prints at its end, and its exit status. */
export interface ActionExit {
  readonly stdout: string;
  readonly status: number;
}

const command = (name: string, text: string): string => `${workflowCommand(name, text)}\n`;

const sentence = (text: string, hint: string | undefined): string =>
  hint ? `berth: ${text}: ${hint}` : `berth: ${text}`;

const failure = (name: "error" | "warning", error: BerthError): string =>
  command(name, sentence(`${error.message} (${error.code})`, error.hint));

const masks = ({ authFile, marker }: Plan): string => {
  const own = new Set(Object.values(marker.logins).flat());
  return toHide(select(authFile, (key) => own.has(key)))
    .map((secret) => command("add-mask", secret))
    .join("");
};

const isWarning = ({ level }: Notice): boolean => level !== "info";

type Pairs = Output["variables"];

// Not every runner has every one of these files.
const tell = async (env: Env, file: string, text: string): Promise<void> => {
  const path = env[file];
  if (path === undefined || text === "") return;
  await appendTo(path, text, { mustExist: false }).catch((error: unknown) => {
    if (!(error instanceof Overtaken)) throw error;
  });
};

const outputs = ({ directory, variables }: Output): Pairs => {
  const byName = new Map(variables);
  const all = [
    ["docker-config", directory],
    ["registry", byName.get("BERTH_REGISTRY")],
    ["image", byName.get("BERTH_IMAGE")],
  ] as const;
  return all.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
};

const noHelper = (): BerthError =>
  new BerthError(
    "BERTH_USAGE",
    "--store helper: the later steps of the job do not have the secrets that the helper would answer with",
    "leave it out, here (BERTH_STORE) and in the steps before; or run berth ci-env in each step in the action's place",
  );

const run = async (machine: Machine, say: (text: string) => void): Promise<string> => {
  const given = present(machine.env);
  const token = given["INPUT_TOKEN"];
  const env = token === undefined ? given : { GITHUB_TOKEN: token, ...given };
  const understood = await parseCommandLine(commandLineOf(env), env);
  if ("text" in understood) return understood.text;
  const { args } = understood;
  const { cwd } = machine;
  const check = async (plan: Plan) => {
    // A step before may have made the job's berth so.
    if (plan.marker.answering) throw noHelper();
    return persist(plan, { cwd, env, dryRun: true });
  };
  const style = styleFor(false);
  const show = { quiet: false, verbose: false, dryRun: false, style };
  const progress = progressFor(false, machine, style);
  const options = { ...readBerthOptions(args), progress };
  if (options.store === "helper") throw noHelper();
  const plan = await makeBerth(options, { ...machine, env }, check);
  // At once: a job that is cancelled meanwhile has them on disk.
  say(masks(plan));
  const variables = (pairs: Pairs) => githubEnv.render({ ...plan.output, variables: pairs });
  await tell(env, "GITHUB_STATE", variables([["directory", plan.output.directory]]));
  if (args.flag("verify")) await checkAccepted(plan, options, progress, { ...machine, env });
  const later = await persist(plan, { cwd, env, dryRun: false });
  await tell(env, "GITHUB_OUTPUT", variables(outputs(plan.output)));
  await tell(env, "GITHUB_STEP_SUMMARY", summaryOf(plan.output));
  const notices = [...plan.output.notices, ...later.notices];
  const shown = {
    ...plan,
    output: { ...plan.output, notices: notices.filter((it) => !isWarning(it)) },
  };
  const warnings = notices
    .filter(isWarning)
    .map(({ text, hint }) => command("warning", sentence(text, hint)));
  return reportPlan(shown, show) + warnings.join("");
};

/**
 * The `main` of the GitHub Action: the same as `berth ci-env --persist`, with its inputs for options. `say` writes to stdout at
 * once what the log is to hide. Never throws.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
 */
export const actionMain = async (
  machine: Machine,
  say: (text: string) => void,
): Promise<ActionExit> => {
  try {
    return { stdout: await run(machine, say), status: 0 };
  } catch (error) {
    return { stdout: failure("error", understandable(error)), status: 1 };
  }
};

/** Its `post`: the same as `berth cleanup`, also where `main` has failed half-way. Never fails the job, never throws. */
export const actionPost = async (machine: Machine): Promise<ActionExit> => {
  try {
    const made = machine.env["STATE_directory"];
    const env = made ? { ...machine.env, DOCKER_CONFIG: made } : machine.env;
    const places: Readonly<Record<string, string>> = {
      "tmp-dir": "BERTH_TMP_DIR",
      "env-file": "BERTH_ENV_FILE",
    };
    // Not by the parser: another option's variable with a bad value must not stop the clean-up.
    const nothing = {
      ...{ word: undefined, names: [], rest: [], texts: () => [], flag: () => undefined },
      sourceOf: (option: string) => `--${option}`,
      text: (option: string) => machine.env[places[option] ?? ""] || undefined,
    };
    const { stderr } = await cleanup.run(nothing, { ...machine, env }, styleFor(false));
    return { stdout: stderr, status: 0 };
  } catch (error) {
    return { stdout: failure("warning", understandable(error)), status: 0 };
  }
};
