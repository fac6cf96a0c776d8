import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import {
  makeSandbox,
  type Place,
  readJson,
  type Sandbox,
  statements,
} from "../e2e/support/sandbox.ts";
import { testIf } from "../e2e/support/test-if.ts";
import {
  cameTo,
  canRemount,
  isNodeBuild,
  mounted,
  READ_ONLY,
  redirected,
} from "./support/platform.ts";
import { writeBase } from "./support/platform-base.ts";

const DONE = { exitCode: 0, stdout: statements(), stderr: "" };
// Before berth's first line; nothing is on stdout then, so that `env="$(berth ci-env)" && eval "$env"` stops the job.
const UNLESS_BUN = isNodeBuild ? "berth works" : "the executable does not start (a limit of Bun's)";
const unlessBun = isNodeBuild ? "done" : "refused";

let sandbox: Sandbox;
let place: Place;
beforeAll(async () => {
  sandbox = await makeSandbox("platform");
});
beforeEach(async () => {
  place = await sandbox.place();
});
afterAll(() => sandbox?.remove());

const ciEnv = (...args: string[]) => place.command(["ci-env", "--quiet", ...args]);
const run = (change: Readonly<Record<string, string | undefined>> = {}, ...args: string[]) =>
  place.run(ciEnv(...args), place.job(change));

describe("mounts", () => {
  testIf(canRemount, "a read-only root, with the temp directory alone writable", async () => {
    await writeBase(place.home);
    const script = `for path in / . "$HOME" "$TMPDIR"; do touch "$path/x" 2>&- && echo "$path"; done
      "$@" && cat "$TMPDIR"/berth-*/*/contexts/meta/1/meta.json`;
    const command = ["sh", "-c", script, "sh", ...ciEnv()];
    expect(await place.run(mounted(READ_ONLY, command), place.job())).toEqual({
      ...{ exitCode: 0, stdout: `<folder>/tmp\n${statements()}{"Name":"remote"}`, stderr: "" },
    });
  });

  testIf(canRemount, "a temp directory from which nothing may be run", async () => {
    const prepare = 'mount -t tmpfs -o noexec,nosuid,nodev none "$TMPDIR"';
    const script = `printf '#!/bin/sh\\n' > "$TMPDIR/x"; chmod +x "$TMPDIR/x"; "$TMPDIR/x" 2>&- || "$@"`;
    const command = ["sh", "-c", script, "sh", ...ciEnv("--cleanup-on-exit")];
    const ended = await place.run(mounted(prepare, command), place.job());
    expect({ ...ended, stdout: ended.stdout.replace(/^\. .*\n/m, "") }).toEqual(DONE);
  });

  testIf(canRemount, `no /proc: ${UNLESS_BUN}`, async () => {
    const ended = await place.run(mounted("mount -t tmpfs none /proc", ciEnv()), place.job());
    expect(ended.stderr).not.toContain("berth:");
    expect(await cameTo(place, ended)).toBe(unlessBun);
  });

  testIf(
    canRemount,
    "no /dev: berth works, or with nothing open to write to, nothing is written",
    async () => {
      const noDev = "mount -t tmpfs none /dev";
      expect(await place.run(mounted(noDev, ciEnv()), place.job())).toEqual(DONE);
      await rm(place.root, { recursive: true });
      const closed = mounted(noDev, redirected("<&- >&- 2>&-", ciEnv()));
      expect(await cameTo(place, await place.run(closed, place.job()))).toBe("refused");
    },
  );

  // The device of `2>/dev/null` is compared with that of /dev/null, which is not there.
  (canRemount.can ? test : test.skip)(
    "no /dev, and stderr leads nowhere: berth works",
    async () => {
      const command = mounted("exec 2> /dev/null\nmount -t tmpfs none /dev", ciEnv());
      expect(await place.run(command, place.job())).toEqual(DONE);
    },
  );
});

describe("what a shell hands on", () => {
  test.each([
    ["no PATH", { PATH: undefined }],
    ["a time zone and languages that are none", { TZ: "No/Where", LANG: "xx_YY.foo", LC_ALL: "é" }],
    [
      "a time zone that is a file, and the language C",
      { TZ: ":/etc/passwd", LC_ALL: "C", LANG: "" },
    ],
    ["Turkish letters", { LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" }],
  ])("%s", async (_, change) => {
    expect(await run(change)).toEqual(DONE);
  });

  test.each([
    ["stdin closed", "<&-", DONE],
    ["stderr closed", "2>&-", DONE],
    ["stderr full", "2> /dev/full", DONE],
    ["stdout closed", ">&-", { ...DONE, stdout: "" }],
    ["all closed", "<&- >&- 2>&-", { ...DONE, stdout: "" }],
    [
      "stdout full",
      "> /dev/full",
      { exitCode: 1, stdout: "", stderr: "berth: error: cannot write to stdout (ENOSPC)\n" },
    ],
  ])(
    "%s: what is said does not get into a file that is opened in its stead",
    async (_, to, ended) => {
      expect(await place.run(redirected(to, ciEnv()), place.job())).toEqual(ended);
      const [berth = ""] = await readdir(place.root);
      const read = (name: string) => readJson(join(place.root, berth, name));
      expect(await read("config.json")).toHaveProperty(["auths", "registry.example.com"]);
      expect(await read("auth.json")).toEqual({ auths: expect.anything() });
      expect(await read("berth.json")).toHaveProperty("job");
    },
  );

  test(`the working directory is gone: ${UNLESS_BUN}`, async () => {
    const script = 'mkdir gone; cd gone; rmdir ../gone; exec "$@"';
    const ended = await place.run(["sh", "-c", script, "sh", ...ciEnv()], place.job());
    // The shell that starts berth has something to say, too.
    expect(ended.stderr).not.toContain("berth:");
    expect(await cameTo(place, ended)).toBe(unlessBun);
  });
});
