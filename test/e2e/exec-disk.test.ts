import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { execaSync } from "execa";
import { ended, exec, masked, OWN, runIn } from "./support/exec.ts";
import { bound, giveToBound } from "./support/privileges.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";
import { testIf } from "./support/test-if.ts";

const NAME = "gitlab-1-<hash>.exec-<random>";
const GONE = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>.<random>";
const BY_HAND = "  hint       remove it by hand: it may hold credentials\n";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("exec-disk");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

/** Runs it as a user whom modes of files bind. */
const execBound = async (text: string) => {
  await giveToBound(place.temporary);
  const root = join(place.temporary, `berth-${bound.uid ?? process.getuid?.()}`);
  const { left: _, ...run } = await exec(place, ["sh", "-c", text], bound);
  const names = (await readdir(root)).map((name) => masked(place, name));
  return { ...run, left: names };
};

describe("a berth that cannot be removed is named, and the status is still the command's", () => {
  test("where the command has made its folder read-only", async () => {
    expect(await execBound('chmod 500 "$(dirname "$DOCKER_CONFIG")"; exit 5')).toEqual({
      ...ended(5, "", `berth: error: cannot remove ${OWN}: EACCES (BERTH_DISK)\n${BY_HAND}`),
      left: [NAME],
    });
  });

  test("where something in it cannot be removed", async () => {
    const text = 'cd "$DOCKER_CONFIG"; mkdir zone; touch zone/file; chmod 500 zone; exit 5';
    expect(await execBound(text)).toEqual({
      ...ended(5, "", `berth: error: cannot remove ${GONE}: EACCES (BERTH_DISK)\n${BY_HAND}`),
      left: ["gitlab-1-<hash>.<random>"],
    });
  });

  test("and then no credential is left in it", async () => {
    const text = 'cd "$DOCKER_CONFIG"; mkdir a; touch a/file; chmod 500 a; exit 5';
    const { exitCode, left } = await execBound(text);
    expect([exitCode, left]).toEqual([5, ["gitlab-1-<hash>.<random>"]]);
    const found = await place.run(["grep", "-rl", "-e", '"auth":', place.temporary], place.env);
    expect(found).toEqual({ exitCode: 1, stdout: "", stderr: "" });
  });

  const refused = (problem: string) =>
    `berth: error: ${OWN} ${problem} (BERTH_UNSAFE_DIRECTORY)
  hint       berth puts no credentials there: remove it, or choose another place with --tmp-dir or BERTH_TMP_DIR\n`;

  test.each([
    ["opened it to others", 'chmod 777 "$DOCKER_CONFIG"', "can be written to by other users"],
    [
      "put a link in its place",
      'mv "$DOCKER_CONFIG" other && ln -s "$PWD/other" "$DOCKER_CONFIG"',
      "is a link",
    ],
    [
      "put a file in its place",
      'rm -r "$DOCKER_CONFIG" && touch "$DOCKER_CONFIG"',
      "is not a directory",
    ],
  ])("where the command has %s", async (_, line, problem) => {
    expect(await exec(place, ["sh", "-c", `${line}; exit 5`])).toEqual({
      ...ended(5, "", refused(problem)),
      left: [NAME],
    });
  });
});

describe("a berth is removed, whatever the command has put in it", () => {
  test.each([
    ["files of its own", 'cd "$DOCKER_CONFIG"; mkdir -p a/b; touch a/b/c; chmod 000 config.json'],
    ["no config any more", 'rm "$DOCKER_CONFIG/config.json" "$REGISTRY_AUTH_FILE"'],
    [
      "configs that are none",
      'echo { > "$DOCKER_CONFIG/config.json"; echo > "$REGISTRY_AUTH_FILE"',
    ],
  ])("%s", async (_, line) => {
    expect(await exec(place, ["sh", "-c", `${line}; exit 5`])).toEqual(ended(5));
  });

  test("links in it, but not what they lead to", async () => {
    await mkdir(join(place.folder, "theirs"));
    await writeFile(join(place.folder, "theirs", "file"), "");
    const line =
      'ln -s "$PWD/theirs" "$DOCKER_CONFIG/link"; ln -s "$PWD/theirs/file" "$DOCKER_CONFIG/file"';
    expect(await exec(place, ["sh", "-c", line])).toEqual(ended(0));
    expect(await readdir(join(place.folder, "theirs"))).toEqual(["file"]);
  });

  test.each([
    ["is gone", 'rm "$DOCKER_CONFIG/berth.json"'],
    ["is none", 'echo {} > "$DOCKER_CONFIG/berth.json"'],
  ])("also where its marker %s", async (_, line) => {
    const { exitCode, left } = await exec(place, ["sh", "-c", `${line}; exit 5`]);
    expect({ exitCode, left }).toEqual({ exitCode: 5, left: [] });
  });
});

// A mount name space of its own, so that no mount outlives the test; without root also a user name space.
const UNSHARE = ["unshare", "--mount", "--map-root-user"];
const tryMount = ["mount", "-t", "tmpfs", "-o", "size=8k", "none", "/mnt"];
const mounts = execaSync("unshare", [...UNSHARE.slice(1), ...tryMount], { reject: false });
const canMount = { can: mounts.exitCode === 0, otherwise: "this user cannot mount a tmpfs" };

describe("a full disk", () => {
  const onTmpfs = (size: string, text: string) => {
    const all = `mount -t tmpfs -o size=${size} none "$TMPDIR"
      ${text}; echo "status $?"; find "$TMPDIR" -mindepth 2`;
    return runIn(place, [...UNSHARE, "sh", "-c", all]);
  };

  testIf(canMount, "is named, the command is not run, and nothing is left", async () => {
    const { stderr, ...rest } = await onTmpfs("8k", "berth exec --quiet -- echo ran");
    expect(rest).toEqual({ exitCode: 0, stdout: "status 1\n", left: [] });
    expect(
      stderr,
    ).toBe(`berth: error: cannot write ${GONE}/auth.json: no space left on the disk (BERTH_DISK)
  hint       free or change it, or choose another place with --tmp-dir or BERTH_TMP_DIR\n`);
  });

  testIf(canMount, "that the command has filled is no reason not to remove the berth", async () => {
    const fill = `head -c 1M /dev/zero > "$TMPDIR/filler" 2> /dev/null; exit 5`;
    const run = await onTmpfs("32k", `berth exec --quiet -- sh -c '${fill}'`);
    expect(run).toEqual(ended(0, "status 5\n"));
  });
});
