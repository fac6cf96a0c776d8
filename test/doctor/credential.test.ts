import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { credentialOf } from "../../src/doctor/credential.ts";
import { failed } from "../../src/doctor/outcome.ts";
import { Secret } from "../../src/secret.ts";
import { login } from "../fixtures/configs.ts";
import { opened } from "../fixtures/opened.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await makeTemporaryFolder("credential");
});
afterEach(() => folder?.remove());

const USE = { client: "docker", user: "", from: "/home/ci/.docker/config.json", why: "" };
const HUB = "https://index.docker.io/v1/";

/** What is known where these helpers are on PATH. */
const sight = (...helpers: readonly string[]) => ({
  helpersOnPath: new Set(helpers),
  variables: { env: {}, secrets: { JOB_TOKEN: new Secret("test-token-9") } },
});

/** What comes of a helper that is this script of sh. */
const ask = async (script: string, host = "r.example:5000", env = {}) => {
  const helper = join(folder.path, "docker-credential-test");
  await writeFile(helper, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const PATH = [folder.path, process.env["PATH"]].join(delimiter);
  const use = { ...USE, helper: "test" };
  return opened(await credentialOf(use, host, sight("test"), { PATH, ...env }));
};

const answering = (answer: unknown) => `cat > /dev/null; printf '%s' '${JSON.stringify(answer)}'`;

test("an entry is what it is, and no program is run", async () => {
  const entry = login("me", "test-token-1");
  const found = await credentialOf({ ...USE, entry }, "r.example", sight(), {});
  expect(opened(found)).toEqual(opened(entry));
  expect(await credentialOf(USE, "r.example", sight(), {})).toBeUndefined();
});

// https://github.com/docker/docker-credential-helpers
describe("a helper is asked", () => {
  const from = "docker-credential-test";

  test("for a user and a password", async () => {
    const answer = { ServerURL: "r.example:5000", Username: "me", Secret: "p:w ü" };
    expect(await ask(answering(answer))).toEqual(opened(login("me", "p:w ü", from)));
  });

  test("for a refresh token", async () => {
    const answer = { ServerURL: "r.example:5000", Username: "<token>", Secret: "test-token-2" };
    expect(await ask(answering(answer))).toEqual({
      ...{ user: "", identityToken: { secret: "test-token-2" }, from },
    });
  });

  test.each([
    ["r.example:5000", "r.example:5000"],
    ["docker.io", HUB],
  ])("as clients ask it: %s", async (host, url) => {
    const asked = join(folder.path, "asked");
    await ask(`{ echo "$@"; cat; } > '${asked}'`, host);
    expect(await readFile(asked, "utf8")).toBe(`get\n${url}`);
  });

  test("in the environment of the shell", async () => {
    const script = `cat > /dev/null; printf '{"Username":"me","Secret":"%s"}' "$SECRET"`;
    const answer = await ask(script, "r.example", { SECRET: "test-token-3" });
    expect(answer).toEqual(opened(login("me", "test-token-3", from)));
  });

  // https://github.com/docker/docker-credential-helpers/blob/master/client/client.go
  test.each([
    ["says so", "echo credentials not found in native keychain; exit 1"],
    ["says nothing of the user", answering({ Secret: "x" })],
    ["says nothing of the secret", answering({ Username: "me" })],
    ["has an empty secret", answering({ Username: "me", Secret: "" })],
    ["reads nothing, and knows nothing", "exec <&-; echo '{}'"],
  ])("that has none: it %s", async (_, script) => {
    expect(await ask(script)).toBeUndefined();
  });

  const fails = (why: string, helper = "test") =>
    failed("identity", "helper-failed", `docker-credential-${helper} ${why}`);
  const NO_ANSWER = "gives an answer that is none";

  test.each([
    ["says why", "echo 'no session: sign in first'; exit 2", "fails: no session: sign in first"],
    ["says it on several lines", "printf 'one: two\\nthree'; exit 1", "fails: one: two"],
    ["says what it should not say raw", "printf 'a \\033[31mb'; exit 1", "fails: a \\x1b[31mb"],
    ["says much", `printf '%0300d ' 1; echo b; exit 1`, `fails: ${"0".repeat(200)}…`],
    ["says a word, which may be a password", "echo secret; exit 2", "fails"],
    ["answers all the same", `${answering({ Username: "me", Secret: "x" })}; exit 1`, "fails"],
    [
      "says a token",
      "echo bad token eyJhbGciOiJIUzI1NiJ9.e30; exit 1",
      "fails: bad token [redacted]",
    ],
    ["says a long secret", "echo bad abcdefghij0123456789/+=; exit 1", "fails: bad [redacted]"],
    ["says the job's", 'echo "bad $JOB_TOKEN"; exit 1', "fails: bad [redacted]"],
    ["dies", "kill -9 $$", "fails"],
    ["says nothing", "cat > /dev/null", NO_ANSWER],
    ["says what is no JSON", "echo secret", NO_ANSWER],
    ["says something else", answering(["me", "x"]), NO_ANSWER],
    ["has a number", answering({ Username: "me", Secret: 1 }), NO_ANSWER],
    ["says more than can be meant", "head -c 3000000 /dev/zero", "fails"],
  ])("that fails: it %s", async (_, script, why) => {
    expect(await ask(script, "r.example", { JOB_TOKEN: "test-token-9" })).toEqual(fails(why));
  });

  test.each([
    ["is not there", "none", "none"],
    ["has an odd name", "Hunter2/x", "[no name of a helper]"],
  ])("that %s: it is not run", async (_, helper, shown) => {
    const env = { PATH: folder.path };
    expect(await credentialOf({ ...USE, helper }, "r.example", sight("test"), env)).toEqual(
      fails("is not on PATH", shown),
    );
  });

  test("that is gone since it was looked for", async () => {
    const use = { ...USE, helper: "none" };
    expect(await credentialOf(use, "r.example", sight("none"), { PATH: folder.path })).toEqual(
      fails("is not there", "none"),
    );
  });

  test("by its name alone: what is a path is not run", async () => {
    const ran = join(folder.path, "ran");
    const sub = join(folder.path, "docker-credential-x");
    await mkdir(sub);
    await writeFile(join(sub, "evil"), `#!/bin/sh\ntouch '${ran}'\n`, { mode: 0o755 });
    const from = process.cwd();
    process.chdir(folder.path);
    try {
      const use = { ...USE, helper: "x/evil" };
      const env = { PATH: process.env["PATH"] };
      expect(await credentialOf(use, "r.example", sight(), env)).toEqual(
        fails("is not on PATH", "[no name of a helper]"),
      );
    } finally {
      process.chdir(from);
    }
    await expect(readFile(ran)).rejects.toThrow("ENOENT");
  });
});
