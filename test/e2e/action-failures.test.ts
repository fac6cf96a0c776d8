import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { describe, test } from "./support/node-build.ts";
import { bound, giveToBound } from "./support/privileges.ts";
import { makeSandbox, type Sandbox } from "./support/sandbox.ts";
import { testIf } from "./support/test-if.ts";
import { canMount, UNSHARE } from "./support/tmpfs.ts";
import {
  checkOutAction,
  makeWorkflowJob,
  type StepFiles,
  type StepOptions,
  type WorkflowJob,
} from "./support/workflow.ts";

const TEMP = "<folder>/runner-1/_temp";
const BERTH = `${TEMP}/berth-<uid>/github-1-1-test-<hash>`;
const FREE_IT = "free or change it, or choose another place with --tmp-dir or BERTH_TMP_DIR";

let sandbox: Sandbox;
let checkout: string;

beforeAll(async () => {
  sandbox = await makeSandbox("action-failures");
  checkout = await checkOutAction(sandbox);
});

afterAll(() => sandbox?.remove());

const start = async (): Promise<WorkflowJob> => {
  const options = { checkout, host: "registry.example.com", project: "o/a", token: "ghs_token" };
  return makeWorkflowJob(await sandbox.place(), options);
};

const done = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
const failed = (text: string) => ({
  ...{ exitCode: 1, stdout: `::error::berth: ${text}\n`, stderr: "" },
});
const removed = done(`berth: removed ${BERTH}\n`);
const nothing = done(`berth: nothing to clean up at ${BERTH}\n`);
const cannotWrite = (path: string, problem: string) =>
  failed(`cannot write ${path}: ${problem} (BERTH_DISK): ${FREE_IT}`);

const withoutMasks = (text: string): string => text.replace(/^::add-mask::.*\n/gm, "");

/** How the step ends, which of its files say something, and how the post ends; after that there is no berth any more. */
const runBoth = async (options: StepOptions, job?: WorkflowJob) => {
  const on = job ?? (await start());
  const { ended, env, outputs, state, summary, post } = await on.uses(options);
  const files = { env, state, outputs, summary };
  const filled = Object.entries(files).filter(([, content]) => Object.keys(content).length > 0);
  const main = { ...ended, stdout: withoutMasks(ended.stdout) };
  const result = { main, said: filled.map(([name]) => name), post: await post() };
  expect(await on.berths()).toEqual([]);
  return result;
};

const full = (name: keyof StepFiles): StepOptions => ({ env: { [name]: "/dev/full" } });
const NO_SPACE = cannotWrite("/dev/full", "no space left on the disk");

const readOnly = (name: keyof StepFiles): StepOptions => ({
  run: bound,
  prepare: async (files) => {
    await giveToBound(join(files[name], "..", ".."));
    await chmod(files[name], 0o400);
  },
});
const inFiles = (name: keyof StepFiles) => `${TEMP}/_runner_file_commands/${name}_1`;
const denied = (name: keyof StepFiles) => cannotWrite(inFiles(name), "permission denied");

const folder = (name: keyof StepFiles): StepOptions => ({
  prepare: async (files) => {
    await rm(files[name]);
    await mkdir(files[name]);
  },
});

describe("where the step fails half-way, its post takes away what is there, and does not fail", () => {
  test.each([
    [
      "a wrong input",
      { with: { clients: "docker,crane" } },
      failed(
        '--clients: "crane" is not one of them (BERTH_USAGE): choices, separated by commas: docker, containers, helm, werf',
      ),
      [],
      nothing,
    ],
    ["GITHUB_STATE on a full disk", full("GITHUB_STATE"), NO_SPACE, [], removed],
    ["GITHUB_STATE read-only", readOnly("GITHUB_STATE"), denied("GITHUB_STATE"), [], removed],
    ["GITHUB_ENV on a full disk", full("GITHUB_ENV"), NO_SPACE, ["state"], removed],
    ["GITHUB_ENV read-only", readOnly("GITHUB_ENV"), denied("GITHUB_ENV"), ["state"], removed],
    [
      "GITHUB_ENV a folder",
      folder("GITHUB_ENV"),
      cannotWrite(inFiles("GITHUB_ENV"), "EISDIR"),
      ["state"],
      removed,
    ],
    [
      "a value that GITHUB_ENV must not hold",
      { env: { GITHUB_REPOSITORY: `o/\${{ x }}` } },
      failed(
        "BERTH_IMAGE: its value has ${{ in it (BERTH_BAD_VALUE): a runner would evaluate that as an expression: correct the variable that it is from",
      ),
      [],
      nothing,
    ],
    ["GITHUB_OUTPUT on a full disk", full("GITHUB_OUTPUT"), NO_SPACE, ["env", "state"], removed],
    [
      ...["GITHUB_OUTPUT read-only", readOnly("GITHUB_OUTPUT"), denied("GITHUB_OUTPUT")],
      ...[["env", "state"], removed],
    ],
    [
      ...["GITHUB_STEP_SUMMARY on a full disk", full("GITHUB_STEP_SUMMARY"), NO_SPACE],
      ...[["env", "state", "outputs"], removed],
    ],
  ] as readonly [string, StepOptions, unknown, readonly string[], unknown][])(
    "%s",
    async (_, options, main, said, post) => {
      expect(await runBoth(options)).toEqual({ main, said, post });
    },
  );

  // A folder that is not there is taken for another run that has come in between.
  test.each(["GITHUB_STATE", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] as const)(
    "%s in a folder that is not there, which is no bug of berth's",
    async (name) => {
      const { main } = await runBoth({ env: { [name]: "/nowhere/file" } });
      expect(main.stdout).not.toContain("bug");
    },
  );

  testIf(canMount, "RUNNER_TEMP on a full disk", async () => {
    const script = `mount -t tmpfs -o size=8k none "$RUNNER_TEMP"
      "$@"
      echo "status $?"
      "$1" "\${2%main.*}post.\${2##*.}"
      echo "status $?"
      cd "$RUNNER_TEMP"; find . -mindepth 1 -name 'github-*'`;
    const { ended } = await (await start()).uses({ by: [...UNSHARE, "sh", "-c", script, "sh"] });
    const problem = `cannot write ${BERTH}.<random>/auth.json: no space left on the disk`;
    expect(ended).toEqual(
      done(`::error::berth: ${problem} (BERTH_DISK): ${FREE_IT}
status 1
berth: nothing to clean up at ${BERTH}
status 0
`),
    );
  });
});

const LATER = "the later steps get no variables: run berth ci-env in each step that needs it";

describe("a runner that lacks a file", () => {
  const lacks = (name: string): StepOptions => ({ env: { [name]: undefined } });
  const all = ["env", "state", "outputs", "summary"];

  test.each([
    ["GITHUB_ENV", "env"],
    ["GITHUB_STATE", "state"],
    ["GITHUB_OUTPUT", "outputs"],
    ["GITHUB_STEP_SUMMARY", "summary"],
  ])("goes on without %s", async (name, lacking) => {
    const { main, said, post } = await runBoth(lacks(name));
    const left = all.filter((it) => it !== lacking);
    expect([main.exitCode, said, post]).toEqual([0, left, removed]);
    const warned = main.stdout.split("\n").filter((line) => line.startsWith("::warning"));
    expect(warned).toEqual(
      name === "GITHUB_ENV" ? [`::warning::berth: --persist: GITHUB_ENV is not set: ${LATER}`] : [],
    );
  });

  test("is warned where GITHUB_ENV names nothing, as in a container without it", async () => {
    const { main, said } = await runBoth({ prepare: ({ GITHUB_ENV }) => rm(GITHUB_ENV) });
    expect([main.exitCode, said]).toEqual([0, ["state", "outputs", "summary"]]);
    expect(main.stdout.split("\n").at(-2)).toBe(
      `::warning::berth: --persist: GITHUB_ENV names ${inFiles("GITHUB_ENV")}, which is not there: ${LATER}`,
    );
  });
});

describe("BERTH_TMP_DIR", () => {
  const other = (job: WorkflowJob, env = {}): StepOptions => ({
    env: { BERTH_TMP_DIR: join(job.place.folder, "other"), ...env },
    prepare: async () => void (await mkdir(join(job.place.folder, "other"))),
  });
  const left = async ({ place }: WorkflowJob) =>
    (await readdir(join(place.folder, "other"), { recursive: true })).map(place.mask);

  test("the post finds the berth there", async () => {
    const job = await start();
    const { post } = await runBoth(other(job), job);
    expect(post).toEqual(done(`berth: removed ${BERTH.replace(TEMP, "<folder>/other")}\n`));
    expect(await left(job)).toEqual(["berth-<uid>"]);
  });

  // The post reads none of the variables that are options.
  test("even if GITHUB_STATE could not tell it", async () => {
    const job = await start();
    await runBoth(other(job, { GITHUB_STATE: "/dev/full" }), job);
    expect(await left(job)).toEqual(["berth-<uid>"]);
  });
});
