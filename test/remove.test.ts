import { mkdir, readdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { removeBerth, removeRemains, removeStale } from "../src/remove.ts";
import { complaint } from "./fixtures/complaint.ts";
import { berthMarker } from "./fixtures/marker.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

const uid = process.getuid?.() ?? 0;
const NOW = new Date("2026-01-10T00:00:00Z");
const HOUR = 3600e3;
// Higher than any number of a process.
const DEAD = "9999999";
const STAGING = `.${DEAD}-0123456789ab`;

let folder: TemporaryFolder;
let root = "";
beforeEach(async () => {
  folder = await makeTemporaryFolder("remove");
  root = join(folder.path, "berth-1");
  await mkdir(root, { mode: 0o700 });
});
afterEach(() => folder.remove());

const at = (...names: string[]): string => join(root, ...names);
const left = async () => (await readdir(root)).sort();

const make = async (name: string, marker: unknown = berthMarker(), hours = 0): Promise<string> => {
  await mkdir(at(name, "contexts"), { recursive: true, mode: 0o700 });
  await writeFile(at(name, "config.json"), "{}");
  await writeFile(at(name, "config.json1234567"), "what an interrupted docker login leaves");
  if (marker !== undefined) await writeFile(at(name, "berth.json"), JSON.stringify(marker));
  const time = new Date(NOW.getTime() - hours * HOUR);
  for (const file of await readdir(at(name))) await utimes(at(name, file), time, time);
  await utimes(at(name), time, time);
  return at(name);
};

describe("removeBerth()", () => {
  test.each([
    ["a berth", berthMarker()],
    ["a berth of another version", { ...berthMarker(), version: 2, written: undefined }],
  ])("removes %s and all that lies in it, once", async (_, marker) => {
    const path = await make("job", marker);
    expect([await removeBerth(path, uid), await left()]).toEqual([true, []]);
    expect(await removeBerth(path, uid)).toBe(false);
  });

  test("removes links in it, not what they lead to", async () => {
    const path = await make("job");
    await mkdir(join(folder.path, "theirs"));
    await writeFile(join(folder.path, "theirs/file"), "");
    await symlink(join(folder.path, "theirs"), join(path, "link"));
    expect(await removeBerth(path, uid)).toBe(true);
    expect(await readdir(join(folder.path, "theirs"))).toEqual(["file"]);
  });

  test.each([
    ["without a marker", null],
    ["with a marker that is none", { version: 1 }],
    ["with a marker that is no object", [berthMarker()]],
  ])("RULE 21: leaves a directory %s alone", async (_, marker) => {
    const path = await make("job", marker);
    expect([await removeBerth(path, uid), await left()]).toEqual([false, ["job"]]);
    expect(await readdir(path)).toContain("config.json");
  });

  test("RULE 21: leaves another user's alone, and a link", async () => {
    const path = await make("job");
    await symlink(path, at("link"));
    expect(await complaint(() => removeBerth(path, uid + 1))).toBe(
      `BERTH_UNSAFE_DIRECTORY: ${path} belongs to another user (uid ${uid})`,
    );
    expect(await complaint(() => removeBerth(at("link"), uid))).toBe(
      `BERTH_UNSAFE_DIRECTORY: ${at("link")} is a link`,
    );
    expect(await left()).toEqual(["job", "link"]);
  });

  test("gives the name back to one that is in use after all", async () => {
    const path = await make("job");
    const asked: string[] = [];
    const still = async (moved: string) => {
      asked.push(moved);
      return false;
    };
    expect([await removeBerth(path, uid, still), await left()]).toEqual([false, ["job"]]);
    expect(asked.map((name) => name.replace(/[0-9a-f]{12}$/, "…"))).toEqual([
      `${path}.${process.pid}-…`,
    ]);
  });

  test("does not give it back over one that the job has made meanwhile", async () => {
    const path = await make("job");
    const still = async () => {
      await make("job", berthMarker({ created: "new" }));
      return false;
    };
    expect([await removeBerth(path, uid, still), await left()]).toEqual([true, ["job"]]);
    expect(JSON.parse(await readFile(join(path, "berth.json"), "utf8")).created).toBe("new");
  });

  test("of two at once, one has removed it, and neither fails", async () => {
    const path = await make("job");
    const results = await Promise.all([removeBerth(path, uid), removeBerth(path, uid)]);
    expect([results.filter(Boolean).length, await left()]).toEqual([1, []]);
  });
});

describe("removeRemains() takes what interrupted runs of the job have left", () => {
  test("berths not yet named, marked or not; no other job's, and none that a run is making just now", async () => {
    const path = at("job");
    await make(`job${STAGING}`);
    await mkdir(at(`job.${DEAD}-aaaaaaaaaaaa`));
    await mkdir(at(`job.${DEAD}-bbbbbbbbbbbb`));
    await writeFile(at(`job.${DEAD}-bbbbbbbbbbbb/berth.json`), '{"half');
    await make("job");
    await make(`another-job${STAGING}`);
    await make(`job.${process.pid}-cccccccccccc`);
    await make(`job.${process.pid}-dddddddddddd`, berthMarker(), 1);
    await make("job.not-hexadecimal");
    expect([await removeRemains({ path, root }, { uid, now: NOW }), await left()]).toEqual([
      4,
      [`another-job${STAGING}`, "job", `job.${process.pid}-cccccccccccc`, "job.not-hexadecimal"],
    ]);
  });

  test("but nothing unmarked that has something in it, and none where there is no folder", async () => {
    await make(`job${STAGING}`, null);
    expect(await removeRemains({ path: at("job"), root }, { uid, now: NOW })).toBe(0);
    expect(await left()).toEqual([`job${STAGING}`]);
    expect(await removeRemains({ path: "/nowhere/job", root: "/nowhere" }, { uid, now: NOW })).toBe(
      0,
    );
  });
});

describe("TRAP 36: removeStale() takes what nobody has touched for long", () => {
  const sweep = (maxAge = 48 * HOUR) => removeStale(root, uid, { maxAge, now: NOW });

  test("berths and their remains, by age", async () => {
    const old = [
      await make("old", berthMarker(), 49),
      await make(`killed${STAGING}`, berthMarker(), 49),
    ];
    await make("young", berthMarker(), 47);
    await make(`starting${STAGING}`, berthMarker(), 0);
    expect([(await sweep()).toSorted(), await left()]).toEqual([
      old.toSorted(),
      [`starting${STAGING}`, "young"],
    ]);
  });

  test.each(["berth.json", "config.json", "auth.json"])(
    "not one whose %s was written lately, which a docker login does",
    async (file) => {
      await make("job", berthMarker(), 49);
      await writeFile(at("job", file), "{}");
      const old = new Date(NOW.getTime() - 49 * HOUR);
      await utimes(at("job"), old, old);
      await utimes(at("job", file), NOW, NOW);
      expect([await sweep(), await left()]).toEqual([[], ["job"]]);
    },
  );

  test("nothing that is no berth: directories without a marker, links, files", async () => {
    await make("theirs", null, 1000);
    await writeFile(at("file"), "");
    await symlink(await make("job", berthMarker(), 0), at("link"));
    const before = await left();
    const long = new Date(NOW.getTime() + 1000 * HOUR);
    expect(await removeStale(root, uid, { maxAge: 10000 * HOUR, now: long })).toEqual([]);
    expect(await removeStale(root, uid, { maxAge: HOUR, now: long })).toEqual([at("job")]);
    expect(await left()).toEqual(before.filter((name) => name !== "job"));
  });

  test("nothing in another user's folder, which is an error, and nothing where there is none", async () => {
    await make("job", berthMarker(), 1000);
    const options = { maxAge: 0, now: NOW };
    expect(await complaint(() => removeStale(root, uid + 1, options))).toBe(
      `BERTH_UNSAFE_DIRECTORY: ${root} belongs to another user (uid ${uid})`,
    );
    expect(await removeStale(join(folder.path, "gone"), uid, options)).toEqual([]);
    expect(await left()).toEqual(["job"]);
  });
});
