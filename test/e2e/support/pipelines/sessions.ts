import { join } from "node:path";
import { parse } from "yaml";
import type { JobEnv } from "../../../support/job.ts";
import { quoted } from "../shells.ts";
import type { PipelineJob, Vendor } from "./job.ts";

// CI systems whose commands have one environment, from the first to the last.

type Lines = string | readonly string[];

const listed = (lines: Lines | undefined): readonly string[] => [lines ?? []].flat();

/** Variables as `NAME=value`. */
const assigned = (lines: readonly string[]): JobEnv =>
  Object.fromEntries(
    lines.map((line) => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1)]),
  );

interface TravisConfig
  extends Readonly<
    Record<"install" | "before_script" | "script" | "after_script", Lines | undefined>
  > {
  readonly env: { readonly global: readonly string[] };
}

/**
 * Travis CI: one Bash script. What fails in `install` and `before_script` ends the build at once; `script` is run to its end, and
 * `after_script` after that.
 */
// https://github.com/travis-ci/travis-build/blob/master/lib/travis/build/stages.rb
export const travis: Vendor = async (pipeline, job) => {
  const config: TravisConfig = parse(pipeline);
  const asserted = [...listed(config.install), ...listed(config.before_script)];
  const script = [
    'travis_cmd() { eval "$1 "; }',
    ...asserted.map((line) => `travis_cmd ${quoted(line)} || exit 2`),
    "result=0",
    ...listed(config.script).map((line) => `travis_cmd ${quoted(line)} || result=1`),
    ...listed(config.after_script).map((line) => `travis_cmd ${quoted(line)}`),
    'exit "$result"',
  ];
  const env = { ...job.env, ...job.secrets, ...assigned(config.env.global) };
  await job.shell(["bash", await job.file("build.sh", script.join("\n"))], env);
};

/** Commands that one Bash sources from files until one fails, and others that it sources in any case. */
const session = async (
  job: PipelineJob,
  commands: readonly string[],
  always: readonly string[],
): Promise<string> => {
  const source = async (line: string, index: number, group: string) =>
    `. ${quoted(await job.file(`${group}-${index}`, line))}`;
  const first = await Promise.all(commands.map((line, index) => source(line, index, "commands")));
  const last = await Promise.all(always.map((line, index) => source(line, index, "always")));
  const untilFirst = first.map((line) => `[ "$result" != 0 ] || { ${line}; result=$?; }`);
  return ["result=0", ...untilFirst, ...last, 'exit "$result"'].join("\n");
};

interface AppveyorConfig
  extends Readonly<Record<"install" | "build_script" | "on_finish", Lines | undefined>> {
  readonly environment: JobEnv;
}

/** AppVeyor on Linux: one Bash for all of the build. */
// https://www.appveyor.com/docs/getting-started-with-appveyor-for-linux/
export const appveyor: Vendor = async (pipeline, job) => {
  const { environment, install, build_script, on_finish }: AppveyorConfig = parse(pipeline);
  const commands = [...listed(install), ...listed(build_script)];
  const script = await session(job, commands, listed(on_finish));
  const env = { ...job.env, ...job.secrets, ...environment };
  await job.shell(["bash", await job.file("build.sh", script)], env);
};

interface SemaphorePipeline {
  readonly blocks: readonly [
    {
      readonly task: {
        readonly env_vars: readonly { readonly name: string; readonly value: string }[];
        readonly jobs: readonly [{ readonly commands: readonly string[] }];
        readonly epilogue: { readonly always: { readonly commands: readonly string[] } };
      };
    },
  ];
}

/** Semaphore: one Bash on a terminal, a login shell, which then gets its variables from a file. */
// https://github.com/semaphoreci/agent/blob/master/pkg/shell/process.go
export const semaphore: Vendor = async (pipeline, job) => {
  const { env_vars, jobs, epilogue } = (parse(pipeline) as SemaphorePipeline).blocks[0].task;
  const own = env_vars.map(({ name, value }) => [name, value] as const);
  const exported = [...Object.entries({ ...job.env, ...job.secrets }), ...own]
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join("");
  const checkout = `checkout() { cd ${quoted(job.checkout)}; }\ncd ~\n`;
  const script = await session(job, jobs[0].commands, epilogue.always.commands);
  const line = `bash --login ${quoted(await job.file("job.sh", exported + checkout + script))}`;
  const words = ["script", "--quiet", "--return", "--command", line, "/dev/null"];
  await job.shell(words, job.env);
};

interface Phase {
  readonly commands: readonly string[];
  readonly finally?: readonly string[];
}

interface Buildspec {
  readonly env: { readonly variables: JobEnv; readonly "secrets-manager": JobEnv };
  readonly phases: Readonly<Record<string, Phase | undefined>>;
}

/** AWS CodeBuild: each command has the exported variables of the ones before. */
// https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
export const codebuild: Vendor = async (pipeline, job) => {
  const { env, phases }: Buildspec = parse(pipeline);
  const secrets = Object.entries(env["secrets-manager"]).map(([name, at]) => [
    name,
    job.secrets[at] ?? "",
  ]);
  const all = { ...job.env, ...env.variables, ...Object.fromEntries(secrets) };
  const state = quoted(join(job.folder, "env.sh"));
  let count = 0;
  const run = async (command: string): Promise<boolean> => {
    count += 1;
    const script = `[ ! -e ${state} ] || . ${state}\n${command}\nlast=$?\nexport -p > ${state}\nexit $last\n`;
    const { exitCode } = await job.shell(["sh", await job.file(`${count}.sh`, script)], all);
    return exitCode === 0;
  };
  for (const name of ["install", "pre_build", "build"]) {
    let failed = false;
    for (const command of phases[name]?.commands ?? []) failed = failed || !(await run(command));
    for (const command of phases[name]?.finally ?? []) await run(command);
    if (failed) return;
  }
};
