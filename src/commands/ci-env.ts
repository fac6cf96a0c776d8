import { apply } from "../apply.ts";
import { deliver } from "../deliver.ts";
import { loadEnv } from "../env-file.ts";
import { BerthError } from "../errors.ts";
import { type Client, clients } from "../exports.ts";
import { type GatherOptions, gather } from "../gather.ts";
import type { Machine } from "../machine.ts";
import { info, type Notice, warning } from "../notice.ts";
import { ciEnvOptions } from "../options.ts";
import { MISSING_CHOICES } from "../own-logins.ts";
import { makePlan, type Plan, type PlanOptions } from "../plan.ts";
import { printable } from "../printable.ts";
import { DEFAULT_STALE, removeStale } from "../remove.ts";
import { type ReportOptions, reportPlan, reportUndo } from "../report.ts";
import { dotenv } from "../shells/dotenv.ts";
import { shellOf, shells } from "../shells/index.ts";
import type { Shell } from "../shells/shell.ts";
import { undo } from "../undo.ts";
import type { Arguments, Command } from "./command.ts";

const usage = (message: string, hint: string): BerthError =>
  new BerthError("BERTH_USAGE", message, hint);

const isClient = (name: string): name is Client => clients.some((client) => client === name);

const parseClients = (text: string | undefined): readonly Client[] => {
  if (text === undefined) return clients;
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !isClient(name));
  if (unknown === undefined) return names.filter(isClient);
  const message = `--clients: "${printable(unknown)}" is not one of them`;
  throw usage(message, `choices, separated by commas: ${clients.join(", ")}`);
};

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

// What is given may be the token itself, by mistake: it is never shown.
const parseTokenEnv = (name: string | undefined): string | undefined => {
  if (name === undefined || VARIABLE_NAME.test(name)) return name;
  const message = "--token-env: its value is not the name of a variable";
  throw usage(message, "give the name, not the token: --token-env MY_TOKEN");
};

const readOptions = (args: Arguments): GatherOptions & PlanOptions => {
  const tokenEnv = parseTokenEnv(args.text("token-env"));
  const registryHost = args.text("registry-host");
  return {
    system: args.system,
    envFile: args.text("env-file"),
    tmpDir: args.text("tmp-dir"),
    dockerConfig: args.text("docker-config"),
    inherit: args.flag("inherit") ?? true,
    useDockerAuthConfig: args.flag("use-docker-auth-config") ?? true,
    loginToRegistry: args.flag("login-to-registry") ?? true,
    clients: parseClients(args.text("clients")),
    ifMissing: MISSING_CHOICES.find((choice) => choice === args.text("if-missing")) ?? "warn",
    gitlabCredentials: args.text("gitlab-credentials") === "deploy" ? "deploy" : "job",
    ...(tokenEnv && { tokenEnv }),
    ...(registryHost && { registryHost }),
  };
};

const ATTEMPTS = 10;

// Two runs of one job at once both succeed: the one that was overtaken looks again.
const settle = async (
  options: GatherOptions & PlanOptions,
  machine: Machine,
  dryRun: boolean,
): Promise<Plan> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const plan = makePlan(await gather(options, machine), options);
    if (dryRun || (await apply(plan, machine.uid))) return plan;
  }
  throw new BerthError(
    "BERTH_DISK",
    "the job's directory keeps being made and removed by others",
    "do runs of berth ci-env and berth cleanup of the same job overlap?",
  );
};

const sweep = async ({ directory }: Plan, { uid, now }: Machine): Promise<void> => {
  if (directory.temp.emptiedByCi) return;
  await removeStale(directory.root, uid, { maxAge: DEFAULT_STALE, now });
};

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

export const ciEnv = {
  name: "ci-env",
  describe: "Make this job's own Docker config and print the statements that use it",
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
      const env = await loadEnv(args.text("env-file"), machine);
      const output = await undo(env, machine.uid);
      return { stdout: shell.render(output), stderr: reportUndo(output, show) };
    }
    const settled = await settle(readOptions(args), machine, show.dryRun);
    const { output } = settled;
    const notices = [...toldOfUnset(shell, output.unset), ...output.notices];
    const plan = { ...settled, output: { ...output, notices } };
    const text = shell.render(plan.output);
    const stderr = reportPlan(plan, show);
    if (show.dryRun) return { stdout: text, stderr };
    const { directory } = output;
    const place = { directory, name: `env.${shell.extension}`, cwd: machine.cwd };
    const stdout = await deliver(text, delivery, place);
    await sweep(settled, machine);
    return { stdout, stderr };
  },
} as const satisfies Command;
