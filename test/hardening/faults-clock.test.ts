import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { masked } from "../e2e/support/exec.ts";
import { makeSandbox, type Place, readJson, type Sandbox } from "../e2e/support/sandbox.ts";
import { age, envOf } from "./support/faults-place.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("faults-clock");
});

afterAll(() => sandbox?.remove());

const JOB = "gitlab-1-<hash>";
const OTHER = "gitlab-2-<hash>";
const DONE = { exitCode: 0, stdout: "", stderr: "" };

const ofOther = { CI_JOB_ID: "2" };

const namesIn = async (place: Place): Promise<readonly string[]> =>
  (await readdir(place.root)).map((name) => masked(place, name)).sort();

const ciEnv = async (place: Place, change = {}): Promise<number | undefined> =>
  (await place.berth(["ci-env", "--quiet"], envOf(place, change))).exitCode;

/** A place with the berth of another job that was touched so many days ago, by the clock as it is now. */
const withBerthOf = async (days: number): Promise<Place> => {
  const place = await sandbox.place();
  expect(await ciEnv(place, ofOther)).toBe(0);
  await age(place, days);
  return place;
};

// Seconds of the epoch, in days from now.
const EPOCH = Date.now() / 86_400_000;

describe("a berth from the future, of before the clock was set back", () => {
  test.each([1 / 24, 3, 3650])("by %d days is kept by every sweep", async (days) => {
    const place = await withBerthOf(-days);
    expect(await ciEnv(place)).toBe(0);
    await place.berth(["cleanup", "--stale", "48h"], envOf(place));
    expect(await namesIn(place)).toEqual([JOB, OTHER]);
  });

  test("is renewed, and cleaned up, by its own job", async () => {
    const place = await withBerthOf(-3650);
    expect(await ciEnv(place, ofOther)).toBe(0);
    const marker = await readJson(`${place.root}/${(await readdir(place.root))[0]}/berth.json`);
    expect(Number.isNaN(Date.parse(Reflect.get(Object(marker), "created")))).toBe(false);
    expect(await place.berth(["cleanup", "--quiet"], envOf(place, ofOther))).toEqual(DONE);
    expect(await namesIn(place)).toEqual([]);
  });

  test("is stale 48 hours after the next touch", async () => {
    const place = await withBerthOf(-3);
    await ciEnv(place, ofOther);
    await age(place, 2.1);
    await ciEnv(place);
    expect(await namesIn(place)).toEqual([JOB]);
  });
});

describe("a berth from the distant past", () => {
  test.each([2.1, 3650, EPOCH])("of %d days ago is removed by the next job", async (days) => {
    const place = await withBerthOf(days);
    expect(await ciEnv(place)).toBe(0);
    expect(await namesIn(place)).toEqual([JOB]);
  });

  test("is not swept by the run of its own job, which renews it", async () => {
    const place = await withBerthOf(EPOCH);
    expect(await ciEnv(place, ofOther)).toBe(0);
    expect(await namesIn(place)).toEqual([OTHER]);
  });

  test("is in use where its files were touched, whatever the folder says", async () => {
    const place = await withBerthOf(3);
    const folder = `${place.root}/${(await readdir(place.root))[0]}`;
    await place.run(["touch", `${folder}/config.json`], place.job());
    expect(await ciEnv(place)).toBe(0);
    expect(await namesIn(place)).toEqual([JOB, OTHER]);
  });
});
