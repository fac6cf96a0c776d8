import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { makeSandbox, type Place, type Sandbox } from "../e2e/support/sandbox.ts";
import { cameTo } from "./support/platform.ts";

let sandbox: Sandbox;
let place: Place;
beforeAll(async () => {
  sandbox = await makeSandbox("limits");
});
beforeEach(async () => {
  place = await sandbox.place();
});
afterAll(() => sandbox?.remove());

const ciEnv = () => place.command(["ci-env", "--quiet"]);

const cameToUnder = async (limit: string): Promise<unknown> => {
  await rm(place.root, { recursive: true, force: true });
  const command = ["prlimit", "--core=0", limit, ...ciEnv()];
  return cameTo(place, await place.run(command, place.job()));
};

/** What runs under each of the limits have come to, each outcome once. */
const outcomes = async (limits: readonly string[]): Promise<readonly unknown[]> => {
  const found = new Set<unknown>();
  for (const limit of limits) found.add(await cameToUnder(limit));
  return [...found];
};

// The first ones are too low to start, where what runs berth says so by its status; the last ones are enough.
describe("under limits, from too low to enough: all is there, or nothing and a status that says so", () => {
  test.each([
    ["open files", "nofile", [3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 64]],
    ["address space", "as", [2e8, 4e8, 6e8, 8e8, 1e9, 4e9]],
    ["stack", "stack", [2 ** 14, 2 ** 16, 2 ** 18, 2 ** 20, 2 ** 23]],
  ])("%s", async (_, name, values) => {
    expect(await outcomes(values.map((value) => `--${name}=${value}`))).toEqual([
      "refused",
      "done",
    ]);
  });

  test("the size of a file: whichever it hits, none is left in part", async () => {
    const sizes = [0, 1, 40, 80, 120, 160, 200, 300, 400, 500, 600, 700, 800, 1e4];
    expect(await outcomes(sizes.map((size) => `--fsize=${size}`))).toEqual(["refused", "done"]);
  });

  test("the size of a file: is what the error names, and the job stops", async () => {
    const command = ["prlimit", "--fsize=100", ...ciEnv()];
    expect(await place.run(command, place.job())).toEqual({
      ...{ exitCode: 1, stdout: "exit 1;\n" },
      stderr: expect.stringMatching(/^berth: error: cannot write .*: EFBIG \(BERTH_DISK\)\n/),
    });
  });
});

// PATH_MAX of Linux, with the NUL at its end.
const LONGEST = 4095;

/** A directory whose path has `length` bytes. */
const deep = async (length: number): Promise<string> => {
  let path = place.temporary;
  while (length - path.length > 1) {
    const room = length - path.length - 1;
    // No rest of one byte, for which there would be no name.
    path = join(path, "d".repeat(room > 202 ? 200 : Math.min(room, 255)));
  }
  await mkdir(path, { recursive: true });
  return path;
};

describe("a temp directory with a long path", () => {
  const runIn = async (TMPDIR: string) => {
    const { exitCode, stdout, stderr } = await place.run(ciEnv(), place.job({ TMPDIR }));
    const short = (text: string): string => text.replace(/(?:\/d+)+/g, "/…");
    return { exitCode, stdout: short(stdout).split("\n")[0], stderr: short(stderr).split("\n")[0] };
  };
  const berth = "export DOCKER_CONFIG=<folder>/tmp/…/berth-<uid>/gitlab-1-<hash>;";

  test.each([201, 255, 1024, 4000])("of %i bytes works, twice", async (length) => {
    const TMPDIR = await deep(length);
    expect(TMPDIR).toHaveLength(length);
    for (const _ of [1, 2]) {
      expect(await runIn(TMPDIR)).toEqual({ exitCode: 0, stdout: berth, stderr: "" });
    }
  });

  test("of which the berth would be beyond what the system takes: is refused at each length", async () => {
    const found: string[] = [];
    for (let length = LONGEST - 85; length <= LONGEST; length += 5) {
      const { exitCode, stdout, stderr } = await runIn(await deep(length));
      if (exitCode === 0) expect([stdout, stderr]).toEqual([berth, ""]);
      else
        expect([exitCode, stdout, stderr]).toEqual([
          1,
          "exit 1;",
          expect.stringContaining("BERTH_"),
        ]);
      found.push(exitCode === 0 ? "done" : "refused");
    }
    expect(found.join(" ")).toMatch(/^(done )+refused( refused)*$/);
  });
});
