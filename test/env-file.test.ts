import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { loadEnv } from "../src/env-file.ts";
import { complaint } from "./fixtures/complaint.ts";
import { machineIn } from "./fixtures/machine.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await makeTemporaryFolder("env-file");
  await mkdir(join(folder.path, "directory"));
  await writeFile(join(folder.path, "job.env"), "# a job\nA=file\nB='b c'\nC=\n");
});
afterAll(() => folder.remove());

const machine = () => machineIn(folder.path, { env: { A: "process", C: "c", D: "d", E: "" } });

test("without a file the process's variables count", async () => {
  expect(await loadEnv(undefined, machine())).toEqual({ A: "process", C: "c", D: "d" });
});

test("a file's variables count over them, and an empty one unsets", async () => {
  const expected = { A: "file", B: "b c", D: "d" };
  expect(await loadEnv("job.env", machine())).toEqual(expected);
  expect(await loadEnv(join(folder.path, "job.env"), machine())).toEqual(expected);
});

test.each([
  ["is not there", "gone.env", "ENOENT"],
  ["is a directory", "directory", "EISDIR"],
])("a file that %s is an error that names it", async (_, name, code) => {
  expect(await complaint(() => loadEnv(name, machine()))).toBe(
    `BERTH_BAD_ENV_FILE: --env-file: ${join(folder.path, name)} cannot be read (${code})`,
  );
});
