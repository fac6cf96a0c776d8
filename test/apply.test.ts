import { chmod, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { apply } from "../src/apply.ts";
import { encodeConfig } from "../src/docker-config/encode.ts";
import { complaint } from "./fixtures/complaint.ts";
import { configOf, login } from "./fixtures/configs.ts";
import { berthMarker } from "./fixtures/marker.ts";
import { planAt } from "./fixtures/plan.ts";
import { treeOf } from "./fixtures/tree.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

const uid = process.getuid?.() ?? 0;
let folder: TemporaryFolder;
let root = "";
let path = "";
let umask = 0;

beforeAll(() => {
  // The modes have to come from berth: a GitLab runner's containers have this one (TRAP 31).
  umask = process.umask(0);
});
afterAll(() => {
  process.umask(umask);
});
beforeEach(async () => {
  folder = await makeTemporaryFolder("apply");
  root = join(folder.path, "berth-1");
  path = join(root, "gitlab-1");
});
afterEach(() => folder.remove());

const json = (value: unknown): string => `600 ${JSON.stringify(value, null, "\t")}\n`;
const plan = (parts: Parameters<typeof planAt>[1] = {}) => planAt(path, parts);
const files = {
  "auth.json": `600 ${encodeConfig(plan().authFile)}`,
  "berth.json": json(berthMarker()),
  "config.json": `600 ${encodeConfig(plan().config)}`,
};

/** Files of a base with loose modes, and their copies. */
const makeBase = async () => {
  const from = join(folder.path, "base");
  await mkdir(join(from, "contexts/tls/abc"), { recursive: true });
  await writeFile(join(from, "contexts/tls/abc/key.pem"), "a key", { mode: 0o644 });
  await writeFile(join(from, "ca.pem"), Buffer.from("00ff0a", "hex"), { mode: 0o666 });
  return ["contexts/tls/abc/key.pem", "ca.pem"].map((to) => ({ from: join(from, to), to }));
};

describe("a new berth", () => {
  test("RULE 3, TRAP 31: is for nobody else, under umask 0000, in every part", async () => {
    expect(await apply(plan({ copies: await makeBase() }), uid)).toBe(true);
    const modes = [root, path].map(async (it) => ((await lstat(it)).mode & 0o7777).toString(8));
    expect(await Promise.all(modes)).toEqual(["700", "700"]);
    expect(await treeOf(path)).toEqual({
      ...files,
      "ca.pem": `600 ${Buffer.from("00ff0a", "hex").toString()}`,
      contexts: "700",
      "contexts/tls": "700",
      "contexts/tls/abc": "700",
      "contexts/tls/abc/key.pem": "600 a key",
    });
  });

  test("leaves nothing beside it", async () => {
    await apply(plan(), uid);
    expect(await readdir(root)).toEqual(["gitlab-1"]);
  });

  test("gives way to one that another run of the job has made since", async () => {
    await apply(plan(), uid);
    const other = configOf({ auths: { "r.example": login("me", "test-token-other") } });
    expect(await apply(plan({ config: other }), uid)).toBe(false);
    expect([await readdir(root), await treeOf(path)]).toEqual([["gitlab-1"], files]);
  });

  test("of two runs at once, one makes it and the other looks again", async () => {
    const runs = await Promise.all(Array.from({ length: 8 }, () => apply(plan(), uid)));
    expect(runs.filter(Boolean)).toEqual([true]);
    expect([await readdir(root), await treeOf(path)]).toEqual([["gitlab-1"], files]);
  });

  test("TRAP 50: is not there at all, nor a part of it, where a copy cannot be made", async () => {
    const copies = [...(await makeBase()), { from: folder.path, to: "directory.pem" }];
    expect(await complaint(() => apply(plan({ copies }), uid))).toBe(
      `BERTH_DISK: cannot read ${folder.path}: EISDIR`,
    );
    expect(await readdir(root)).toEqual([]);
  });

  test("nor where a file of the base has gone since: that is to be planned again", async () => {
    const copies = [...(await makeBase()), { from: join(folder.path, "gone.pem"), to: "gone.pem" }];
    expect([await apply(plan({ copies }), uid), await readdir(root)]).toEqual([false, []]);
  });
});

describe("TRAP 35: nothing is written", () => {
  test.each([
    ["through a link", () => symlink(folder.path, root), uid, "is a link"],
    ["to a file's place", () => writeFile(root, ""), uid, "is not a directory"],
    [
      "into another user's folder",
      () => mkdir(root, 0o700),
      uid + 1,
      `belongs to another user (uid ${uid})`,
    ],
    [
      "where others may write",
      () => mkdir(root).then(() => chmod(root, 0o777)),
      uid,
      "can be written to by other users",
    ],
  ])("%s", async (_, prepare, user, problem) => {
    await prepare();
    expect(await complaint(() => apply(plan(), user))).toBe(
      `BERTH_UNSAFE_DIRECTORY: ${root} ${problem}`,
    );
    expect((await readdir(folder.path)).filter((name) => name !== "berth-1")).toEqual([]);
    if ((await lstat(root)).isDirectory()) expect(await readdir(root)).toEqual([]);
  });

  test.each([
    ["a file", () => writeFile(path, "theirs"), "is not a directory"],
    ["a link to a directory", () => symlink(folder.path, path), "is a link"],
  ])("over %s at the berth's place", async (_, prepare, problem) => {
    await mkdir(root, { mode: 0o700 });
    await prepare();
    expect(await complaint(() => apply(plan(), uid))).toBe(
      `BERTH_UNSAFE_DIRECTORY: ${path} ${problem}`,
    );
    expect([await readdir(root), (await readdir(folder.path)).length]).toEqual([["gitlab-1"], 1]);
  });
});

describe("an update", () => {
  const config = configOf({ auths: { "r.example": login("me", "test-token-new") } });
  const update = (parts = {}) => plan({ update: true, config, ...parts });
  const updated = { ...files, "config.json": `600 ${encodeConfig(config)}` };

  test("TRAP 33: writes the three files anew, with their modes, and leaves what is there otherwise", async () => {
    const copies = await makeBase();
    await apply(plan({ copies }), uid);
    await chmod(join(path, "config.json"), 0o644);
    await writeFile(join(path, "ca.pem"), "the job's own", { mode: 0o600 });
    await writeFile(join(path, "notes.txt"), "the job's", { mode: 0o644 });
    expect(await apply(update({ copies }), uid)).toBe(true);
    expect(await treeOf(path)).toEqual({
      ...updated,
      "ca.pem": "600 the job's own",
      "notes.txt": "644 the job's",
      contexts: "700",
      "contexts/tls": "700",
      "contexts/tls/abc": "700",
      "contexts/tls/abc/key.pem": "600 a key",
    });
  });

  test("replaces a link, rather than write through it", async () => {
    await apply(plan(), uid);
    const shared = join(folder.path, "shared.json");
    await writeFile(shared, "theirs");
    await rm(join(path, "config.json"));
    await symlink(shared, join(path, "config.json"));
    expect(await apply(update(), uid)).toBe(true);
    expect([await readFile(shared, "utf8"), await treeOf(path)]).toEqual(["theirs", updated]);
  });

  test("of a berth that a clean-up has taken away meanwhile is to be planned again", async () => {
    await mkdir(root, { mode: 0o700 });
    expect(await apply(update(), uid)).toBe(false);
    expect(await readdir(root)).toEqual([]);
  });

  test("that fails leaves each file whole, and nothing beside it", async () => {
    await apply(plan(), uid);
    await rm(join(path, "auth.json"));
    await mkdir(join(path, "auth.json", "in the way"), { recursive: true });
    expect(await complaint(() => apply(update(), uid))).toBe(
      `BERTH_DISK: cannot write ${path}/auth.json: EISDIR`,
    );
    expect((await readdir(path)).sort()).toEqual(["auth.json", "berth.json", "config.json"]);
  });
});
