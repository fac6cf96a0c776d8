import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { findBerth } from "../src/job-directory.ts";
import { complaint } from "./fixtures/complaint.ts";
import { makeFifo } from "./fixtures/fifo.ts";
import { berthMarker } from "./fixtures/marker.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

const uid = process.getuid?.() ?? 0;
let folder: TemporaryFolder;
const at = (...names: string[]): string => join(folder.path, ...names);

beforeAll(async () => {
  folder = await makeTemporaryFolder("find-berth");
});
afterAll(() => folder.remove());

describe("findBerth()", () => {
  const directory = (name: string, job = berthMarker().job) => ({
    root: folder.path,
    path: at(name),
    job,
  });

  test("gives the marker of the job's berth, and nothing where there is none", async () => {
    await mkdir(at("berth"), { mode: 0o700 });
    await writeFile(at("berth/berth.json"), JSON.stringify(berthMarker()));
    expect(await findBerth(directory("berth"), uid)).toEqual(berthMarker());
    expect(await findBerth(directory("gone"), uid)).toBeUndefined();
    expect(await findBerth({ ...directory("x"), root: at("gone") }, uid)).toBeUndefined();
  });

  test("of a marker of another version gives whose it is", async () => {
    await mkdir(at("version-2"), { mode: 0o700 });
    const marker = { ...berthMarker(), version: 2 };
    await writeFile(at("version-2/berth.json"), JSON.stringify(marker));
    expect(await findBerth(directory("version-2"), uid)).toEqual({
      version: "another",
      job: berthMarker().job,
    });
  });

  test("refuses one whose marker is a FIFO, and does not wait", async () => {
    await mkdir(at("fifo"), { mode: 0o700 });
    await makeFifo(at("fifo/berth.json"));
    expect(await complaint(() => findBerth(directory("fifo"), uid))).toBe(
      `BERTH_UNSAFE_DIRECTORY: ${at("fifo")} is not a berth of this job`,
    );
  });

  test.each([
    ["without a marker", ""],
    ["of another job", JSON.stringify(berthMarker({ job: "other" }))],
    [
      "of another job and version",
      JSON.stringify({ ...berthMarker({ job: "other" }), version: 2 }),
    ],
  ])("refuses a directory %s", async (name, marker) => {
    const path = at(name.replaceAll(" ", "-"));
    await mkdir(path, { mode: 0o700 });
    if (marker) await writeFile(join(path, "berth.json"), marker);
    const found = directory(name.replaceAll(" ", "-"));
    expect(await complaint(() => findBerth(found, uid))).toBe(
      `BERTH_UNSAFE_DIRECTORY: ${path} is not a berth of this job`,
    );
  });
});
