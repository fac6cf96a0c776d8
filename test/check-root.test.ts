import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { checkRoot } from "../src/job-directory.ts";
import { complaint } from "./fixtures/complaint.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

const uid = process.getuid?.();

let folder: TemporaryFolder;
let around: string;
let count = 0;
beforeAll(async () => {
  folder = await makeTemporaryFolder("check-root");
});
beforeEach(async () => {
  count += 1;
  around = join(folder.path, `${count}`);
  await mkdir(join(around, "berths"), { recursive: true, mode: 0o700 });
});
afterAll(() => folder.remove());

test.each([0o1777, 0o777 & ~0o002, 0o700])("a folder in one of mode %o is there", async (mode) => {
  await chmod(around, mode);
  expect(await checkRoot(join(around, "berths"), uid)).toBe(true);
  expect(await checkRoot(join(around, "none"), uid)).toBe(false);
});

test.each([0o777, 0o702, 0o2777])(
  "one of mode %o is refused, the folder there or not",
  async (mode) => {
    await chmod(around, mode);
    for (const name of ["berths", "none"]) {
      expect(await complaint(() => checkRoot(join(around, name), uid))).toBe(
        `BERTH_UNSAFE_DIRECTORY: ${around} can be written to by all users and has no sticky bit`,
      );
    }
  },
);

test("but not where users have no numbers", async () => {
  await chmod(around, 0o777);
  expect(await checkRoot(join(around, "berths"), undefined)).toBe(true);
});

test("a directory around that is not there is no reason to refuse", async () => {
  expect(await checkRoot(join(around, "none", "berths"), uid)).toBe(false);
});
