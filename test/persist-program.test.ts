import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Persist } from "../src/ci/system.ts";
import { persist } from "../src/persist.ts";
import { outputOf } from "./fixtures/output.ts";
import { planAt } from "./fixtures/plan.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

let folder: TemporaryFolder;
let program: string;

beforeEach(async () => {
  folder = await makeTemporaryFolder("persist-program");
  program = join(folder.path, "agent");
});

afterEach(() => folder?.remove());

const VARIABLES = [
  ["DOCKER_CONFIG", '/tmp/it\'s a "berth" '],
  ["BERTH_IMAGE", "-n $(id) `id` $x * %0A\\"],
] as const;

const run = (file: string, dryRun = false) => {
  const way: Persist = {
    by: "program",
    command: (name, value) => [file, "set", `${name}=${value}`],
  };
  const output = outputOf({
    variables: VARIABLES,
    unset: ["BERTH_REGISTRY", "DOCKER_AUTH_CONFIG"],
  });
  const plan = planAt(join(folder.path, "berth"), { laterSteps: { way, file: undefined }, output });
  return persist(plan, { cwd: folder.path, env: process.env, dryRun });
};

const install = (script: string, mode = 0o755) =>
  writeFile(program, `#!/bin/sh\ncalls=${folder.path}/calls\n${script}\n`, { mode });

const NOTE = `printf '%s\\n' "$#" "$@" >> "$calls"`;

const calls = async (): Promise<readonly string[]> =>
  (await readFile(join(folder.path, "calls"), "utf8").catch(() => "")).split("\n").slice(0, -1);

const called = (...assignments: readonly string[]) => assignments.flatMap((it) => ["2", "set", it]);
const ASSIGNMENTS = VARIABLES.map(([name, value]) => `${name}=${value}`);

const done = () => ({
  notices: [
    { level: "info", text: `the later steps of the job get the variables by ${program}` },
    {
      level: "info",
      text: `DOCKER_AUTH_CONFIG cannot be unset there: it is {"auths":{}}, so that Docker takes the berth's credentials`,
    },
  ],
  log: "",
});

const warned = (problem: string) => ({
  notices: [
    {
      level: "warning",
      text: `--persist: ${problem}: the later steps get no variables`,
      hint: "run berth ci-env in each step that needs it",
    },
  ],
  log: "",
});

test("the program gets each variable, in words that no shell reads", async () => {
  await install(NOTE);
  expect(await run(program)).toEqual(done());
  expect(await calls()).toEqual(
    called(...ASSIGNMENTS, "BERTH_REGISTRY=", 'DOCKER_AUTH_CONFIG={"auths":{}}'),
  );
});

test("what it says does not stand in the way of the statements", async () => {
  await install("echo done; echo careful >&2");
  expect(await run(program)).toEqual(done());
});

test("a program that is missing is said", async () => {
  expect(await run("berth-test-no-such-agent")).toEqual(
    warned("berth-test-no-such-agent is not on PATH"),
  );
});

test("one that fails is not asked again", async () => {
  await install(`${NOTE}; case $2 in BERTH_IMAGE=*) exit 3 ;; esac`);
  expect(await run(program)).toEqual(warned(`${program} has failed`));
  expect(await calls()).toEqual(called(...ASSIGNMENTS));
});

test.each([
  ["is no program", NOTE, 0o644],
  ["is ended by a signal", "kill -9 $$", 0o755],
])("so is one that %s", async (_, script, mode) => {
  await install(script, mode);
  expect(await run(program)).toEqual(warned(`${program} has failed`));
});

test("a dry run starts none", async () => {
  await install(NOTE);
  expect(await run(program, true)).toEqual(done());
  expect(await calls()).toEqual([]);
});

// Its stdin is a pipe that nobody writes to and nobody closes: the job would stand still.
test("one that reads its input finds it at its end", async () => {
  await install("exec timeout 1 cat");
  expect(await run(program)).toEqual(done());
});
