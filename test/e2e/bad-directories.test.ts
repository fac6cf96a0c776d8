import { chmod, chown, mkdir, readdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { listing } from "./support/listing.ts";
import { asRoot, bound, giveToBound } from "./support/privileges.ts";
import { makeSandbox, type Place, type Sandbox, statements } from "./support/sandbox.ts";
import { testIf } from "./support/test-if.ts";

const ROOT = "<folder>/tmp/berth-<uid>";
const JOB = `${ROOT}/gitlab-1-<hash>`;
const DONE = { exitCode: 0, stdout: statements(), stderr: "" };

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("directories");
});

afterAll(() => sandbox?.remove());

const failed = (code: string, message: string, hint: string) => ({
  exitCode: 1,
  stdout: "exit 1;\n",
  stderr: `berth: error: ${message} (${code})\n  hint       ${hint}\n`,
});

const refused = (path: string, problem: string) =>
  failed(
    "BERTH_UNSAFE_DIRECTORY",
    `${path} ${problem}`,
    "berth puts no credentials there: remove it, or choose another place with --tmp-dir or BERTH_TMP_DIR",
  );

const noTemp = (name: string, problem: string) =>
  failed(
    "BERTH_TEMP_DIR",
    `${name}: ${problem}`,
    "make the directory, or name another with --tmp-dir or BERTH_TMP_DIR",
  );

const run = (change: Readonly<Record<string, string | undefined>> = {}, ...args: string[]) =>
  place.berth(["ci-env", "--quiet", ...args], place.job(change));

/** The berth of the job, made by a first run. */
const jobFolder = async (): Promise<string> => {
  expect(await run()).toEqual(DONE);
  const [name = ""] = await readdir(place.root);
  return join(place.root, name);
};

describe("HOME", () => {
  test("unset: the job works", async () => {
    place = await sandbox.place();
    const change = { HOME: undefined, DOCKER_CONFIG: place.home, XDG_CONFIG_HOME: place.home };
    expect(await run(change)).toEqual(DONE);
  });

  test.each(["", "/nowhere", "relative/home"])("%j: the job works", async (HOME) => {
    place = await sandbox.place();
    expect(await run({ HOME, DOCKER_CONFIG: place.home })).toEqual(DONE);
  });

  test("read-only: the job works, and nothing is written there", async () => {
    place = await sandbox.place();
    await mkdir(join(place.home, ".docker"));
    await writeFile(join(place.home, ".docker", "config.json"), "{}");
    await giveToBound(place.folder);
    await chmod(place.home, 0o500);
    await chmod(join(place.home, ".docker"), 0o500);
    const before = await listing(place.home);
    const args = ["ci-env", "--quiet"];
    expect(await place.berth(args, place.job(), bound)).toEqual(DONE);
    expect(await listing(place.home)).toEqual(before);
  });
});

describe("the temp directory", () => {
  test("missing: is named", async () => {
    place = await sandbox.place();
    const none = join(place.folder, "none");
    const problem = "<folder>/none is not there";
    expect(await run({ TMPDIR: none })).toEqual(noTemp("TMPDIR", problem));
    expect(await run({}, "--tmp-dir", "none")).toEqual(noTemp("--tmp-dir", problem));
    expect(await run({ BERTH_TMP_DIR: none })).toEqual(noTemp("--tmp-dir", problem));
  });

  test("a file: is named", async () => {
    place = await sandbox.place();
    const file = join(place.folder, "file");
    await writeFile(file, "");
    const problem = "<folder>/file is not a directory";
    expect(await run({}, "--tmp-dir", file)).toEqual(noTemp("--tmp-dir", problem));
  });

  test("relative: the statements have absolute paths, for later lines of the script in other folders", async () => {
    place = await sandbox.place();
    expect(await run({ TMPDIR: "tmp" })).toEqual(DONE);
    expect(await run({}, "--tmp-dir", "tmp")).toEqual(DONE);
    expect(await run({ TMPDIR: "./tmp/" })).toEqual(DONE);
  });

  test("with blanks and a quote: works", async () => {
    place = await sandbox.place();
    const odd = join(place.folder, "it's a  folder");
    await mkdir(odd);
    const script = 'eval "$(berth ci-env --quiet)"; cd / && ls -A "$DOCKER_CONFIG"';
    const ended = await place.run(["sh", "-e", "-c", script], place.job({ TMPDIR: odd }));
    expect(ended).toEqual({
      ...{ exitCode: 0, stdout: "auth.json\nberth.json\nconfig.json\n", stderr: "" },
    });
  });

  test("read-only: is named", async () => {
    place = await sandbox.place();
    await giveToBound(place.temporary);
    await chmod(place.temporary, 0o500);
    const args = ["ci-env", "--quiet"];
    expect(await place.berth(args, place.job(), bound)).toEqual(
      failed(
        "BERTH_DISK",
        `cannot make the directory ${ROOT}: permission denied`,
        "free or change it, or choose another place with --tmp-dir or BERTH_TMP_DIR",
      ),
    );
  });
});

describe.each([
  ["the folder of all berths", ROOT, async () => place.root],
  ["the job's folder", JOB, jobFolder],
])("%s", (_, shown, find) => {
  const prepare = async () => {
    place = await sandbox.place();
    return find();
  };

  testIf(asRoot, "made by another user is refused", async () => {
    const path = await prepare();
    await mkdir(path, { recursive: true, mode: 0o700 });
    await chown(path, 65534, 65534);
    expect(await run()).toEqual(refused(shown, "belongs to another user (uid 65534)"));
  });

  test("as a link is refused, and what it leads to stays as it is", async () => {
    const path = await prepare();
    const other = join(place.folder, "other");
    await rename(path, other).catch(() => mkdir(other));
    await symlink(other, path);
    const before = await listing(other);
    expect(await run()).toEqual(refused(shown, "is a link"));
    expect(await listing(other)).toEqual(before);
  });

  test("as a dangling link is refused", async () => {
    const path = await prepare();
    await rename(path, join(place.folder, "other")).catch(() => undefined);
    await symlink("nowhere", path);
    expect(await run()).toEqual(refused(shown, "is a link"));
  });

  test("as a file is refused", async () => {
    const path = await prepare();
    await rename(path, join(place.folder, "other")).catch(() => undefined);
    await writeFile(path, "");
    expect(await run()).toEqual(refused(shown, "is not a directory"));
  });

  test.each([0o770, 0o702, 0o777, 0o1777])(
    "that others may write to is refused: %o",
    async (mode) => {
      const path = await prepare();
      await mkdir(path, { recursive: true });
      await chmod(path, mode);
      const before = await listing(path);
      expect(await run()).toEqual(refused(shown, "can be written to by other users"));
      expect(await listing(path)).toEqual(before);
    },
  );
});

test("a folder of somebody's in the place of the job's is refused", async () => {
  place = await sandbox.place();
  const path = await jobFolder();
  await rename(path, join(place.folder, "other"));
  await mkdir(path, { mode: 0o700 });
  await writeFile(join(path, "precious"), "");
  expect(await run()).toEqual(refused(JOB, "is not a berth of this job"));
});
