import { createHash } from "node:crypto";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { github } from "../src/ci/github.ts";
import { gitlab } from "../src/ci/gitlab.ts";
import { checkOwn, checkTempDir, findRoot, jobDirectory } from "../src/job-directory.ts";
import { complaint } from "./fixtures/complaint.ts";
import { machineIn } from "./fixtures/machine.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

const uid = process.getuid?.() ?? 0;
let folder: TemporaryFolder;
const at = (...names: string[]): string => join(folder.path, ...names);

beforeAll(async () => {
  folder = await makeTemporaryFolder("job-directory");
  for (const name of ["runner-temp", "asked", "a b"]) await mkdir(at(name));
  await writeFile(at("file"), "");
  await symlink(at("gone"), at("dangling"));
});
afterAll(() => folder.remove());

describe("findRoot(): the folder of this user's berths", () => {
  const RUNNER = { RUNNER_TEMP: "runner-temp" };
  const SYSTEM = "the system's temp directory";
  const root = (name: string, owner = `berth-${uid}`) => at(name, owner);

  test.each([
    ["in the system's temp directory", gitlab, undefined, {}, ".", SYSTEM],
    ["the same, by its variable", gitlab, undefined, { TMPDIR: "/tmp" }, ".", "TMPDIR"],
    ["in the CI's, which the CI empties", github, undefined, RUNNER, "runner-temp", "RUNNER_TEMP"],
    ["in the system's, where the CI has none", github, undefined, {}, ".", SYSTEM],
    ["in the system's, in spite of another CI's variable", gitlab, undefined, RUNNER, ".", SYSTEM],
    ["in the system's, where no CI is known", undefined, undefined, RUNNER, ".", SYSTEM],
    ["in the one asked for", github, "asked", RUNNER, "asked", "--tmp-dir"],
    ["in one with a blank", gitlab, "a b", {}, "a b", "--tmp-dir"],
    ["in one that is not there, which is for others to say", gitlab, "x", {}, "x", "--tmp-dir"],
  ])("%s", (_, system, tmpDir, env, place, name) => {
    expect(findRoot(system, tmpDir, env, machineIn(folder.path))).toEqual({
      root: root(place),
      temp: { path: at(place), name, emptiedByCi: name === "RUNNER_TEMP" },
    });
  });

  test("has no number where users have none", () => {
    const machine = machineIn(folder.path, { uid: undefined });
    expect(findRoot(gitlab, undefined, {}, machine).root).toBe(root(".", "berth"));
  });

  test("RULE 2: is absolute, though TMPDIR is not", () => {
    const machine = machineIn(folder.path, { tempDirectory: "asked" });
    expect(findRoot(gitlab, undefined, {}, machine).root).toBe(root("asked"));
  });

  test("a line break in its path, which is exported, is refused", async () => {
    expect(await complaint(() => findRoot(gitlab, "a\nb", {}, machineIn("/")))).toBe(
      'BERTH_BAD_VALUE: --tmp-dir: a line break in its value "/a\\x0ab"',
    );
  });
});

describe("checkTempDir()", () => {
  const check = (name: string) =>
    complaint(() => checkTempDir({ path: at(name), name: "RUNNER_TEMP", emptiedByCi: true }));

  test("has nothing to say of a directory", async () => {
    expect(await check("a b")).toBe("no complaint");
  });

  test.each([
    ["TRAP 34: is not there", "gone", "is not there"],
    ["is a file", "file", "is not a directory"],
    ["is below a file", "file/x", "cannot be used (ENOTDIR)"],
    ["is a link that leads nowhere", "dangling", "is not there"],
  ])("names one that %s, and what it is from", async (_, name, problem) => {
    expect(await check(name)).toBe(`BERTH_TEMP_DIR: RUNNER_TEMP: ${at(name)} ${problem}`);
  });
});

describe("jobDirectory(): one directory for each job", () => {
  const temp = { path: "/tmp", name: "TMPDIR", emptiedByCi: false };
  const place = { root: "/tmp/berth-1", temp };
  const of = (id: string, ...key: string[]) => jobDirectory(place, gitlab, { id, key });

  test("is named by the system and the job, and by its whole identity's hash", () => {
    const identity = '["gitlab","https://gitlab.example.com","7001"]';
    const job = createHash("sha256").update(identity).digest("hex").slice(0, 16);
    expect(of("7001", "https://gitlab.example.com", "7001")).toEqual({
      root: "/tmp/berth-1",
      temp,
      path: `/tmp/berth-1/gitlab-7001-${job}`,
      job,
    });
  });

  test("TRAP 33: is the same for the same job, and another for any other", () => {
    const paths = [
      of("1", "https://a", "1"),
      of("1", "https://b", "1"),
      of("1", "https://a", "11"),
      of("1", "https://a1", "1"),
      of("1", "https://a", "1", ""),
      jobDirectory(place, github, { id: "1", key: ["https://a", "1"] }),
    ].map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(of("1", "https://a", "1").path).toBe(paths[0]);
  });

  test.each([
    ["TRAP 38: a command", "1-$(id)`x`", "gitlab-1--id-x-"],
    ["a path", "../../etc/passwd", "gitlab-..-..-etc-passwd"],
    ["a line break and letters of all kinds", "é\n😀", "gitlab--"],
    ["a name without end", "x".repeat(500), `gitlab-${"x".repeat(60)}`],
  ])("keeps %s in a job's name out of the path", (_, id, readable) => {
    const { path, job } = of(id, id);
    expect(path).toBe(`/tmp/berth-1/${readable}-${job}`);
  });
});

describe("checkOwn(): TRAP 35, a place that others have prepared is refused", () => {
  test("a directory of ours is ours, and one that is not there is not", async () => {
    await mkdir(at("own"), { mode: 0o700 });
    expect([await checkOwn(at("own"), uid), await checkOwn(at("gone"), uid)]).toEqual([
      true,
      false,
    ]);
    expect(await checkOwn(at("own"), undefined)).toBe(true);
  });

  test.each([
    ["a link", (path: string) => symlink(at("asked"), path), uid, "is a link"],
    ["a link that leads nowhere", (path: string) => symlink(at("gone"), path), uid, "is a link"],
    ["a file", (path: string) => writeFile(path, ""), uid, "is not a directory"],
    [
      "another user's directory",
      (path: string) => mkdir(path),
      uid + 1,
      `belongs to another user (uid ${uid})`,
    ],
    [
      "a directory that a group may write to",
      (path: string) => mkdir(path).then(() => chmod(path, 0o770)),
      uid,
      "can be written to by other users",
    ],
    [
      "a directory that all may write to",
      (path: string) => mkdir(path).then(() => chmod(path, 0o1777)),
      uid,
      "can be written to by other users",
    ],
  ])("%s", async (name, make, user, problem) => {
    const path = at(name.replaceAll(" ", "-"));
    await make(path);
    expect(await complaint(() => checkOwn(path, user))).toBe(
      `BERTH_UNSAFE_DIRECTORY: ${path} ${problem}`,
    );
  });

  test("a place that cannot be looked at", async () => {
    expect(await complaint(() => checkOwn(at("file/x"), uid))).toBe(
      `BERTH_UNSAFE_DIRECTORY: ${at("file/x")} cannot be looked at (ENOTDIR)`,
    );
  });
});
