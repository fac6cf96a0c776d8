import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { snapshot } from "../support/snapshot.ts";
import { describe, test } from "./support/node-build.ts";
import { bound, giveToBound } from "./support/privileges.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";
import { action, checkOutAction, makeWorkflowJob, type StepOptions } from "./support/workflow.ts";

const FOLDER = "<folder>/runner-1/_temp/berth-<uid>";
const BERTH = `${FOLDER}/github-1-1-test-<hash>`;

let sandbox: Sandbox;
let checkout: string;

beforeAll(async () => {
  sandbox = await makeSandbox("action-post");
  checkout = await checkOutAction(sandbox);
});

afterAll(() => sandbox?.remove());

const start = async (id = 1, place?: Place) => {
  const options = { checkout, host: "registry.example.com", project: "o/a", token: "t", id };
  return makeWorkflowJob(place ?? (await sandbox.place()), options);
};

const done = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
const removed = done(`berth: removed ${BERTH}\n`);
const nothing = done(`berth: nothing to clean up at ${BERTH}\n`);

test("a build makes all that action.yml names", async () => {
  const made = (await readdir(join(checkout, "dist"))).map((name) => `dist/${name}`);
  expect(made).toEqual(expect.arrayContaining([action.runs.main, action.runs.post]));
});

describe("the post takes away the berth", () => {
  test.each<[string, NonNullable<StepOptions["env"]>]>([
    ["though a step has pointed DOCKER_CONFIG elsewhere", { DOCKER_CONFIG: "/elsewhere" }],
    ["though a step has unset it", { DOCKER_CONFIG: undefined }],
    ["without the state", { STATE_directory: undefined, DOCKER_CONFIG: undefined }],
    ["with a state that leads nowhere", { STATE_directory: "/nowhere", DOCKER_CONFIG: undefined }],
    ["with an option's variable that is wrong", { BERTH_QUIET: "maybe", BERTH_SHELL: "cobol" }],
  ])("%s", async (_, env) => {
    const job = await start();
    const { post } = await job.uses();
    expect([await post({ env }), await job.berths()]).toEqual([removed, []]);
  });

  test("with all that the steps have put there", async () => {
    const job = await start();
    const { post } = await job.uses();
    const script = `cd "$DOCKER_CONFIG"; mkdir -p buildx/refs; echo '{}' > buildx/refs/x; chmod 400 config.json`;
    expect(await job.run(script)).toEqual(done(""));
    expect([await post(), await job.berths()]).toEqual([removed, []]);
  });

  test("once: a step may have done so before", async () => {
    const job = await start();
    const { post } = await job.uses();
    expect([await post(), await post()]).toEqual([removed, nothing]);
  });
});

describe("the post leaves alone what is not this job's", () => {
  test("a folder that the state names, and what DOCKER_CONFIG names", async () => {
    const job = await start();
    const other = join(job.place.folder, "other");
    await mkdir(other);
    await writeFile(join(other, "config.json"), "{}");
    const { post } = await job.uses();
    const env = { STATE_directory: other, DOCKER_CONFIG: other };
    expect(await post({ env })).toEqual(removed);
    expect(await readdir(other)).toEqual(["config.json"]);
  });

  test("another job's berth", async () => {
    const place = await sandbox.place();
    const [one, two] = [await start(1, place), await start(2, place)];
    const step = await one.uses();
    await two.uses();
    const other = join(two.temporary, place.root.split("/").at(-1) ?? "");
    const [name = ""] = await readdir(other);
    const before = await snapshot(other);
    const env = { STATE_directory: join(other, name), DOCKER_CONFIG: join(other, name) };
    expect(await step.post({ env })).toEqual(removed);
    expect(await snapshot(other)).toEqual(before);
  });
});

describe("where the post cannot, it warns, and the job does not fail", () => {
  const warned = (text: string) => done(`::warning::berth: ${text}\n`);

  test("a folder that is read-only", async () => {
    const job = await start();
    await giveToBound(job.place.folder);
    const { post } = await job.uses({ run: bound });
    const [folder = ""] = (await readdir(job.temporary)).filter((it) => it.startsWith("berth-"));
    await chmod(join(job.temporary, folder), 0o500);
    expect(await post({ run: bound })).toEqual(
      warned(
        `cannot remove ${BERTH}: EACCES (BERTH_DISK): remove it by hand: it may hold credentials`,
      ),
    );
    expect(await job.berths()).toEqual(["github-1-1-test-<hash>"]);
  });

  test("a folder that others may write to", async () => {
    const job = await start();
    const { post } = await job.uses();
    const [folder = ""] = (await readdir(job.temporary)).filter((it) => it.startsWith("berth-"));
    await chmod(join(job.temporary, folder), 0o777);
    const { exitCode, stdout } = await post();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^::warning::berth: [^\n]* \(BERTH_UNSAFE_DIRECTORY\): [^\n]*\n$/);
  });

  test.each([
    [
      "no job",
      { GITHUB_RUN_ID: undefined },
      /^::warning::berth: GITHUB_RUN_ID is not set: [^\n]*\n$/,
    ],
    ["no CI", { GITHUB_ACTIONS: undefined }, /^::warning::berth: [^\n]*\(BERTH_NO_CI\): [^\n]*\n$/],
    ["two CIs", { GITLAB_CI: "true" }, /^::warning::berth: [^\n]*\(BERTH_SEVERAL_CI\): [^\n]*\n$/],
  ])("%s", async (_, env, text) => {
    const { post } = await (await start()).uses();
    expect(await post({ env })).toEqual({ ...done(""), stdout: expect.stringMatching(text) });
  });
});
