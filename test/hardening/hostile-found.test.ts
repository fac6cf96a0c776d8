import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { shownKey } from "../../src/docker-config/keys.ts";
import { test as nodeTest } from "../e2e/support/node-build.ts";
import { makeSandbox, type Place, type Sandbox } from "../e2e/support/sandbox.ts";
import { forgeries } from "./support/payloads.ts";
import { strangers } from "./support/payloads-readers.ts";

jest.setTimeout(120_000);

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("found");
});

afterAll(() => sandbox?.remove());

const marker = (earlier: Readonly<Record<string, string>>) => ({
  ...{ version: 1, system: "gitlab", job: "x", created: "2026-01-02T03:04:05Z" },
  ...{ sources: { containers: [] }, written: { "config.json": {}, "auth.json": {} }, earlier },
  logins: { tokens: [], dockerAuthConfig: [], requested: [] },
});

/** A job whose DOCKER_CONFIG is a folder of its checkout, where a stranger's change has put a marker. */
const withForgedMarker = async (earlier: Readonly<Record<string, string>>) => {
  place = await sandbox.place();
  const folder = join(place.folder, "checkout");
  await mkdir(folder);
  await writeFile(join(folder, "berth.json"), JSON.stringify(marker(earlier)));
  return place.job({ DOCKER_CONFIG: folder });
};

test("a marker of berth's own is believed: the test's is one", async () => {
  const env = await withForgedMarker({ DOCKER_CONFIG: "/before" });
  const { stdout } = await place.berth(["ci-env", "--unset"], env);
  expect(stdout).toBe("export DOCKER_CONFIG=/before;\n");
});

test("--unset executes nothing that a forged marker names", async () => {
  const env = await withForgedMarker({ "A=1;touch pwned;B": "" });
  await place.run(["sh", "-c", 'eval "$(berth ci-env --unset)"'], env);
  expect(await readdir(place.folder)).not.toContain("pwned");
});

test("--unset sets no variable of a forged marker's that is none of berth's", async () => {
  const env = await withForgedMarker({ LD_PRELOAD: "/evil.so", PATH: "/evil" });
  const { stdout } = await place.berth(["ci-env", "--unset"], env);
  expect(strangers(stdout)).toEqual([]);
});

test("--unset tells nothing of a forged marker that a CI would take for a command", async () => {
  const env = await withForgedMarker({ "\n::add-path::/evil": "" });
  const { stdout, stderr } = await place.berth(["ci-env", "--unset"], env);
  expect(forgeries(stderr + stdout)).toEqual([]);
});

test("--unset refuses a forged value with a line break, which not every shell can carry", async () => {
  const env = await withForgedMarker({ BERTH_IMAGE: "a\ntouch pwned" });
  const { stdout } = await place.berth(["ci-env", "--unset", "--shell", "gitlab-env"], env);
  expect(stdout.split("\n")).not.toContain("touch pwned");
});

// deliverStop looks for the folder of the statements with a function that throws for such a name.
test.each(["--as-file", "--output-file-path=out.sh"])(
  "a temp directory with a line break in its name stops the job, without a stack trace: %s",
  async (option) => {
    place = await sandbox.place();
    const env = place.job({ TMPDIR: join(place.folder, "a\nb") });
    const { exitCode, stdout, stderr } = await place.berth(["ci-env", option], env);
    expect({ exitCode, hasStop: stdout !== "", isShort: !/\n +at /.test(stderr) }).toEqual({
      ...{ exitCode: 1, hasStop: true, isShort: true },
    });
  },
);

const inTime = (text: string): number => {
  const start = performance.now();
  shownKey(text);
  return performance.now() - start;
};

// Each colon starts a search to the end of the text: a hundred kilobytes of them take ten seconds.
test("what is told of a name takes no longer than its length says", () => {
  expect(inTime(":".repeat(10_000))).toBeLessThan(100);
});

const nested = async (base: string) => {
  place = await sandbox.place();
  await mkdir(join(place.home, ".docker"));
  await writeFile(join(place.home, ".docker/config.json"), base);
  const { exitCode, stderr } = await place.berth(["ci-env", "--quiet"], place.job());
  const [root = ""] = await readdir(place.temporary);
  return { exitCode, stderr, root };
};

// V8's regular expressions have a stack, too.
nodeTest("an entry of 12 MB is no bug of berth's", async () => {
  const auth = Buffer.from(`u:${"x".repeat(9_000_000)}`).toString("base64");
  const { stderr } = await nested(JSON.stringify({ auths: { "a.example.com": { auth } } }));
  expect(stderr).not.toContain("BERTH_INTERNAL");
});

// Each level is indented by as many tabs: 6 KB become 9 MB, and a hundred such keys no string of V8's.
test("a config that is nested deeply is refused, or written in its size", async () => {
  const { root } = await nested(`{"k":${"[".repeat(3_000)}${"]".repeat(3_000)}}`);
  const [berth = ""] = root === "" ? [] : await readdir(join(place.temporary, root));
  const written = berth && (await stat(join(place.temporary, root, berth, "config.json"))).size;
  expect(Number(written)).toBeLessThan(100_000);
});
