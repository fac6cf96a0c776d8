import { STORES } from "../answering.ts";
import type { LoginOptions } from "../ci/system.ts";
import { BerthError } from "../errors.ts";
import { type Client, clients } from "../exports.ts";
import type { GatherOptions } from "../gather.ts";
import type { Machine } from "../machine.ts";
import { MISSING_CHOICES } from "../own-logins.ts";
import type { PlanOptions } from "../plan.ts";
import { shown } from "../printable.ts";
import { progressFor } from "../progress.ts";
import { parseSpecs } from "../registries/spec.ts";
import type { ReportOptions } from "../report.ts";
import { isVariableName } from "../variables.ts";
import { type Arguments, systemOf } from "./command.ts";

const usage = (message: string, hint: string): BerthError =>
  new BerthError("BERTH_USAGE", message, hint);

const isClient = (name: string): name is Client => clients.some((client) => client === name);

const parseClients = (text: string | undefined, source: string): readonly Client[] => {
  if (text === undefined) return clients;
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !isClient(name));
  if (unknown === undefined) return names.filter(isClient);
  const message = `${source}:${shown(unknown)} is not one of them`;
  throw usage(message, `choices, separated by commas: ${clients.join(", ")}`);
};

// What is given may be the token itself, by mistake: it is never shown.
const parseTokenEnv = (name: string | undefined, source: string): string | undefined => {
  if (name === undefined || isVariableName(name)) return name;
  const message = `${source}: its value is not the name of a variable`;
  throw usage(message, "give the name, not the token: --token-env MY_TOKEN");
};

/** What the command line says of the job's own credentials. Throws BERTH_USAGE. */
export const readLoginOptions = (args: Arguments): LoginOptions => {
  const tokenEnv = parseTokenEnv(args.text("token-env"), args.sourceOf("token-env"));
  const registryHost = args.text("registry-host");
  return {
    gitlabCredentials: args.text("gitlab-credentials") === "deploy" ? "deploy" : "job",
    ...(tokenEnv && { tokenEnv }),
    ...(registryHost && { registryHost }),
  };
};

/** What the command line says of the berth to make. Throws BERTH_USAGE and BERTH_BAD_REGISTRY. */
export const readBerthOptions = (args: Arguments): GatherOptions & PlanOptions => {
  const registries = parseSpecs(args.texts("registry"), args.sourceOf("registry"));
  return {
    system: systemOf(args),
    envFile: args.text("env-file"),
    tmpDir: args.text("tmp-dir"),
    dockerConfig: args.text("docker-config"),
    inherit: args.flag("inherit") ?? true,
    useDockerAuthConfig: args.flag("use-docker-auth-config") ?? true,
    loginToRegistry: args.flag("login-to-registry") ?? true,
    registries,
    werf: args.flag("werf") ?? false,
    clients: parseClients(args.text("clients"), args.sourceOf("clients")),
    ifMissing: MISSING_CHOICES.find((choice) => choice === args.text("if-missing")) ?? "warn",
    store: STORES.find((store) => store === args.text("store")),
    ...readLoginOptions(args),
  };
};

/** The same, for a run that asks servers for credentials, and tells of it: not a dry run. */
export const withProgress = (
  options: GatherOptions & PlanOptions,
  { quiet, dryRun, style }: Pick<ReportOptions, "quiet" | "dryRun" | "style">,
  machine: Machine,
): GatherOptions & PlanOptions =>
  dryRun ? options : { ...options, progress: progressFor(quiet, machine, style) };
