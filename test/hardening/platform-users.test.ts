import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { asRoot } from "../e2e/support/privileges.ts";
import { makeSandbox, type Place, type Sandbox, statements } from "../e2e/support/sandbox.ts";
import { testIf } from "../e2e/support/test-if.ts";
import { writeBase } from "./support/platform-base.ts";

const DONE = { exitCode: 0, stdout: statements(), stderr: "" };
const STRANGER = { uid: 54321, gid: 54321 };

let sandbox: Sandbox;
let place: Place;
beforeAll(async () => {
  sandbox = await makeSandbox("users");
});
beforeEach(async () => {
  place = await sandbox.place();
});
afterAll(() => sandbox?.remove());

const ciEnv = (...args: string[]) => place.command(["ci-env", "--quiet", ...args]);

testIf(asRoot, "one without an entry in the user database, and without a HOME", async () => {
  await chmod(place.temporary, 0o1777);
  for (const HOME of [undefined, "", "/nowhere", "/dev/null"]) {
    expect(await place.run(ciEnv(), place.job({ HOME }), STRANGER)).toEqual(DONE);
  }
});

testIf(asRoot, "one with the HOME of another: is said, and --no-inherit works", async () => {
  await chmod(place.temporary, 0o1777);
  await writeBase(place.home);
  for (const [path, mode] of [
    [join(place.home, ".docker"), 0o700],
    [place.home, 0o700],
  ] as const) {
    await chmod(path, mode);
    expect(await place.run(ciEnv(), place.job(), STRANGER)).toEqual({
      ...{ exitCode: 1, stdout: "exit 1;\n" },
      stderr: `berth: error: <folder>/home/.docker/config.json cannot be read: permission denied (BERTH_BAD_CONFIG)
  hint       correct it, or pass --no-inherit to start from nothing\n`,
    });
  }
  expect(await place.run(ciEnv("--no-inherit"), place.job(), STRANGER)).toEqual(DONE);
});

test("a relative HOME, in which a change to the checkout has put a config: is not read", async () => {
  await writeBase(join(place.folder, "checkout/evil"));
  const cwd = join(place.folder, "checkout");
  const command = place.command(["ci-env"]);
  // Not the machine's own: it counts where HOME is none.
  const environment = place.job({ HOME: "evil", DOCKER_CONFIG: place.home });
  const { XDG_CONFIG_HOME: _, ...env } = environment;
  const { stderr, ...ended } = await place.run(command, env, { cwd });
  expect([ended, stderr.includes("r.example")]).toEqual([
    { exitCode: 0, stdout: statements() },
    false,
  ]);
  const named = await place.run(
    command,
    { ...env, HOME: join(cwd, "evil"), DOCKER_CONFIG: "" },
    { cwd },
  );
  expect(named.stderr).toContain(
    "inherited  r.example from <folder>/checkout/evil/.docker/config.json",
  );
});
