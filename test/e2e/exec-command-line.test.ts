import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ciNames } from "../../src/ci/index.ts";
import { FALSE, TRUE } from "../../src/flag-words.ts";
import { eachPiece, hostileText } from "../fixtures/hostile-text.ts";
import { type ExecOptions, ended, exec, runIn, script } from "./support/exec.ts";
import { failures } from "./support/failures.ts";
import { test as nodeBuildTest } from "./support/node-build.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("exec-line");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

describe("the words behind --", () => {
  /** As the command gets them. */
  const arrived = async (words: readonly string[]) => {
    const print = ["sh", "-c", `[ $# = 0 ] || printf '%s\\0' "$@"`, "sh"];
    const { stdout, ...rest } = await exec(place, [...print, ...words]);
    return { words: stdout.split("\0").slice(0, -1), ...rest };
  };
  const all = (words: readonly string[]) => ({ words, exitCode: 0, stderr: "", left: [] });

  const ofBerth = [
    ...["--", "--help", "-h", "--version", "--env-file", "gone.env", "--env-file=gone.env"],
    ...["--tmp-dir", "gone", "--no-inherit", "--quiet=maybe", "--frob", "-o", "file", "github"],
    ...["--registry", "x", "--if-missing=fail", "--", "exec", "cleanup", "ci-env", "--unset"],
  ];
  const odd = ["", "", "a\nb", "\r\n", "\n", "\u0001\u001b[31m", "\u{10ffff}", "x".repeat(100_000)];

  test.each([
    ["none at all", []],
    ["what berth's own options look like", ofBerth],
    ["what shells find something to do in", eachPiece],
    ["odd ones", odd],
    ["any", fc.sample(hostileText, { numRuns: 300, seed: 1 })],
  ])("arrive unchanged: %s", async (_, words) => {
    expect(await arrived(words)).toEqual(all(words));
  });

  test("are a program and its arguments, not a line of a shell", async () => {
    const name = "a program; $(touch ran) > ran";
    await writeFile(join(place.folder, name), '#!/bin/sh\necho "$#"; ls\n', { mode: 0o755 });
    const before = (await readdir(place.folder)).sort().join("\n");
    expect(await exec(place, [`./${name}`, "1 2"])).toEqual(ended(0, `1\n${before}\n`));
  });
});

describe("the command is not run, and stdout is empty, where", () => {
  const TOUCH = ["--", "touch", "ran"];
  const run = async (args: readonly string[], options: ExecOptions = {}) => {
    const outcome = await runIn(place, place.command(args), options);
    return { ...outcome, hasRun: (await readdir(place.folder)).includes("ran") };
  };

  // Wrong use is a table of its own, below; nothing verifies.
  const ofBerths = failures.filter(
    ({ code }) => code !== "BERTH_USAGE" && code !== "BERTH_NOT_ACCEPTED",
  );

  test.each(ofBerths)("its berth cannot be made: $name", async (failure) => {
    await failure.prepare?.(place);
    const options = { ...failure.options, change: failure.change ?? {} };
    const ciEnv = await run(failure.args, options);
    expect(ciEnv.stderr).toContain(` (${failure.code})\n`);
    expect(ciEnv.exitCode).toBe(1);
    expect(await run(["exec", ...failure.args.slice(1), ...TOUCH], options)).toEqual({
      ...{ ...ciEnv, stdout: "", hasRun: false, left: [] },
    });
  });

  const NO_COMMAND = "no command is given: berth exec [system] -- COMMAND…";
  const CHOICES = `(choices: ${ciNames.join(", ")})`;
  const TRUTH = `(choices: ${[...TRUE, ...FALSE].join(", ")})`;
  const FORGOTTEN =
    "the command goes behind --, as in berth exec -- docker info; before it stands one CI system at most";

  test.each([
    [["exec"], NO_COMMAND],
    [["exec", "--"], NO_COMMAND],
    [["exec", "gitlab"], NO_COMMAND],
    [["exec", "gitlab", "--quiet", "--"], NO_COMMAND],
    [["exec", "gitlab", "touch", "ran"], FORGOTTEN],
    [["exec", "touch", "ran"], FORGOTTEN],
    [["exec", "touch", ...TOUCH], `unknown CI system "touch" ${CHOICES}`],
    [["exec", "./touch"], FORGOTTEN],
    [["exec", "gitlab", "github", ...TOUCH], FORGOTTEN],
    [["exec", "--frob", ...TOUCH], "unknown option --frob"],
    [["exec", "--shell", "posix", ...TOUCH], "unknown option --shell"],
    [["exec", "--unset", ...TOUCH], "unknown option --unset"],
    [["exec", "--dry-run", ...TOUCH], "unknown option --dry-run"],
    [["exec", "--stale", ...TOUCH], "unknown option --stale"],
    [["exec", "--tmp-dir", ...TOUCH], "--tmp-dir needs a value"],
    [["exec", "--tmp-dir=", ...TOUCH], "--tmp-dir needs a value"],
    [["exec", "--quiet=maybe", ...TOUCH], `--quiet: "maybe" is neither true nor false ${TRUTH}`],
  ])("it is used wrongly: %j", async (args, message) => {
    expect(await run(args)).toEqual({
      ...{ exitCode: 2, stdout: "", left: [], hasRun: false },
      stderr: `berth: error: ${message} (BERTH_USAGE)\n  hint       see berth exec --help\n`,
    });
  });

  test("it is asked for help", async () => {
    const { stdout, ...rest } = await run(["exec", "--help", ...TOUCH]);
    expect(rest).toEqual({ exitCode: 0, stderr: "", left: [], hasRun: false });
    expect(stdout).toMatch(/^berth exec \[system\] -- COMMAND…\n/);
  });

  // Otherwise a job whose -- is forgotten goes on as if the command had succeeded.
  test.each([
    ["docker", "run", "-h", "db", "image"],
    ["skopeo", "--version"],
    ["gitlab", "psql", "--help"],
  ])("its -- is forgotten, whatever the command's options are: %s %s %s", async (...words) => {
    const { exitCode, stdout, left } = await run(["exec", ...words]);
    expect({ exitCode, stdout, left }).toEqual({ exitCode: 2, stdout: "", left: [] });
  });
});

describe("nothing of the machine gets in between", () => {
  test("a command whose working directory is gone is run in no other one", async () => {
    const line = `mkdir gone; cd gone; rmdir ../gone
      berth exec --quiet -- sh -c '[ "$(stat -c %d:%i .)" != "$(stat -c %d:%i /)" ] || echo in /'`;
    expect((await script(place, line)).stdout).toBe("");
  });

  nodeBuildTest(
    "with a Node that is too old the command is not run, and stdout is empty",
    async () => {
      const version = `Object.defineProperty(process.versions,'node',{value:'18.20.8'})`;
      const change = { NODE_OPTIONS: `--import "data:text/javascript,${version}"` };
      expect(await exec(place, ["echo", "ran"], { change })).toEqual(
        ended(1, "", "berth: error: Node 18.20.8 is too old: 20.19 or later is needed\n"),
      );
    },
  );

  test("a variable of Node's for debugging shows nothing of the command", async () => {
    const change = { NODE_DEBUG: "execa" };
    expect(await exec(place, ["echo", "secret"], { change })).toEqual(ended(0, "secret\n"));
  });
});

test("a variable that fails another command is none of exec's", async () => {
  const change = { BERTH_SHELL: "cobol", BERTH_AS_FILE: "maybe", BERTH_OUTPUT_FILE_PATH: "/x/y" };
  expect(await exec(place, ["echo", "ran"], { change })).toEqual(ended(0, "ran\n"));
});

test("--tmp-dir and its variable name the place of the berth, from the working directory", async () => {
  await mkdir(join(place.folder, "other"));
  const show = ["sh", "-c", 'echo "$DOCKER_CONFIG"'];
  const there = "<folder>/other/berth-<uid>/gitlab-1-<hash>.exec-<random>\n";
  expect(await exec(place, show, { args: ["--tmp-dir", "other"] })).toEqual(ended(0, there));
  const change = { BERTH_TMP_DIR: "other" };
  expect(await exec(place, show, { change })).toEqual(ended(0, there));
  expect(await readdir(place.temporary)).toEqual([]);
});
