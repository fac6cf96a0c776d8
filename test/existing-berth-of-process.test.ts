import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { fingerprints } from "../src/docker-config/encode.ts";
import { readExistingBerth } from "../src/existing-berth.ts";
import { findThisJob } from "../src/this-job.ts";
import { complaint } from "./fixtures/complaint.ts";
import { configOf } from "./fixtures/configs.ts";
import { gitlabJob } from "./fixtures/environments.ts";
import { auths } from "./fixtures/gathering.ts";
import { machineIn } from "./fixtures/machine.ts";
import { berthMarker } from "./fixtures/marker.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

const uid = process.getuid?.();
let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await makeTemporaryFolder("of-process");
});
afterEach(() => folder.remove());

const jobOf = (ofProcess: boolean) =>
  findThisJob({ ofProcess }, machineIn(folder.path, { env: gitlabJob }));

describe("the berth of a process", () => {
  test("lies beside its job's, with a name that no other run has", async () => {
    const [job, one, two] = [await jobOf(false), await jobOf(true), await jobOf(true)];
    expect(job.jobPath).toBe(job.directory.path);
    for (const { directory, ...rest } of [one, two]) {
      expect({ ...rest, directory: { ...directory, path: job.directory.path } }).toEqual(job);
      expect(directory.path.replace(/[0-9a-f]{12}$/, "…")).toBe(
        `${job.jobPath}.exec-${process.pid}-…`,
      );
    }
    expect(one.directory.path).not.toBe(two.directory.path);
  });
});

describe("of what an earlier run has made, a berth of a process has", () => {
  interface Made {
    readonly path: string;
    readonly user: string;
    readonly parts?: object;
  }

  /** Writes a berth of the job, to which somebody has logged in as `user` since. */
  const make = async ({ path, user, parts = {} }: Made): Promise<void> => {
    const { directory } = await jobOf(true);
    const nothing = fingerprints(configOf({}));
    const written = { "config.json": nothing, "auth.json": nothing };
    const marker = { ...berthMarker({ job: directory.job, written }), ...parts };
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await mkdir(path, { mode: 0o700 });
    await writeFile(join(path, "berth.json"), JSON.stringify(marker));
    for (const name of ["config.json", "auth.json"]) {
      await writeFile(join(path, name), JSON.stringify(auths(["r.example", user])));
    }
  };

  /** Whose login it finds. */
  const find = async (exported?: string): Promise<string | undefined> => {
    const berth = await readExistingBerth(
      await jobOf(true),
      exported === undefined ? [] : [exported],
      uid,
    );
    return berth?.changes["config.json"].auths.get("r.example")?.user;
  };

  const OTHER_JOB = { job: "fedcba9876543210" };
  const places = async () => {
    const { jobPath } = await jobOf(false);
    return {
      job: jobPath,
      outer: `${jobPath}.exec-1-0123456789ab`,
      elsewhere: join(folder.path, "other", "berth-1", "job"),
    };
  };

  test.each([
    ["nothing, where there is none", [], undefined, undefined],
    ["the job's", ["job"], undefined, "job"],
    ["the job's, where the variable names one that is gone", ["job"], "outer", "job"],
    ["the one that the variable names", ["job", "outer"], "outer", "outer"],
    ["the one that the variable names, though the job has none", ["outer"], "outer", "outer"],
    [
      "the one that the variable names, in another place",
      ["job", "elsewhere"],
      "elsewhere",
      "elsewhere",
    ],
    ["none that no variable names, but the job's", ["outer", "elsewhere"], undefined, undefined],
  ] as const)("%s", async (_, made, exported, found) => {
    const all = await places();
    for (const name of made) await make({ path: all[name], user: name });
    expect(await find(exported && all[exported])).toBe(found);
  });

  test("not one of another job, though the variable names it", async () => {
    const { job, elsewhere } = await places();
    await make({ path: elsewhere, user: "other", parts: OTHER_JOB });
    expect(await find(elsewhere)).toBeUndefined();
    await make({ path: job, user: "job" });
    expect(await find(elsewhere)).toBe("job");
  });

  test("no folder of the user's, which bears no marker", async () => {
    await writeFile(join(folder.path, "config.json"), JSON.stringify(auths(["r.example", "me"])));
    expect(await find(folder.path)).toBeUndefined();
  });

  test("an error, where the one that the variable names is open to others, or of another version", async () => {
    const { outer, elsewhere } = await places();
    await make({ path: outer, user: "outer", parts: { version: 2 } });
    expect(await complaint(() => find(outer))).toBe(
      `BERTH_UNSAFE_DIRECTORY: ${outer} is not a berth of this version`,
    );
    await make({ path: elsewhere, user: "elsewhere" });
    await chmod(elsewhere, 0o777);
    expect(await complaint(() => find(elsewhere))).toBe(
      `BERTH_UNSAFE_DIRECTORY: ${elsewhere} can be written to by other users`,
    );
  });
});
