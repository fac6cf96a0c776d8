import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { makeSandbox, type Place, type Sandbox, statements } from "../e2e/support/sandbox.ts";
import { describeWith } from "../support/describe-with.ts";
import { berthsOf, inPool, slowed, until, whole } from "./support/jobs.ts";
import { rounds } from "./support/rounds.ts";

const DONE = { exitCode: 0, stdout: statements(), stderr: "" };
const CI_ENV = ["ci-env", "--quiet"];
const CLEAN_UP = ["cleanup", "--quiet"];

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("races");
});

afterAll(() => sandbox?.remove());

const envOf = (place: Place, token: string) => place.job({ CI_REGISTRY_PASSWORD: token });
const run = (place: Place, token: string, args = CI_ENV) => place.berth(args, envOf(place, token));
const slow = (place: Place, token: string, injections: readonly string[], args = CI_ENV) =>
  place.run(slowed(injections, place.command(args)), envOf(place, token));

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, it) => it);

describeWith(["strace"], "runs of one job at once", () => {
  test("without a berth yet: all succeed, and it is the whole berth of one of them", async () => {
    const tokens = ["one", "two", "three"];
    await inPool(numbers(rounds(4)), 2, async () => {
      const place = await sandbox.place();
      const ended = await Promise.all(tokens.map((token) => run(place, token)));
      expect(ended).toEqual(tokens.map(() => DONE));
      const [berth, ...others] = await berthsOf(place);
      expect(others).toEqual([]);
      // Where one has found another's and was renewing it, the files can be of two: see below.
      expect(tokens).toContain(berth?.config);
      expect(tokens).toContain(berth?.auth);
    });
  });

  test("both making the berth, however slowly: it is the whole berth of one", async () => {
    const place = await sandbox.place();
    const first = slow(place, "one", ["rename:delay_enter=200000"]);
    const second = slow(place, "two", ["rename:delay_enter=600000:when=1"]);
    expect(await Promise.all([first, second])).toEqual([DONE, DONE]);
    expect([[whole("one")], [whole("two")]]).toContainEqual(await berthsOf(place));
  });

  test("both renewing it: it is the whole berth of one of them, no mix", async () => {
    const place = await sandbox.place();
    await run(place, "zero");
    const first = slow(place, "one", ["rename:delay_enter=300000"]);
    const second = slow(place, "two", ["rename:delay_enter=900000:when=2"]);
    expect(await Promise.all([first, second])).toEqual([DONE, DONE]);
    const [berth] = await berthsOf(place);
    expect([whole("one"), whole("two")]).toContainEqual(berth);
  });

  test("many renewing it: all succeed, and every file of it is whole", async () => {
    const place = await sandbox.place();
    const tokens = numbers(rounds(16)).map((it) => `token-${it}`);
    const ended = await inPool(tokens, 6, (token) => run(place, token));
    expect(ended).toEqual(tokens.map(() => DONE));
    const [berth, ...others] = await berthsOf(place);
    expect([others, berth?.files]).toEqual([[], whole("").files]);
  });
});

describeWith(["strace"], "berth cleanup and berth ci-env of one job at once", () => {
  test("at any distance: both succeed, and there is a whole berth or none", async () => {
    await inPool(numbers(rounds(12)), 2, async (round) => {
      const place = await sandbox.place();
      if (round % 2) await run(place, "old");
      const renewal = run(place, "new");
      await wait((round * 14) % 160);
      expect(await run(place, "new", CLEAN_UP)).toEqual({ ...DONE, stdout: "" });
      expect(await renewal).toEqual(DONE);
      const berths = await berthsOf(place);
      expect([[], [whole("new")]]).toContainEqual(berths);
    });
  });

  // A run that was overtaken starts anew, and what a clean-up has taken does not come back half.
  test("while a renewal is at any of its files: it makes a new berth", async () => {
    const files = ["berth.json.", "config.json.", "auth.json."];
    const found = await inPool(files, 3, async (file, index) => {
      const place = await sandbox.place();
      await run(place, "old");
      const [name = ""] = await readdir(place.root);
      const berth = join(place.root, name);
      const renewal = slow(place, "new", [`rename:delay_enter=3000000:when=${index + 1}`]);
      await until(async () => (await readdir(berth)).some((it) => it.startsWith(file)));
      expect(await run(place, "new", CLEAN_UP)).toEqual({ ...DONE, stdout: "" });
      expect(await renewal).toEqual(DONE);
      return berthsOf(place);
    });
    expect(found).toEqual(files.map(() => [whole("new")]));
  });

  test("while a removal is under way: the new berth stays, and the old one goes", async () => {
    const place = await sandbox.place();
    await run(place, "old");
    const removal = slow(place, "old", ["unlink,unlinkat:delay_enter=300000"], CLEAN_UP);
    await until(async () => (await readdir(place.root)).some((name) => name.includes(".")));
    expect(await run(place, "new")).toEqual(DONE);
    expect(await removal).toEqual({ ...DONE, stdout: "" });
    expect(await berthsOf(place)).toEqual([whole("new")]);
  });

  test("many clean-ups of one berth: all succeed, and it is gone", async () => {
    const place = await sandbox.place();
    await run(place, "old");
    const ended = await Promise.all(numbers(8).map(() => run(place, "old", CLEAN_UP)));
    expect(ended).toEqual(numbers(8).map(() => ({ ...DONE, stdout: "" })));
    expect(await readdir(place.root)).toEqual([]);
  });

  test("what a run leaves that has no end is seen: a half berth is one", async () => {
    const place = await sandbox.place();
    await mkdir(join(place.root, "half"), { recursive: true });
    await expect(berthsOf(place)).rejects.toThrow("berth.json");
  });
});
