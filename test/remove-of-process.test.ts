import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { removeBerth, removeRemains, removeStale } from "../src/remove.ts";
import { berthMarker } from "./fixtures/marker.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

const uid = process.getuid?.() ?? 0;
const now = new Date("2026-01-10T00:00:00Z");
const HOUR = 3600e3;
const HEX = "0123456789ab";
// Higher than any number of a process.
const KILLED = `job.exec-9999999-${HEX}`;
const AT_WORK = `job.exec-${process.pid}-${HEX}`;

let folder: TemporaryFolder;
let root = "";
beforeEach(async () => {
  folder = await makeTemporaryFolder("remove-of-process");
  root = join(folder.path, "berth-1");
  await mkdir(root, { mode: 0o700 });
});
afterEach(() => folder.remove());

const left = async () => (await readdir(root)).sort();

const make = async (name: string, { hours = 0, marked = true } = {}): Promise<void> => {
  const path = join(root, name);
  await mkdir(path, { mode: 0o700 });
  if (marked) await writeFile(join(path, "berth.json"), JSON.stringify(berthMarker()));
  if (marked) await writeFile(join(path, "config.json"), "{}");
  const time = new Date(now.getTime() - hours * HOUR);
  for (const file of await readdir(path)) await utimes(join(path, file), time, time);
  await utimes(path, time, time);
};

describe("the berth of a process", () => {
  const remains = () => removeRemains({ path: join(root, "job"), root }, { uid, now });

  test("goes with its job's where the process is gone, however young it is", async () => {
    await make("job");
    await make(KILLED);
    await make(`job.exec-8888888-${HEX}`, { marked: false });
    await make(`job-2.exec-9999999-${HEX}`);
    expect([await remains(), await left()]).toEqual([2, ["job", `job-2.exec-9999999-${HEX}`]]);
  });

  test("stays where the process is at work, however old it is", async () => {
    await make(AT_WORK, { hours: 1000 });
    expect([await remains(), await left()]).toEqual([0, [AT_WORK]]);
  });

  test("is removed by its own run, under a name that says that it is not whole any more", async () => {
    await make(AT_WORK);
    const names: string[] = [];
    const still = async () => {
      names.push(...(await left()));
      return true;
    };
    expect([await removeBerth(join(root, AT_WORK), uid, still), await left()]).toEqual([true, []]);
    expect(names.map((name) => name.replace(/[0-9a-f]{12}$/, "…"))).toEqual([
      `job.${process.pid}-…`,
    ]);
  });

  test("is removed by a sweep, if the process is gone, by age", async () => {
    await make(KILLED, { hours: 49 });
    await make(`young.exec-9999999-${HEX}`, { hours: 47 });
    expect(await removeStale(root, uid, { maxAge: 48 * HOUR, now })).toEqual([join(root, KILLED)]);
    expect(await left()).toEqual([`young.exec-9999999-${HEX}`]);
  });

  // Nothing touches it while the command runs, which may be for days.
  test("is no sweep's while the process is at work", async () => {
    await make(AT_WORK, { hours: 1000 });
    expect(await removeStale(root, uid, { maxAge: 48 * HOUR, now })).toEqual([]);
    expect(await left()).toEqual([AT_WORK]);
  });
});
