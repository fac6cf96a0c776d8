import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { berthsIn, ended, exec, OWN, script } from "./support/exec.ts";
import { listing } from "./support/listing.ts";
import { changed, type Running, start } from "./support/running.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

const ROOT = "<folder>/tmp/berth-<uid>";
const JOB = `${ROOT}/gitlab-1-<hash>`;
const NAME = "gitlab-1-<hash>.exec-<random>";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("exec-left");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

const running = (line = "echo ready; exec sleep 1"): Running =>
  start(place, place.command(["exec", "--quiet", "--", "sh", "-c", line]));

const removed = (path: string) => ended(0, "", `berth: removed ${path}\n`);
const nothing = ended(0, "", `berth: nothing to clean up at ${JOB}\n`);
const nothingOld = ended(0, "", `berth: nothing forgotten in ${ROOT}\n`);
const cleanup = (args = "", change = {}) => script(place, `berth cleanup ${args}`, { change });

/** Makes every berth look untouched for so many hours. */
const age = async (hours: number): Promise<void> => {
  const time = Date.now() / 1000 - hours * 3600;
  for (const { path } of (await listing(place.root)).toReversed()) {
    await utimes(join(place.root, path), time, time);
  }
};

describe("what a berth that was killed leaves", () => {
  const killed = async (): Promise<void> => {
    const run = running();
    await run.said("ready");
    process.kill(run.pid, "SIGKILL");
    expect(await run.end).toEqual({ ...ended(137, "ready\n"), left: [NAME] });
  };

  test("is removed by cleanup of the job, in a shell that has none of its variables", async () => {
    await killed();
    expect(await cleanup("", { CI_JOB_ID: "2" })).toMatchObject({ exitCode: 0, left: [NAME] });
    expect(await cleanup()).toEqual(removed(JOB));
    expect(await cleanup()).toEqual(nothing);
  });

  test("is no berth that a later run takes for its own", async () => {
    await killed();
    const token = { CI_REGISTRY_PASSWORD: undefined, CI_JOB_TOKEN: undefined };
    const args = ["--if-missing", "fail"];
    const { exitCode } = await exec(place, ["true"], { args, change: token });
    expect(exitCode).toBe(1);
    expect(await exec(place, ["true"])).toEqual({ ...ended(0), left: [NAME] });
  });

  test.each([
    ["cleanup --stale", "berth cleanup --stale 48h", removed(OWN)],
    ["ci-env of another job", "CI_JOB_ID=2 berth ci-env --quiet > /dev/null", ended(0)],
  ])("is removed by %s after so long, not before", async (_, line, done) => {
    await killed();
    await age(47);
    expect(await cleanup("--stale 48h")).toEqual({ ...nothingOld, left: [NAME] });
    await age(49);
    const { left, ...rest } = await script(place, line);
    expect({ ...rest, left: left.filter((name) => name.startsWith("gitlab-1-")) }).toEqual(done);
  });

  test("at any moment is removed by cleanup of the job", async () => {
    const moments = Array.from({ length: 10 }, (_, index) => index * 6);
    const lefts: (readonly string[])[] = [];
    for (const moment of moments) {
      place = await sandbox.place();
      const touched = changed(place.temporary);
      const run = running("sleep 0.1");
      await touched;
      await wait(moment);
      process.kill(run.pid, "SIGKILL");
      lefts.push((await run.end).left);
      expect(await cleanup("--quiet")).toEqual(ended(0));
    }
    expect(lefts.flat().length).toBeGreaterThan(moments.length / 2);
  });

  // Where nobody asks how it has ended, such as in a container whose first process is no init.
  test("is removed even if its process is still listed as a dead one", async () => {
    const line = `echo ready; exec sleep 1' & echo "$!."; exec sleep 60`;
    const parent = start(place, ["sh", "-c", `berth exec --quiet -- sh -c '${line}`]);
    const said = await parent.said("ready");
    process.kill(Number(/(\d+)\./.exec(said)?.[1]), "SIGKILL");
    const done = await cleanup();
    process.kill(parent.pid, "SIGKILL");
    await parent.end;
    expect(done).toEqual(removed(JOB));
  });
});

describe("the berth of a process that is at work stays", () => {
  const show = 'cd "$DOCKER_CONFIG" && ls';
  const files = "auth.json\nberth.json\nconfig.json\n";

  test("at cleanup of the job, which removes the job's own alone", async () => {
    await script(place, "berth ci-env --quiet");
    const run = running(`echo ready; sleep 1; ${show}`);
    await run.said("ready");
    expect(await cleanup()).toEqual({ ...removed(JOB), left: [NAME] });
    expect(await cleanup()).toEqual({ ...nothing, left: [NAME] });
    expect(await run.end).toEqual(ended(0, `ready\n${files}`));
  });

  test("at cleanup of the job that the command does itself", async () => {
    const line = `berth ci-env --quiet > /dev/null; berth cleanup; ${show}`;
    expect(await exec(place, ["sh", "-c", line])).toEqual({
      ...removed(JOB),
      stdout: files,
    });
  });

  // It runs for days, and nobody logs in in it.
  test.each(["berth cleanup --stale 48h", "CI_JOB_ID=2 berth ci-env"])(
    "however long nothing has touched it: %s",
    async (sweep) => {
      const run = running(`echo ready; sleep 1; ${sweep} > /dev/null 2>&1; ${show}`);
      await run.said("ready");
      await age(49);
      expect((await run.end).stdout).toBe(`ready\n${files}`);
    },
  );
});

test("runs one after the other, and at once, leave nothing", async () => {
  for (let index = 0; index < 3; index += 1) expect(await exec(place, ["true"])).toEqual(ended(0));
  const runs = Array.from({ length: 10 }, () => exec(place, ["false"]));
  expect((await Promise.all(runs)).map(({ exitCode }) => exitCode)).toEqual(Array(10).fill(1));
  expect(await berthsIn(place)).toEqual([]);
});
