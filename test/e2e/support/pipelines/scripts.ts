import { parse } from "yaml";
import type { JobEnv } from "../../../support/job.ts";
import { quoted } from "../shells.ts";
import type { PipelineJob, Vendor } from "./job.ts";

// CI systems that make one script of a pipeline's lines, and some another one of what comes after.

interface GitlabJob {
  readonly variables?: JobEnv;
  readonly before_script?: readonly string[];
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
}

// https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/shells/bash.go
const gitlabScript = (lines: readonly string[]): string => {
  const shown = (line: string): string => {
    const [first, ...rest] = line.trim().split("\n");
    return `$ ${first}${rest.length > 0 ? " # collapsed multi-line command" : ""}`;
  };
  const script = lines.map((line) => `echo ${quoted(shown(line))}\n${line.trim()}\n`).join("");
  return `#!/usr/bin/env bash

trap 'exit 1' TERM

case "$(set -o)" in *"pipefail"*) set -o pipefail;; esac; set -o errexit
set +o noclobber
(trap 'exit 1' TERM; eval ${quoted(script)}) < /dev/null
exit 0
`;
};

/** The runner of GitLab in an image that has this shell, which reads each script from stdin. */
export const gitlab =
  (shell: readonly string[], name = "publish"): Vendor =>
  async (pipeline, job) => {
    const { [name]: it }: Readonly<Record<string, GitlabJob>> = parse(pipeline);
    if (!it) throw new Error(`no job ${name}`);
    const env = { ...job.env, ...job.secrets, ...it.variables };
    const script = gitlabScript([...(it.before_script ?? []), ...it.script]);
    const { exitCode } = await job.shell(shell, env, script);
    const CI_JOB_STATUS = exitCode === 0 ? "success" : "failed";
    const after = gitlabScript(it.after_script ?? []);
    if (it.after_script) await job.shell(shell, { ...env, CI_JOB_STATUS }, after);
  };

interface BitbucketStep {
  readonly script: readonly string[];
  readonly "after-script": readonly string[];
}

/** Bitbucket, as its documentation has it; its runner is not public. */
// https://support.atlassian.com/bitbucket-cloud/docs/step-options/
export const bitbucket: Vendor = async (pipeline, job) => {
  const { pipelines }: { pipelines: { default: readonly [{ step: BitbucketStep }] } } =
    parse(pipeline);
  const { script, "after-script": after } = pipelines.default[0].step;
  const start = async (name: string, lines: readonly string[], env: JobEnv) =>
    job.shell(["bash", "-e", await job.file(name, lines.join("\n"))], { ...job.env, ...env });
  const { exitCode } = await start("script.sh", script, job.secrets);
  await start("after.sh", after, { ...job.secrets, BITBUCKET_EXIT_CODE: `${exitCode}` });
};

interface BuildkitePipeline {
  readonly env: JobEnv;
  readonly steps: readonly [{ readonly secrets: readonly string[]; readonly commands: unknown }];
}

// https://github.com/buildkite/interpolate, by `buildkite-agent pipeline upload`
const interpolated = (text: string, env: JobEnv): string => {
  if (/\$\$|\\\$|\$\{/.test(text)) throw new Error(`not understood: ${text}`);
  return text.replace(/\$([A-Za-z]\w*)/g, (_, name: string) => env[name] ?? "");
};

// https://github.com/buildkite/agent/blob/main/internal/job/executor.go
export const buildkite: Vendor = async (pipeline, job) => {
  const { env, steps }: BuildkitePipeline = parse(pipeline);
  const lines = [steps[0].commands].flat().join("\n");
  const command = interpolated(lines, { ...job.env, ...env });
  const secrets = Object.fromEntries(
    steps[0].secrets.map((name) => [name, job.secrets[name] ?? ""]),
  );
  await job.shell(["/bin/bash", "-e", "-c", command], { ...job.env, ...env, ...secrets });
};

type FromSecret = string | { readonly from_secret: string };

interface ContainerStep {
  readonly environment: Readonly<Record<string, FromSecret>>;
  readonly commands: readonly string[];
}

const withSecrets = ({ environment }: ContainerStep, { env, secrets }: PipelineJob): JobEnv => ({
  ...env,
  ...Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      typeof value === "string" ? value : (secrets[value.from_secret] ?? ""),
    ]),
  ),
});

/** Drone: the step's shell reads the script from stdin. */
// https://github.com/drone-runners/drone-runner-docker/blob/master/engine/compiler/shell/shell.go
export const drone: Vendor = async (pipeline, job) => {
  const { steps }: { steps: readonly [ContainerStep] } = parse(pipeline);
  const traced = (it: string) => `\necho + ${JSON.stringify(it).replaceAll("$", "\\$")}\n${it}\n`;
  const DRONE_SCRIPT = `\nunset DRONE_SCRIPT\nset -e\n\n${steps[0].commands.map(traced).join("")}`;
  const env = { ...withSecrets(steps[0], job), DRONE_SCRIPT };
  await job.shell(["/bin/sh", "-c", 'echo "$DRONE_SCRIPT" | /bin/sh'], env);
};

/** Woodpecker: so it does, with `-e`. */
// https://github.com/woodpecker-ci/woodpecker/blob/main/pipeline/backend/common/script_posix.go
export const woodpecker: Vendor = async (pipeline, job) => {
  const { steps }: { steps: readonly [ContainerStep] } = parse(pipeline);
  const traced = (it: string) => `\necho + ${quoted(it)}\n${it}\n`;
  const script = `unset CI_SCRIPT\n${steps[0].commands.map(traced).join("")}`;
  const CI_SCRIPT = Buffer.from(script).toString("base64");
  const env = { ...withSecrets(steps[0], job), CI_SCRIPT };
  await job.shell(["/bin/sh", "-c", "echo $CI_SCRIPT | base64 -d | /bin/sh -e"], env);
};

interface TektonVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

interface TektonTask {
  readonly spec: {
    readonly steps: readonly [{ readonly env: readonly TektonVariable[]; readonly script: string }];
  };
}

/** Tekton: what stands in $(…) is replaced where it is known, and left as it is where not. */
// https://github.com/tektoncd/pipeline/blob/main/pkg/pod/script.go
export const tekton =
  (known: JobEnv): Vendor =>
  async (pipeline, job) => {
    const [{ env, script }] = (parse(pipeline) as TektonTask).spec.steps;
    const replaced = (text: string): string =>
      text.replace(/\$\(([\w.-]+)\)/g, (all, name: string) => known[name] ?? all);
    const own = env.map(({ name, value, valueFrom }) => {
      const secret = valueFrom?.secretKeyRef;
      const found = value ?? job.secrets[`${secret?.name}.${secret?.key}`] ?? "";
      return [name, replaced(found)];
    });
    const file = await job.file("script", `#!/bin/sh\nset -e\n${replaced(script)}`);
    await job.shell(["/bin/sh", file], { ...job.env, ...Object.fromEntries(own) });
  };

/** Google Cloud Build: a script that names no interpreter is for /bin/sh. */
// https://docs.cloud.google.com/build/docs/configuring-builds/run-bash-scripts
export const cloudbuild: Vendor = async (pipeline, job) => {
  const { steps }: { steps: readonly [{ script: string }] } = parse(pipeline);
  await job.shell(["/bin/sh", await job.file("script", steps[0].script)], job.env);
};

/** A script on a machine. */
export const generic: Vendor = async (pipeline, job) => {
  const file = await job.file("publish.sh", pipeline);
  await job.shell(["/bin/sh", file], { ...job.env, ...job.secrets });
};
