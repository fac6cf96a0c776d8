import { chooseSystem } from "../ci/index.ts";
import { parseRegistry } from "../docker-config/keys.ts";
import { loadEnv } from "../env-file.ts";
import { BerthError } from "../errors.ts";
import { type GatherOptions, gather } from "../gather.ts";
import type { Machine } from "../machine.ts";
import { pullSecretOptions } from "../options.ts";
import { ownLogins } from "../own-logins.ts";
import { makePlan, type PlanOptions } from "../plan.ts";
import { pullSecretManifest } from "../pull-secret.ts";
import { kindOf } from "../registries/index.ts";
import { parseSpecs, pathOf, type RegistrySpec } from "../registries/spec.ts";
import { type Env, present, seal } from "../variables.ts";
import { linesOf } from "../words.ts";
import { readBerthOptions, withProgress } from "./berth-options.ts";
import { type Arguments, type Command, systemOf, systemWord } from "./command.ts";

const hostOf = (text: string): string =>
  parseRegistry(text.replace(/,.*$/s, ""), "--registry", { mayBeSecret: true }).host;

// A registry that stands alone is one that the job has a credential for, but for those whose credential is had by that alone.
const isSpec = (text: string): boolean =>
  text.includes(",") ||
  kindOf({ host: hostOf(text), path: pathOf(text), fields: {} }).needs.length === 0;

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** What is asked for, and what ci-env would log in to without being told. */
const specsOf = (given: readonly string[], env: Env): readonly RegistrySpec[] => {
  const asked = parseSpecs(given.filter(isSpec), "--registry");
  const hosts = asked.map(({ host }) => host);
  const listed = parseSpecs(linesOf(env["BERTH_REGISTRIES"] ?? ""), "BERTH_REGISTRIES");
  return [...asked, ...listed.filter(({ host }) => !hosts.includes(host))];
};

/** The job's own registry, what lasts there, and which of its secrets do not last. */
const ownOf = async (args: Arguments, options: GatherOptions, machine: Machine) => {
  const env = await loadEnv(args.text("env-file"), machine);
  const system = chooseSystem(systemOf(args), env);
  const secrets = system.variables.filter(({ secret }) => secret);
  const variables = seal(env, [...secrets.map(({ name }) => name), options.tokenEnv ?? ""]);
  const { registry: own } = system.access(variables, options);
  const jobTokens = secrets.flatMap(({ name, endsWithJob }) => {
    const token = endsWithJob && variables.secrets[name];
    return token ? [token] : [];
  });
  return { own, jobTokens, lasting: system.lasting };
};

const planFor = async (options: GatherOptions & PlanOptions, force: boolean, machine: Machine) => {
  const all = await gather({ ...options, store: "file" }, machine);
  // What earlier runs have written may end at any time: that is not written with it.
  const { berth, ...others } = all;
  const facts = force && !berth?.answering ? all : others;
  return { plan: makePlan(facts, options), logins: ownLogins(facts, options) };
};

export const pullSecret = {
  name: "pull-secret",
  describe: "Print a Secret of Kubernetes, to pull the job's images in a cluster",
  word: systemWord,
  options: pullSecretOptions,
  evaluated: false,
  examples: [
    [
      "berth pull-secret gitlab --gitlab-credentials deploy | kubectl apply -f -",
      "with the project's deploy token, which lasts",
    ],
  ],
  run: async (args, machine, style) => {
    const given = args.texts("registry");
    const asked = unique(given.map(hostOf));
    const [force, quiet] = [args.flag("force") ?? false, args.flag("quiet") ?? false];
    const read = readBerthOptions({ ...args, texts: () => [] });
    const { own, jobTokens, lasting } = await ownOf(args, read, machine);
    const hosts = asked.length === 0 && own !== undefined ? [own] : asked;
    if (hosts.length === 0) {
      throw new BerthError(
        "BERTH_USAGE",
        "the job has no registry of its own",
        "name one: --registry HOST",
      );
    }
    const specs = specsOf(given, present(machine.env)).filter(({ host }) => hosts.includes(host));
    const show = { quiet, dryRun: false, style };
    const options = withProgress({ ...read, registries: specs }, show, machine);
    const { plan, logins } = await planFor(options, force, machine);
    const stdout = pullSecretManifest(plan, {
      name: args.text("name") ?? "regcred",
      ...{ namespace: args.text("namespace"), force, hosts, logins, jobTokens },
      lasting,
    });
    return { stdout, stderr: quiet ? "" : `berth: a Secret for ${hosts.join(", ")}\n` };
  },
} as const satisfies Command;
