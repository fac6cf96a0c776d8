import { chmod, mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readSmallFile, Unreadable } from "../src/small-file.ts";
import { makeFifo } from "./fixtures/fifo.ts";
import { withoutRights } from "./fixtures/without-rights.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

const MIB = 1024 * 1024;

let folder: TemporaryFolder;
const server = createServer();
const at = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  folder = await makeTemporaryFolder("small-file");
  await mkdir(at("directory"));
  await writeFile(at("text"), "é\n");
  await writeFile(at("empty"), "");
  await writeFile(at("locked"), "hunter2", { mode: 0 });
  await chmod(folder.path, 0o755);
  for (const [name, size] of [
    ["limit", 16 * MIB],
    ["beyond", 16 * MIB + 1],
    ["sparse", 4096 * MIB],
  ] as const) {
    await writeFile(at(name), "");
    await truncate(at(name), size);
  }
  await makeFifo(at("fifo"));
  await symlink(at("text"), at("link"));
  await symlink(at("fifo"), at("link-to-fifo"));
  await symlink(at("gone"), at("dangling"));
  await symlink(at("loop"), at("loop"));
  await new Promise<void>((done) => server.listen(at("socket"), done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  await folder.remove();
});

/** The text, or why there is none. */
const read = async (path: string) => {
  try {
    return await readSmallFile(path);
  } catch (error) {
    if (error instanceof Unreadable) return `unreadable: it ${error.message}`;
    throw error;
  }
};

describe("readSmallFile()", () => {
  test.each([
    ["text", "é\n"],
    ["link", "é\n"],
    ["empty", ""],
    ["gone", undefined],
    ["gone/x", undefined],
    ["text/x", undefined],
    ["x".repeat(300), undefined],
  ])("gives the text, or nothing where there is no such file (%s)", async (name, text) => {
    expect(await read(at(name))).toBe(text);
  });

  test("reads 16 MiB", async () => {
    expect((await readSmallFile(at("limit")))?.length).toBe(16 * MIB);
  });

  test.each([
    ["beyond", "is larger than 16 MiB"],
    ["sparse", "is larger than 16 MiB"],
    ["fifo", "is not a regular file"],
    ["link-to-fifo", "is not a regular file"],
    ["socket", "is not a regular file"],
    ["directory", "is a directory"],
    ["dangling", "is a link to a file that is not there"],
    ["loop", "is a link that leads to itself"],
  ])("says in words why %s is not read, and does not wait", async (name, why) => {
    expect(await read(at(name))).toBe(`unreadable: it ${why}`);
  });

  test.each(["/dev/zero", "/dev/null"])("does not read a device (%s)", async (path) => {
    expect(await read(path)).toBe("unreadable: it is not a regular file");
  });

  test("says that a file may not be read", async () => {
    expect(await withoutRights(() => read(at("locked")))).toBe(
      "unreadable: it cannot be read: permission denied",
    );
  });
});
