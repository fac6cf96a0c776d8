import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { makeSandbox, type Sandbox } from "../e2e/support/sandbox.ts";
import { describeWith } from "../support/describe-with.ts";
import { cleanup, exec, stale } from "./support/faults-scenarios.ts";
import { wrongsOf } from "./support/faults-wrongs.ts";
import type { Injection } from "./support/strace.ts";

const LONG = 1_800_000;

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("faults-later");
});

afterAll(() => sandbox?.remove());

const isSignal = ({ what }: Injection): boolean => what.startsWith("signal=");
const isAtOpening = ({ call }: Injection): boolean =>
  /berth\.json"/.test(call.text) && !call.writes;

describeWith(["strace"], "a fault at any system call", () => {
  const wrongs = async (...of: [typeof exec, ((fault: Injection) => boolean)?]) =>
    (await wrongsOf(await sandbox.place(), ...of)).wrongs;

  test("exec", async () => expect(await wrongs(exec)).toEqual([]), LONG);

  test(
    "cleanup",
    async () => expect(await wrongs(cleanup, (it) => !isAtOpening(it))).toEqual([]),
    LONG,
  );

  test("cleanup --stale", async () => expect(await wrongs(stale, isSignal)).toEqual([]), LONG);

  test(
    "cleanup fails where it cannot read the berth's marker",
    async () => expect(await wrongs(cleanup, isAtOpening)).toEqual([]),
    LONG,
  );

  test(
    "cleanup --stale fails where it cannot remove a stale berth",
    async () => expect(await wrongs(stale, (it) => !isSignal(it))).toEqual([]),
    LONG,
  );
});
