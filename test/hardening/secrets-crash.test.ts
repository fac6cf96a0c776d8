import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { describe, isNodeBuild } from "../e2e/support/node-build.ts";
import { makeSandbox, type Place, type Sandbox } from "../e2e/support/sandbox.ts";
import { testIf } from "../e2e/support/test-if.ts";
import { available } from "../support/programs.ts";
import { canary, finderOf } from "./support/canaries.ts";
import { all, furnish, jobsIn } from "./support/canaries-place.ts";

jest.setTimeout(120_000);

const leaks = finderOf(all);

let sandbox: Sandbox;
let place: Place;
let jobs: ReturnType<typeof jobsIn>;

beforeAll(async () => {
  sandbox = await makeSandbox("crash");
  place = await sandbox.place();
  jobs = jobsIn(place, await furnish(place));
});

afterAll(() => sandbox?.remove());

/** Something of Node's that fails as a bug would make it, where berth has the secrets in its hands. */
const HOOKS: Readonly<Record<string, string>> = {
  "where configs are written": `
const stringify = JSON.stringify;
JSON.stringify = (value, ...rest) => rest[1] === "\\t" ? undefined.x : stringify(value, ...rest);`,
  "where secrets are encoded": `
const from = Buffer.from;
Buffer.from = (text, ...rest) => /^[^\\s:]+:glpat-/.test(text) ? null.x : from(text, ...rest);`,
  "where a file is opened": `
require("node:fs").openSync = () => { throw new RangeError("injected"); };
require("node:fs").writeFileSync = () => { throw new RangeError("injected"); };`,
};

describe.each(Object.keys(HOOKS))("a bug %s", (name) => {
  test("says that it is one, in two lines without a secret, and stops the job", async () => {
    const hook = join(place.folder, "given/hook.cjs");
    await writeFile(hook, HOOKS[name] ?? "");
    const env = { ...jobs.gitlab, NODE_OPTIONS: `--require=${hook}` };
    const { exitCode, stdout, stderr } = await place.berth(["ci-env", "--verbose"], env);
    expect([exitCode, stdout]).toEqual([1, "exit 1;\n"]);
    expect(stderr).toMatch(/^berth: error: this is a bug in berth: .*\(BERTH_INTERNAL\)\n.*\n$/);
    expect(leaks(stderr)).toEqual([]);
    expect(await readdir(place.temporary, { recursive: true })).not.toContain("config.json");
  });
});

const pattern = (await readFile("/proc/sys/kernel/core_pattern", "utf8").catch(() => "|")).trim();

const abort = async (limit: string) => {
  const folder = join(place.folder, `core-${limit}`);
  await mkdir(folder);
  const script = `ulimit -c ${limit}; exec berth exec --verbose -- sh -c 'kill -ABRT $PPID; sleep 0.2'`;
  const ended = await place.run(["bash", "-c", script], jobs.gitlab, { cwd: folder });
  const files = await readdir(folder);
  return { ...ended, folder, files };
};

test("killed by SIGABRT it tells no secret, and a clean-up takes its berth away", async () => {
  const { exitCode, stdout, stderr, files } = await abort("0");
  expect([exitCode, leaks(stdout + stderr), files]).toEqual([undefined, [], []]);
  expect((await readdir(place.root)).length).toBe(1);
  await place.berth(["cleanup"], jobs.gitlab);
  expect(await readdir(place.root)).toEqual([]);
});

// No program of Node's can keep what it knows out of its core: `ulimit -c 0` can.
testIf(
  {
    can: /^core(?:\.%p)?$/.test(pattern) && available("bash"),
    otherwise: `cores go elsewhere here: ${pattern}`,
  },
  "its core, which the job has asked for, is for the job's user alone and not among the berths",
  async () => {
    const { folder, files } = await abort("unlimited");
    expect(files).toHaveLength(1);
    const core = join(folder, files[0] ?? "");
    expect((await stat(core)).mode & 0o777).toBe(0o600);
    // An executable's is of several gigabytes, nearly all of them holes.
    if (isNodeBuild) expect((await readFile(core)).includes(canary("password"))).toBe(true);
    const left = await readdir(place.temporary, { recursive: true });
    expect(left.filter((name) => name.includes("core"))).toEqual([]);
  },
);
