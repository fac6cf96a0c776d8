import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ExecOutcome, ended } from "./support/exec.ts";
import { COUNTS_SIGNALS, changed, makeSlowBase, type Running, start } from "./support/running.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

const SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
const SLEEP = ["sh", "-c", "echo ready; exec sleep 60"];

let sandbox: Sandbox;
let slowBase: string;

beforeAll(async () => {
  sandbox = await makeSandbox("exec-signals");
  slowBase = await makeSlowBase(join(sandbox.folder, "base"));
});

afterAll(() => sandbox?.remove());

const exec = (place: Place, command: readonly string[], change = {}): Running =>
  start(place, place.command(["exec", "--quiet", "--", ...command]), change);

const slowly = (place: Place, command: readonly string[]): Running =>
  exec(place, command, { BERTH_DOCKER_CONFIG: slowBase });

describe("a signal to berth", () => {
  type Case = readonly [signal: NodeJS.Signals, outcome: ExecOutcome];

  /** Each signal in a place of its own, all at the same time: `act` sends it at the right moment. */
  const ofEach = (act: (place: Place, signal: NodeJS.Signals) => Promise<Running>) =>
    Promise.all(
      SIGNALS.map(async (signal): Promise<Case> => {
        const run = await act(await sandbox.place(), signal);
        return [signal, await run.end];
      }),
    );

  const each = (outcome: (name: string, number: number) => ExecOutcome): readonly Case[] =>
    SIGNALS.map((it) => [it, outcome(it.slice(3), constants.signals[it])]);

  test("reaches the command, each time once", async () => {
    const runs = await ofEach(async (place, signal) => {
      const run = exec(place, COUNTS_SIGNALS);
      await run.said("ready");
      process.kill(run.pid, signal);
      await run.said(`${signal.slice(3)} 1`);
      process.kill(run.pid, signal);
      return run;
    });
    expect(runs).toEqual(each((name) => ended(42, `ready\n${name} 1\n${name} 2\n`)));
  });

  test("ends a command that does nothing about it, and the status says so", async () => {
    const runs = await ofEach(async (place, signal) => {
      const run = exec(place, SLEEP);
      await run.said("ready");
      process.kill(run.pid, signal);
      return run;
    });
    expect(runs).toEqual(each((_, number) => ended(128 + number, "ready\n")));
  });

  test("while the berth is being made: the command is not run, and nothing is left", async () => {
    const runs = await ofEach(async (place, signal) => {
      const touched = changed(place.temporary);
      const run = slowly(place, ["echo", "ran"]);
      await touched;
      process.kill(run.pid, signal);
      return run;
    });
    expect(runs).toEqual(each((_, number) => ended(128 + number)));
  });

  test("while the berth is being removed: it is, and the status is the command's", async () => {
    const runs = await ofEach(async (place, signal) => {
      const fill = "i=0; while [ $i -lt 1500 ]; do > $i; i=$((i+1)); done";
      const run = exec(place, [
        "sh",
        "-c",
        `cd "$DOCKER_CONFIG"; ${fill}; echo ready; sleep 0.5; exit 7`,
      ]);
      await run.said("ready");
      await changed(place.root);
      process.kill(run.pid, signal);
      return run;
    });
    expect(runs).toEqual(each(() => ended(7, "ready\n")));
  });
});

test("a signal to all processes of the job ends the command, and the berth is gone", async () => {
  const run = exec(await sandbox.place(), SLEEP);
  await run.said("ready");
  process.kill(-run.pid, "SIGTERM");
  expect(await run.end).toEqual(ended(143, "ready\n"));
});

test("a signal at any moment is the end, with 128 and its number, and nothing is left", async () => {
  const moments = Array.from({ length: 24 }, (_, index) => index);
  const runs: ExecOutcome[] = [];
  for (const moment of moments) {
    const place = await sandbox.place();
    const run = exec(place, ["sh", "-c", "touch ran; exec sleep 60"]);
    await wait(moment * 15);
    process.kill(run.pid, "SIGTERM");
    runs.push(await run.end);
  }
  expect(runs).toEqual(moments.map(() => ended(143)));
});

test("a command that takes its time to end is not killed for that", async () => {
  const patient = "trap 'echo caught' TERM; echo ready; sleep 6 & wait; wait; exit 3";
  const run = exec(await sandbox.place(), ["sh", "-c", patient]);
  await run.said("ready");
  process.kill(run.pid, "SIGTERM");
  expect(await run.end).toEqual(ended(3, "ready\ncaught\n"));
});
