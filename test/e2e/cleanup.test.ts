import { mkdir, readdir, rename, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { listing } from "./support/listing.ts";
import { makeSandbox, type Place, type Sandbox, statements } from "./support/sandbox.ts";

const ROOT = "<folder>/tmp/berth-<uid>";
const JOB = `${ROOT}/gitlab-1-<hash>`;
const HOUR = 3600;

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("cleanup");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

const done = (stderr: string) => ({ exitCode: 0, stdout: "", stderr });
const removed = (...paths: string[]) => done(paths.map((it) => `berth: removed ${it}\n`).join(""));
const nothing = done(`berth: nothing to clean up at ${JOB}\n`);
const refused = (path: string, problem: string) => ({
  exitCode: 1,
  stdout: "",
  stderr: `berth: error: ${path} ${problem} (BERTH_UNSAFE_DIRECTORY)
  hint       berth puts no credentials there: remove it, or choose another place with --tmp-dir or BERTH_TMP_DIR
`,
});

const cleanup = (...args: string[]) => place.berth(["cleanup", ...args], place.job());

const make = (id = "1") => place.berth(["ci-env", "--quiet"], place.job({ CI_JOB_ID: id }));

const names = async () => (await readdir(place.root)).map((name) => place.mask(name)).sort();

const jobFolder = async (): Promise<string> => {
  const [name = ""] = await readdir(place.root);
  return join(place.root, name);
};

/** Makes everything of a berth look untouched for so many hours. */
const age = async (path: string, hours: number): Promise<void> => {
  const time = Date.now() / 1000 - hours * HOUR;
  const below = (await listing(path)).map((it) => join(path, it.path));
  for (const each of below.reverse()) await utimes(each, time, time);
};

describe("cleanup of a job", () => {
  test("works in a later shell that has none of its variables, and a second time", async () => {
    const job = 'eval "$(berth ci-env --quiet)"; ls "$DOCKER_CONFIG" | wc -l | tr -d " "';
    const afterScript = "berth cleanup; berth cleanup";
    const sh = (script: string) => place.run(["sh", "-e", "-c", script], place.job());
    expect(await sh(job)).toEqual({ exitCode: 0, stdout: "3\n", stderr: "" });
    expect(await sh(afterScript)).toEqual(done(removed(JOB).stderr + nothing.stderr));
    expect(await names()).toEqual([]);
  });

  test("is done where there was never a berth, and makes nothing", async () => {
    expect(await cleanup()).toEqual(nothing);
    expect(await readdir(place.temporary)).toEqual([]);
  });

  test("with --quiet says nothing", async () => {
    await make();
    expect([await cleanup("--quiet"), await cleanup("--quiet")]).toEqual([done(""), done("")]);
    expect(await names()).toEqual([]);
  });

  test("leaves other jobs alone", async () => {
    await make("1");
    await make("2");
    expect(await cleanup()).toEqual(removed(JOB));
    expect(await names()).toEqual(["gitlab-2-<hash>"]);
  });

  test("takes everything with it that the job has put there", async () => {
    await make();
    const folder = await jobFolder();
    await writeFile(join(folder, "config.json1234567"), "{}", { mode: 0o400 });
    await mkdir(join(folder, "buildx", "refs"), { recursive: true });
    await symlink(place.home, join(folder, "link"));
    const home = await listing(place.home);
    expect(await cleanup()).toEqual(removed(JOB));
    expect(await names()).toEqual([]);
    expect(await listing(place.home)).toEqual(home);
  });

  test("finds a berth by DOCKER_CONFIG where ci-env alone had --tmp-dir", async () => {
    const other = join(place.folder, "other");
    await mkdir(other);
    const script = `eval "$(berth ci-env --quiet --tmp-dir other)"; berth cleanup`;
    const ended = await place.run(["sh", "-e", "-c", script], place.job());
    expect(ended).toEqual(removed("<folder>/other/berth-<uid>/gitlab-1-<hash>"));
  });

  test("removes no folder without a marker", async () => {
    await make();
    const folder = await jobFolder();
    await rename(join(folder, "berth.json"), join(place.folder, "marker"));
    const before = await listing(place.root);
    expect(await cleanup()).toEqual(refused(JOB, "is not a berth of this job"));
    expect(await listing(place.root)).toEqual(before);
  });

  test("removes no folder whose marker names another job", async () => {
    await make("2");
    const other = await jobFolder();
    await make("1");
    const all = (await readdir(place.root)).map((name) => join(place.root, name));
    const folder = all.find((path) => path !== other) ?? "";
    await rename(folder, join(place.folder, "mine"));
    await rename(other, folder);
    const before = await listing(place.root);
    expect(await cleanup()).toEqual(refused(JOB, "is not a berth of this job"));
    expect(await listing(place.root)).toEqual(before);
  });

  test.each(["job", "root"])("follows no link in the place of the %s folder", async (which) => {
    await make();
    const path = which === "root" ? place.root : await jobFolder();
    const other = join(place.folder, "other");
    await rename(path, other);
    await symlink(other, path);
    const before = await listing(other);
    expect(await cleanup()).toEqual(refused(which === "root" ? ROOT : JOB, "is a link"));
    expect(await listing(other)).toEqual(before);
  });
});

describe("cleanup --stale", () => {
  const nothingOld = done(`berth: nothing forgotten in ${ROOT}\n`);

  test("sweeps what was not touched for so long, needs no CI, and leaves the rest", async () => {
    await make("1");
    const first = await jobFolder();
    await make("2");
    await age(first, 49);
    const sweep = (time: string) => place.berth(["cleanup", "--stale", time], place.env);
    expect(await sweep("50h")).toEqual(nothingOld);
    expect(await sweep("48h")).toEqual(removed(JOB));
    expect(await sweep("48h")).toEqual(nothingOld);
    expect(await names()).toEqual(["gitlab-2-<hash>"]);
  });

  test("counts a login of the job as a touch", async () => {
    await make();
    await age(await jobFolder(), 72);
    await writeFile(join(await jobFolder(), "config.json"), "{}");
    expect(await cleanup("--stale", "48h")).toEqual(nothingOld);
  });

  test("removes the remains of killed runs, old ones alone", async () => {
    await make();
    const folder = await jobFolder();
    await rename(folder, `${folder}.1-0123456789ab`);
    expect(await cleanup("--stale", "48h")).toEqual(nothingOld);
    await age(`${folder}.1-0123456789ab`, 49);
    expect(await cleanup("--stale", "48h")).toEqual(removed(`${JOB}.<random>`));
    expect(await names()).toEqual([]);
  });

  test("leaves what is no berth, a link, and what it leads to", async () => {
    await make();
    const other = join(place.folder, "other");
    await rename(await jobFolder(), other);
    await age(other, 99);
    await symlink(other, join(place.root, "gitlab-1-0123456789abcdef"));
    await mkdir(join(place.root, "precious", "folder"), { recursive: true });
    await age(join(place.root, "precious"), 99);
    const before = await listing(place.folder);
    expect(await cleanup("--stale", "1h")).toEqual(nothingOld);
    expect(await listing(place.folder)).toEqual(before);
  });

  test("is done by ci-env, too", async () => {
    await make("2");
    await age(await jobFolder(), 49);
    expect(await make("1")).toEqual({ exitCode: 0, stdout: statements(), stderr: "" });
    expect(await names()).toEqual(["gitlab-1-<hash>"]);
  });

  test.each(["3w", "48", "-1h", "0x1h", "48 h"])("refuses %j", async (time) => {
    expect(await cleanup(`--stale=${time}`)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `berth: error: --stale: "${time}" is not a length of time (BERTH_USAGE)
  hint       write it as a number and s, m, h or d: --stale 48h
`,
    });
  });
});

test.each([
  ["cleanup", "--tmp-dir", "none"],
  ["cleanup", "--stale", "48h", "--tmp-dir", "none"],
])("where the temp directory is gone there is nothing to clean up: %s %s %s", async (...args) => {
  const place = await sandbox.place();
  const { exitCode, stdout } = await place.berth(args, place.job());
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
});
