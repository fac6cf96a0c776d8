import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { problemOf, runProgram } from "../src/run-program.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await makeTemporaryFolder("run-program");
});
afterEach(() => folder?.remove());

const install = (name: string, script: string) =>
  writeFile(join(folder.path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

const run = (PATH: string | undefined, timeout?: number) =>
  runProgram(["berth-test-helper", "get"], {
    ...{ env: { PATH }, input: "asked" },
    ...(timeout && { timeout }),
  });

test("what it prints, of what it is given", async () => {
  await install("berth-test-helper", 'read -r line; echo "$1 $line"');
  expect(await run(`${folder.path}:/usr/bin:/bin`)).toEqual({ stdout: "get asked\n" });
});

test("what it says where it fails", async () => {
  await install("berth-test-helper", "echo no; exit 3");
  expect(await run(`${folder.path}:/bin`)).toEqual({ why: "failed", said: "no\n" });
});

test("that it takes too long", async () => {
  await install("berth-test-helper", "sleep 60");
  expect(await run(`${folder.path}:/usr/bin:/bin`, 50)).toEqual({ why: "slow", said: "" });
});

test("that it fails where its file is a link to itself, or a word of it is none", async () => {
  await symlink("berth-test-helper", join(folder.path, "berth-test-helper"));
  const failed = { why: "failed", said: "" };
  expect(await run(`${folder.path}:/usr/bin:/bin`)).toEqual(failed);
  expect(await runProgram(["echo", "a\0b"], { env: { PATH: "/bin" } })).toEqual(failed);
});

test("why it gave nothing, for people", () => {
  const command = ["agent", "oidc", "get"] as const;
  expect((["absent", "slow", "failed"] as const).map((why) => problemOf(command, why))).toEqual([
    "agent is not on PATH",
    "agent oidc get takes too long",
    "agent oidc get has failed",
  ]);
});

test.each([".", "", ":", "./:", undefined])(
  "one of the working directory is not run, whatever PATH says: %j",
  async (PATH) => {
    await install("berth-test-helper", "echo ran");
    const cwd = process.cwd();
    process.chdir(folder.path);
    try {
      expect(await run(PATH)).toEqual({ why: "absent", said: "" });
    } finally {
      process.chdir(cwd);
    }
  },
);
