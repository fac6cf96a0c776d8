import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { JobEnv } from "../../../support/job.ts";
import { environmentIn } from "../../../support/workflow-files.ts";
import type { PipelineJob, Vendor } from "./job.ts";

// CI systems that start a shell for each step.

interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: JobEnv;
}

const mapValues = (env: JobEnv, change: (value: string) => string): JobEnv =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, change(value)]));

/** Whether a step is one of those that always run. Throws where it has another condition. */
const isAlways = (condition: string | undefined, always: string): boolean => {
  if (condition !== undefined && condition !== always) throw new Error(`what is ${condition}?`);
  return condition !== undefined;
};

const evaluated = (text: string, { secrets }: PipelineJob): string =>
  text.replace(/\$\{\{ (.*?) \}\}/g, (_, name: string) => {
    const value = secrets[name];
    if (value === undefined) throw new Error(`what is ${name}?`);
    return value;
  });

/** A workflow's job on a runner of GitHub Actions, or of one that is made after it, with this command for a script. */
const actions =
  (bash: readonly string[], temporary: (job: PipelineJob) => string): Vendor =>
  async (pipeline, job) => {
    const { jobs }: { jobs: { publish: { steps: readonly WorkflowStep[] } } } = parse(pipeline);
    let stored: JobEnv = {};
    let failed = false;
    for (const [index, step] of jobs.publish.steps.entries()) {
      if (step.uses?.includes("actions/checkout@")) continue;
      if (step.run === undefined) throw new Error(`what is ${step.uses}?`);
      if (!isAlways(step.if, "always()") && failed) continue;
      const file = await job.file(`env_${index}`, "");
      const own = mapValues(step.env ?? {}, (value) => evaluated(value, job));
      const runners = { GITHUB_ENV: file, RUNNER_TEMP: temporary(job) };
      const env = { ...job.env, ...runners, ...stored, ...own };
      const script = await job.file(`${index}.sh`, evaluated(step.run, job));
      failed = (await job.shell([...bash, script], env)).exitCode !== 0 || failed;
      stored = { ...stored, ...environmentIn(await readFile(file, "utf8")) };
    }
  };

// https://github.com/actions/runner/blob/main/src/Runner.Worker/Handlers/ScriptHandler.cs
export const github = actions(["bash", "-e"], ({ folder }) => folder);

// https://code.forgejo.org/forgejo/runner/src/branch/main/act/runner/step_run.go
export const actLike = actions(
  ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"],
  ({ env }) => env["TMPDIR"] ?? "",
);

interface AzureStep {
  readonly bash: string;
  readonly env?: JobEnv;
  readonly condition?: string;
}

const AZURE_ESCAPES: Readonly<Record<string, string>> = {
  ...{ "%AZP25": "%", "%0D": "\r", "%0A": "\n" },
};

// https://github.com/microsoft/azure-pipelines-agent/blob/master/docs/preview/loggingcommands.md
const azureVariablesIn = (log: string): JobEnv =>
  Object.fromEntries(
    [...log.matchAll(/^##vso\[task\.setvariable variable=([^\];]+)\](.*)$/gm)].map(
      ([, name = "", value = ""]) => [
        name,
        value.replace(/%(?:AZP25|0D|0A)/g, (code) => AZURE_ESCAPES[code] ?? code),
      ],
    ),
  );

/** Azure Pipelines: a secret variable is in no environment, but every variable is in the macros. */
// https://learn.microsoft.com/en-us/azure/devops/pipelines/process/variables
export const azure: Vendor = async (pipeline, job) => {
  const { variables, steps }: { variables: JobEnv; steps: readonly AzureStep[] } = parse(pipeline);
  let known = variables;
  let failed = false;
  for (const [index, { bash, env = {}, condition }] of steps.entries()) {
    if (!isAlways(condition, "always()") && failed) continue;
    const values: JobEnv = { ...job.secrets, ...known };
    const expanded = (text: string): string =>
      text.replace(/\$\(([^)]*)\)/g, (macro, name: string) => values[name] ?? macro);
    const exported = Object.entries(known).map(([name, value]) => [
      name.toUpperCase().replace(/[. ]/g, "_"),
      value,
    ]);
    const agents = { AGENT_TEMPDIRECTORY: job.folder };
    const all = {
      ...{ ...job.env, ...agents, ...Object.fromEntries(exported) },
      ...mapValues(env, expanded),
    };
    const script = await job.file(`${index}.sh`, expanded(bash));
    const { exitCode, stdout, stderr } = await job.shell(["bash", script], all);
    failed = exitCode !== 0 || failed;
    known = { ...known, ...azureVariablesIn(`${stdout}\n${stderr}`) };
  }
};

type CircleStep =
  | string
  | { readonly run: string | { readonly command: string; readonly when?: string } };

interface CircleConfig {
  readonly jobs: {
    readonly publish: { readonly environment: JobEnv; readonly steps: readonly CircleStep[] };
  };
}

const CIRCLE_BUILT_IN = ["checkout", "setup_remote_docker"];

/** CircleCI: Bash itself reads the file of BASH_ENV in each step. */
// https://circleci.com/docs/reference/configuration-reference/#default-shell-options
export const circleci: Vendor = async (pipeline, job) => {
  const { environment, steps } = (parse(pipeline) as CircleConfig).jobs.publish;
  const BASH_ENV = join(job.folder, "bash_env");
  const env = { ...job.env, ...job.secrets, ...environment, BASH_ENV };
  let failed = false;
  for (const step of steps) {
    if (typeof step === "string" && CIRCLE_BUILT_IN.includes(step)) continue;
    if (typeof step === "string") throw new Error(`what is ${step}?`);
    const { command, when } = typeof step.run === "string" ? { command: step.run } : step.run;
    if (!isAlways(when, "always") && failed) continue;
    const words = ["/bin/bash", "-eo", "pipefail", "-c", command];
    failed = (await job.shell(words, env)).exitCode !== 0 || failed;
  }
};
