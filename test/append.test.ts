import { chmod, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { appendTo, Overtaken } from "../src/disk.ts";
import { withoutRights } from "./fixtures/without-rights.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

let folder: TemporaryFolder;
let file: string;

beforeEach(async () => {
  folder = await makeTemporaryFolder("append");
  file = join(folder.path, "file");
});

afterEach(() => folder?.remove());

const EITHER = [{ mustExist: true }, { mustExist: false }] as const;
const ANY = { mustExist: false };

test("a file that is made is for this user alone; another one keeps its mode", async () => {
  const mode = async () => ((await stat(file)).mode & 0o777).toString(8);
  await appendTo(file, "A=1\n", ANY);
  expect(await mode()).toBe("600");
  await chmod(file, 0o664);
  await appendTo(file, "B=1\n", ANY);
  expect([await mode(), await readFile(file, "utf8")]).toEqual(["664", "A=1\nB=1\n"]);
});

test("a link is followed, also to a file that is to be made", async () => {
  const link = join(folder.path, "link");
  await symlink("file", link);
  await expect(appendTo(link, "A=1\n", { mustExist: true })).rejects.toThrow(Overtaken);
  await appendTo(link, "A=1\n", ANY);
  expect(await readFile(file, "utf8")).toBe("A=1\n");
});

test("the lines of many at once are all there, each as it was written", async () => {
  await writeFile(file, "A=1\n");
  const lines = Array.from({ length: 50 }, (_, index) => `V${index}=${"x".repeat(5000)}\n`);
  await Promise.all(lines.map((line) => appendTo(file, line, ANY)));
  const found = (await readFile(file, "utf8")).split(/(?<=\n)/);
  expect(found.sort()).toEqual(["A=1\n", ...lines].sort());
});

describe.each(EITHER)("%j", (options) => {
  const disk = (problem: string) => ({
    ...{ code: "BERTH_DISK", message: `cannot write ${file}: ${problem}` },
    hint: "free or change it, or choose another place with --tmp-dir or BERTH_TMP_DIR",
  });

  test("a folder", async () => {
    await mkdir(file);
    await expect(appendTo(file, "A=1\n", options)).rejects.toMatchObject(disk("EISDIR"));
  });

  test("a file of which one may only read stays as it is", async () => {
    await writeFile(file, "A=1");
    await chmod(file, 0o444);
    await chmod(folder.path, 0o755);
    const appended = () => appendTo(file, "B=1\n", options);
    await expect(withoutRights(appended)).rejects.toMatchObject(disk("permission denied"));
    expect(await readFile(file, "utf8")).toBe("A=1");
  });

  test("a full disk", async () => {
    await symlink("/dev/full", file);
    await expect(appendTo(file, "A=1\n", options)).rejects.toMatchObject(
      disk("no space left on the disk"),
    );
  });

  test("a folder that is not there", async () => {
    const below = join(folder.path, "none", "file");
    await expect(appendTo(below, "A=1\n", options)).rejects.toThrow(Overtaken);
  });
});
