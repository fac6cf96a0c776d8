import { chooseSystem } from "../ci/index.ts";
import type { CiSystem } from "../ci/system.ts";
import { hostOfKey } from "../docker-config/keys.ts";
import { loadEnv } from "../env-file.ts";
import { BerthError } from "../errors.ts";
import { planBerth } from "../make-berth.ts";
import { pullSecretOptions } from "../options.ts";
import { pullSecretManifest } from "../pull-secret.ts";
import { kindOf } from "../registries/index.ts";
import type { Secret } from "../secret.ts";
import { type Env, seal } from "../variables.ts";
import { readBerthOptions, withProgress } from "./berth-options.ts";
import { type Arguments, type Command, systemOf, systemWord } from "./command.ts";

const hostOf = (text: string): string => hostOfKey(text.replace(/,.*$/s, "").trim());

// A registry that stands alone is one that the job has a credential for, but for those whose credential is had by that alone.
const isSpec = (text: string): boolean =>
  text.includes(",") || kindOf({ host: hostOf(text), path: "", fields: {} }).needs.length === 0;

const withSpecs = (args: Arguments, texts: readonly string[]): Arguments => ({
  ...args,
  texts: (option) => (option === "registry" ? texts : args.texts(option)),
});

const jobTokensOf = (system: CiSystem, env: Env): readonly Secret[] => {
  const ending = system.variables.filter(({ endsWithJob }) => endsWithJob);
  return Object.values(
    seal(
      env,
      ending.map(({ name }) => name),
    ).secrets,
  );
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
    const show = { quiet: args.flag("quiet") ?? false, dryRun: false, style };
    const asked = readBerthOptions(withSpecs(args, given.filter(isSpec)));
    const options = withProgress(asked, show, machine);
    const plan = await planBerth(options, machine);
    const own = plan.output.variables.find(([name]) => name === "BERTH_REGISTRY")?.[1];
    const hosts = given.length > 0 ? given.map(hostOf) : own === undefined ? [] : [own];
    if (hosts.length === 0) {
      throw new BerthError(
        "BERTH_USAGE",
        "the job has no registry of its own",
        "name one: --registry HOST",
      );
    }
    const env = await loadEnv(args.text("env-file"), machine);
    const system = chooseSystem(systemOf(args), env);
    const stdout = pullSecretManifest(plan, {
      name: args.text("name") ?? "regcred",
      ...{ namespace: args.text("namespace"), force: args.flag("force") ?? false },
      ...{ hosts: [...new Set(hosts)], lasting: system.lasting },
      jobTokens: jobTokensOf(system, env),
    });
    const told = `berth: a Secret for ${[...new Set(hosts)].join(", ")}\n`;
    return { stdout, stderr: show.quiet ? "" : told };
  },
} as const satisfies Command;
