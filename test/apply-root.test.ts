import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import * as files from "../src/files.ts";
import { planAt } from "./fixtures/plan.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

// Another user has something of theirs in the folder's place when it is made, and takes it away before it is looked at.
const made: string[] = [];
jest.unstable_mockModule("../src/files.ts", () => ({
  ...files,
  mkdir: async (path: string, mode: number) => {
    if (/berth-\d+$/.test(path)) throw Object.assign(new Error("there is one"), { code: "EEXIST" });
    made.push(path);
    return files.mkdir(path, mode);
  },
  writeNew: async (path: string, content: string, mode: number) => {
    made.push(path);
    return files.writeNew(path, content, mode);
  },
}));

const { apply } = await import("../src/apply.ts");
const { deliverStop } = await import("../src/deliver.ts");

const uid = process.getuid?.();

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await makeTemporaryFolder("apply-root");
});
afterAll(() => folder.remove());

test("nothing is made where the folder of the berths is not there, though it could not be made", async () => {
  const plan = planAt(join(folder.path, `berth-${uid}`, "gitlab-1-0123456789abcdef"));
  expect(await apply(plan, uid)).toBe(false);
  expect([await readdir(folder.path), made]).toEqual([[], []]);
});

test("nor is a statement to read", async () => {
  const machine = {
    ...{ env: {}, umask: 0o077, cwd: "/", isCwdGone: false, uid, homeDirectory: "/" },
    ...{ tempDirectory: folder.path, now: new Date(), program: [], tell: () => undefined },
    logIsFile: false,
    helper: "",
  };
  const delivery = { asFile: true };
  expect(await deliverStop("exit 1;\n", delivery, { extension: "sh", machine })).toBe(
    "/dev/null/berth-has-failed\n",
  );
  expect(made).toEqual([]);
});
