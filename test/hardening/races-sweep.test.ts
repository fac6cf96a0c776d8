import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { makeSandbox, type Place, type Sandbox, statements } from "../e2e/support/sandbox.ts";
import { describeWith } from "../support/describe-with.ts";
import { age, berthsOf, exists, inPool, slowed, until, whole } from "./support/jobs.ts";
import { rounds } from "./support/rounds.ts";

const HOUR = 3600e3;
const DONE = { exitCode: 0, stdout: statements(), stderr: "" };
const SWEPT = { exitCode: 0, stdout: "", stderr: "" };
const CI_ENV = ["ci-env", "--quiet"];
const SWEEP = ["cleanup", "--stale", "1h", "--quiet"];

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("sweep");
});

afterAll(() => sandbox?.remove());

const envOf = (place: Place, token: string, job = "1") =>
  place.job({ CI_REGISTRY_PASSWORD: token, CI_JOB_ID: job });

const make = async (place: Place, token: string, job = "1"): Promise<string> => {
  await place.berth(CI_ENV, envOf(place, token, job));
  const name = (await readdir(place.root)).find((it) => it.startsWith(`gitlab-${job}-`));
  return join(place.root, name ?? "none");
};

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, it) => it);

/** Those who sweep: the command, and another job that starts. */
const SWEEPERS = [
  { name: "berth cleanup --stale", args: SWEEP, old: 2 * HOUR, job: "1", ended: SWEPT },
  { name: "the ci-env of another job", args: CI_ENV, old: 50 * HOUR, job: "2", ended: undefined },
] as const;

describeWith(["strace"], "a berth that a job renews while others sweep", () => {
  test.each(SWEEPERS)("$name, at any distance: it is there after, and whole", async (sweeper) => {
    await inPool(numbers(rounds(8)), 2, async (round) => {
      const place = await sandbox.place();
      await age(await make(place, "old"), sweeper.old);
      const sweep = async () => {
        await wait(Math.max(0, ((round * 8) % 80) - 30));
        return place.berth(sweeper.args, envOf(place, "other", sweeper.job));
      };
      const renew = async () => {
        await wait(Math.max(0, 30 - ((round * 8) % 80)));
        return place.berth(CI_ENV, envOf(place, "new"));
      };
      const [swept, renewed] = await Promise.all([sweep(), renew()]);
      expect([swept.exitCode, swept.stderr, renewed]).toEqual([0, "", DONE]);
      const berths = await berthsOf(place);
      expect(berths).toContainEqual(whole("new"));
      expect(berths).toHaveLength(sweeper.job === "1" ? 1 : 2);
    });
  });

  // Before the berth loses its name, and after.
  test.each(["delay_enter", "delay_exit"])(
    "with a sweep that is slow where it takes the name (%s): it is there after, and whole",
    async (moment) => {
      const place = await sandbox.place();
      const path = await make(place, "old");
      await age(path, 2 * HOUR);
      const command = slowed([`rename:${moment}=700000:when=1`], place.command(SWEEP));
      const sweep = place.run(command, envOf(place, "old"));
      if (moment === "delay_exit") await until(async () => !(await exists(path)));
      else await wait(400);
      const renewed = await place.berth(CI_ENV, envOf(place, "new"));
      expect([renewed, await sweep]).toEqual([DONE, SWEPT]);
      expect(await berthsOf(place)).toEqual([whole("new")]);
    },
  );

  test("with a renewal that is slow: it is there after, and whole", async () => {
    const place = await sandbox.place();
    await age(await make(place, "old"), 2 * HOUR);
    const command = slowed(
      ["openat:delay_exit=3000", "rename:delay_enter=60000"],
      place.command(CI_ENV),
    );
    let going = true;
    const sweep = async (): Promise<void> => {
      while (going) {
        expect(await place.berth(SWEEP, envOf(place, "old"))).toEqual(SWEPT);
        await wait(20);
      }
    };
    const sweeps = sweep();
    const renewed = await place.run(command, envOf(place, "new"));
    going = false;
    await sweeps;
    expect(renewed).toEqual(DONE);
    expect(await berthsOf(place)).toEqual([whole("new")]);
  });
});

test("a berth of which one file was touched is never away; a forgotten one goes", async () => {
  const place = await sandbox.place();
  const touched = ["", "berth.json", "config.json", "auth.json"];
  const live = await inPool(touched, 2, async (name, index) => {
    const path = await make(place, "live", `${10 + index}`);
    await age(path, 2 * HOUR, name);
    return path;
  });
  let looks = 0;
  let going = true;
  const away: string[] = [];
  const look = async (): Promise<void> => {
    while (going) {
      for (const path of live) if (!(await exists(join(path, "config.json")))) away.push(path);
      looks += 1;
      await wait(0);
    }
  };
  const looking = look();
  for (const round of numbers(rounds(4))) {
    const forgotten = await make(place, "dead", `${100 + round}`);
    await age(forgotten, 2 * HOUR);
    const sweeps = numbers(3).map(() => place.berth(SWEEP, envOf(place, "old")));
    expect(await Promise.all(sweeps)).toEqual([SWEPT, SWEPT, SWEPT]);
    expect(await exists(forgotten)).toBe(false);
  }
  going = false;
  await looking;
  expect(away).toEqual([]);
  expect(looks).toBeGreaterThan(100);
  expect(await berthsOf(place)).toEqual(live.map(() => whole("live")));
});

test("many sweep many forgotten berths: each is removed once, and whole", async () => {
  const place = await sandbox.place();
  const jobs = numbers(12).map((it) => `${it + 1}`);
  await inPool(jobs, 4, async (job) => age(await make(place, "dead", job), 2 * HOUR));
  const others = numbers(4).map((it) => place.berth(CI_ENV, envOf(place, "live", `${50 + it}`)));
  const sweeps = numbers(4).map(() =>
    place.berth(["cleanup", "--stale", "1h"], envOf(place, "old")),
  );
  const reports = (await Promise.all(sweeps)).flatMap(({ stderr }) => stderr.split("\n"));
  const removed = reports.filter((line) => line.includes("removed"));
  expect([removed.length, new Set(removed).size]).toEqual([12, 12]);
  const started = (await Promise.all(others)).map(({ exitCode, stderr }) => [exitCode, stderr]);
  expect(started).toEqual(others.map(() => [0, ""]));
  expect(await berthsOf(place)).toEqual(others.map(() => whole("live")));
});

test("exec's berth stays as long as its command runs, however old it looks", async () => {
  const place = await sandbox.place();
  const old = 'touch -d "3 days ago" "$DOCKER_CONFIG"/* "$DOCKER_CONFIG"';
  const sweeps = "berth cleanup --stale 1h; berth ci-env --quiet > /dev/null";
  const command = `${old}; ${sweeps}; ls "$DOCKER_CONFIG"`;
  await mkdir(place.root, { mode: 0o700 });
  const ended = await place.berth(["exec", "--quiet", "--", "sh", "-c", command], place.job());
  expect(ended).toEqual({
    exitCode: 0,
    stdout: "auth.json\nberth.json\nconfig.json\n",
    stderr: "berth: nothing forgotten in <folder>/tmp/berth-<uid>\n",
  });
});
