import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import * as files from "../src/files.ts";
import { berthMarker } from "./fixtures/marker.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

// A run that has found the directory by its name a moment ago writes to it when it has lost that name.
let late: readonly string[] = [];
let isFaster = false;
jest.unstable_mockModule("../src/files.ts", () => ({
  ...files,
  remove: async (path: string) => {
    await files.remove(path);
    if (isFaster) await files.remove(dirname(path));
    const [name, ...others] = late;
    late = others;
    if (name !== undefined) await writeFile(join(dirname(path), name), "{}");
  },
}));

const { removeBerth } = await import("../src/remove.ts");

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await makeTemporaryFolder("remove-meanwhile");
});
afterAll(() => folder.remove());

test.each([
  ["while it is removed", ["late.json"]],
  ["twice", ["late.json", "later.json"]],
])("what is written to a berth %s goes with it", async (_, names) => {
  const path = join(folder.path, "gitlab-1-0123456789abcdef");
  await mkdir(path, { mode: 0o700 });
  await writeFile(join(path, "config.json"), "{}");
  await writeFile(join(path, "berth.json"), JSON.stringify(berthMarker()));
  late = names;
  expect(await removeBerth(path, process.getuid?.())).toBe(true);
  expect(await readdir(folder.path)).toEqual([]);
});

test("what another clean-up removes at the same time is no failure", async () => {
  const path = join(folder.path, "gitlab-2-0123456789abcdef");
  await mkdir(path, { mode: 0o700 });
  for (const name of ["a", "b"]) await writeFile(join(path, name), "{}");
  await writeFile(join(path, "berth.json"), JSON.stringify(berthMarker()));
  isFaster = true;
  expect(await removeBerth(path, process.getuid?.())).toBe(false);
  isFaster = false;
  expect(await readdir(folder.path)).toEqual([]);
});
