import { readFileSync } from "node:fs";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { githubJob, type JobEnv } from "../../support/job.ts";
import { environmentIn, pairsIn } from "../../support/workflow-files.ts";
import type { Outcome, Place, RunOptions, Sandbox } from "./sandbox.ts";

interface Metadata {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post: string };
}

const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** What action.yml says. */
export const action: Metadata = parse(readFileSync(join(repository, "action.yml"), "utf8"));

/** Puts the action where a runner puts a repository that a workflow uses. Out: the folder. */
export const checkOutAction = async ({ folder }: Pick<Sandbox, "folder">): Promise<string> => {
  const checkout = join(folder, "_actions", "berth");
  for (const name of ["action.yml", "package.json", "dist"]) {
    await cp(join(repository, name), join(checkout, name), { recursive: true });
  }
  return checkout;
};

const FILES = ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"] as const;

/** The files of a step through which it tells the runner something. */
export type StepFiles = Readonly<Record<(typeof FILES)[number], string>>;

/** What a workflow says of a step. */
export interface StepOptions {
  readonly with?: JobEnv;
  /** Undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly run?: RunOptions;
  /** A program that is to run the step's: its words come first. */
  readonly by?: readonly string[];
  /** Is done before the step starts. */
  prepare?(files: StepFiles): Promise<void>;
}

/** A step of the action, and what the runner has read in its files, all masked but the summary. */
interface Step {
  readonly ended: Outcome;
  readonly env: JobEnv;
  readonly outputs: JobEnv;
  readonly state: JobEnv;
  readonly summary: string;
  /** At the job's end: the action's `post`. */
  post(options?: StepOptions): Promise<Outcome>;
}

export interface WorkflowJob {
  readonly place: Place;
  /** RUNNER_TEMP. */
  readonly temporary: string;
  mask(text: string): string;
  /** The names of the berths in RUNNER_TEMP. */
  berths(): Promise<readonly string[]>;
  /** `uses: berth`. */
  uses(options?: StepOptions): Promise<Step>;
  /** A later step, that has nothing in its environment but what the steps before have put in files of GITHUB_ENV. */
  run(script: string): Promise<Outcome>;
}

export interface JobOptions {
  /** The folder of `checkOutAction`. */
  readonly checkout: string;
  readonly host: string;
  readonly project: string;
  /** `github.token`. */
  readonly token: string;
  readonly id?: number;
  /** The workflow's `env:`. */
  readonly env?: JobEnv;
}

const present = (env: Readonly<Record<string, string | undefined>>): JobEnv =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

// https://github.com/actions/runner/blob/main/src/Runner.Worker/Handlers/Handler.cs
const inputName = (name: string): string => `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;

const inputsOf = (given: JobEnv, token: string): JobEnv =>
  Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: byDefault = "" }]) => [
      inputName(name),
      given[name] ?? byDefault.replace(/^\$\{\{ github\.token \}\}$/, () => token),
    ]),
  );

const withMask = (pairs: Iterable<readonly [string, string]>, mask: (text: string) => string) =>
  Object.fromEntries([...pairs].map(([name, value]) => [name, mask(value)]));

/** A job of GitHub Actions on a runner of its own, as the runner itself runs one. */
export const makeWorkflowJob = async (
  place: Place,
  { checkout, host, project, token, id = 1, env: workflowEnv = {} }: JobOptions,
): Promise<WorkflowJob> => {
  const temporary = join(place.folder, `runner-${id}`, "_temp");
  const commands = join(temporary, "_runner_file_commands");
  await mkdir(commands, { recursive: true });
  const mask = (text: string): string => place.mask(text.replaceAll(host, "<registry>"));
  const machine = { ...place.env, PATH: process.env["PATH"] ?? "" };
  const { GITHUB_TOKEN: _, ...github } = githubJob(place, { id, host, project, token });
  const own = { RUNNER_TEMP: temporary, RUNNER_NAME: `runner-${id}`, BERTH_REGISTRY_HOST: host };
  const job = { ...github, ...machine, ...own };
  let stored: JobEnv = {};
  let steps = 0;

  const filesOf = async (): Promise<StepFiles> => {
    steps += 1;
    const files = FILES.map((name) => [name, join(commands, `${name}_${steps}`)] as const);
    for (const [, path] of files) await writeFile(path, "");
    return Object.fromEntries(files) as StepFiles;
  };
  const start = async (
    main: string,
    { run, prepare, by = [], ...step }: StepOptions,
    more: JobEnv,
  ) => {
    const files = await filesOf();
    await prepare?.(files);
    const all = { ...job, ...workflowEnv, ...stored, ...files, ...more, ...step.env };
    const inputs = inputsOf(step.with ?? {}, token);
    const command = [...by, process.execPath, join(checkout, main)];
    const { exitCode, stdout, stderr } = await place.run(
      command,
      present({ ...all, ...inputs }),
      run,
    );
    const read = (name: keyof StepFiles) => readFile(files[name], "utf8").catch(() => "");
    return { ended: { exitCode, stdout: mask(stdout), stderr: mask(stderr) }, read };
  };

  const uses: WorkflowJob["uses"] = async (options = {}) => {
    const { ended, read } = await start(action.runs.main, options, {});
    const env = environmentIn(await read("GITHUB_ENV"));
    stored = { ...stored, ...env };
    const state = pairsIn(await read("GITHUB_STATE"));
    const states = Object.fromEntries(state.map(([name, value]) => [`STATE_${name}`, value]));
    return {
      ended,
      env: withMask(Object.entries(env), mask),
      outputs: withMask(pairsIn(await read("GITHUB_OUTPUT")), mask),
      state: withMask(state, mask),
      summary: await read("GITHUB_STEP_SUMMARY"),
      post: async (change = {}) => {
        const both = { ...options, ...change, env: { ...options.env, ...change.env } };
        return (await start(action.runs.post, { ...both, prepare: async () => {} }, states)).ended;
      },
    };
  };
  const run: WorkflowJob["run"] = async (script) => {
    const { exitCode, stdout, stderr } = await place.run(["bash", "-e", "-c", script], {
      ...machine,
      ...stored,
    });
    return { exitCode, stdout: mask(stdout), stderr: mask(stderr) };
  };
  const berths = async () => {
    const folders = (await readdir(temporary)).filter((name) => name.startsWith("berth-"));
    const found = await Promise.all(folders.map((name) => readdir(join(temporary, name))));
    return found.flat().map(mask).sort();
  };
  return { place, temporary, mask, berths, uses, run };
};
