import { type FSWatcher, watch } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { listing } from "./support/listing.ts";
import {
  auth,
  makeSandbox,
  type Place,
  readJson,
  type Sandbox,
  statements,
} from "./support/sandbox.ts";

/** When a run is killed: so many milliseconds after its start, or after its first touch of the disk. */
interface Moment {
  readonly after: "start" | "touch";
  readonly delay: number;
}

const steps = (count: number, step: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index * step);

/** Moments all through a run that takes so many milliseconds. */
const momentsOf = (duration: number): readonly Moment[] => [
  ...steps(14, duration / 15).map((delay) => ({ after: "start", delay }) as const),
  ...steps(16, 0.5).map((delay) => ({ after: "touch", delay }) as const),
];

let sandbox: Sandbox;
let moments: readonly Moment[];

// How long a run takes depends on the machine, and on whether it is the executable.
const shortestRun = async (): Promise<number> => {
  const durations: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const place = await sandbox.place();
    const start = performance.now();
    await place.berth(["ci-env", "--quiet"], place.job());
    durations.push(performance.now() - start);
  }
  return Math.min(...durations);
};

beforeAll(async () => {
  sandbox = await makeSandbox("interrupted");
  moments = momentsOf(await shortestRun());
});

afterAll(() => sandbox?.remove());

const envOf = (place: Place, token: string) => place.job({ CI_REGISTRY_PASSWORD: token });

const touched = (folder: string): { promise: Promise<void>; watcher: FSWatcher } => {
  const watcher = watch(folder, { recursive: true });
  // It looks into every new folder, and the run may have renamed that meanwhile.
  watcher.on("error", () => undefined);
  return { watcher, promise: new Promise((resolve) => watcher.once("change", () => resolve())) };
};

/** Starts a run and kills it; out: whether the signal came before its end. */
const interrupt = async (
  place: Place,
  args: readonly string[],
  token: string,
  { after, delay, signal }: Moment & { signal: "SIGKILL" | "SIGTERM" },
): Promise<boolean> => {
  const { promise, watcher } = touched(place.temporary);
  const [file = "", ...words] = place.command(args);
  const env = envOf(place, token);
  const child = execa(file, words, { env, extendEnv: false, reject: false, stdio: "ignore" });
  await Promise.race([after === "touch" ? promise : undefined, child]);
  await wait(delay);
  child.kill(signal);
  watcher.close();
  return (await child).isTerminated;
};

const configOf = (token: string) => ({
  auths: { "registry.example.com": { auth: auth("gitlab-ci-token", token) } },
});

/** What is wrong with what lies in the root folder: the files of a finished berth, and all modes. */
const wrongs = async (place: Place, tokens: readonly string[]): Promise<readonly string[]> => {
  const all = await listing(place.temporary);
  const open = all
    .slice(1)
    .filter(({ mode }) => !/00$/.test(mode))
    .map(({ path, mode }) => `${path} has mode ${mode}`);
  const berths = (await readdir(place.root).catch(() => [])).filter((name) => !/\./.test(name));
  const bad = berths.map(async (name) => {
    const read = (file: string) =>
      readJson(join(place.root, name, file)).then(JSON.stringify, (error) => `${error}`);
    const good = tokens.map((token) => JSON.stringify(configOf(token)));
    const configs = await Promise.all([read("config.json"), read("auth.json")]);
    const marker = await read("berth.json");
    return [
      ...configs.filter((text) => !good.includes(text)),
      ...(marker.startsWith('{"version":1,') ? [] : [marker]),
    ];
  });
  return [...open, ...(await Promise.all(bad)).flat()];
};

const DONE = { exitCode: 0, stdout: statements(), stderr: "" };

/** Kills a first run, and then an update, at the given moment; after each the next run has to work. */
const killTwice = async (moment: Moment, signal: "SIGKILL" | "SIGTERM") => {
  const place = await sandbox.place();
  const ciEnv = ["ci-env", "--quiet"];
  const next = async (token: string) => {
    const ended = await place.berth(ciEnv, envOf(place, token));
    return { ended, wrongs: await wrongs(place, [token]) };
  };
  const killed = [await interrupt(place, ciEnv, "one", { ...moment, signal })];
  const afterFirst = await wrongs(place, ["one"]);
  const second = await next("two");
  killed.push(await interrupt(place, ciEnv, "three", { ...moment, signal }));
  const afterUpdate = await wrongs(place, ["two", "three"]);
  const fourth = await next("four");
  const cleaned = await place.berth(["cleanup", "--quiet"], place.job());
  const left = await readdir(place.root);
  return { killed, result: { afterFirst, second, afterUpdate, fourth, cleaned, left } };
};

const SOUND = {
  afterFirst: [],
  second: { ended: DONE, wrongs: [] },
  afterUpdate: [],
  fourth: { ended: DONE, wrongs: [] },
  cleaned: { exitCode: 0, stdout: "", stderr: "" },
  left: [],
};

/** As `Promise.all` of the calls, but two at once. */
const inPairs = async <T, U>(items: readonly T[], act: (item: T) => Promise<U>): Promise<U[]> => {
  const queue = [...items.entries()];
  const results: U[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      results[next[0]] = await act(next[1]);
    }
  };
  await Promise.all([work(), work()]);
  return results;
};

describe.each(["SIGKILL", "SIGTERM"] as const)("%s", (signal) => {
  test("at any moment leaves nothing half-written or readable, and the next run works", async () => {
    const chosen = signal === "SIGKILL" ? moments : moments.filter((_, index) => index % 3 === 0);
    const runs = await inPairs(chosen, (moment) => killTwice(moment, signal));
    expect(runs.map(({ result }) => result)).toEqual(chosen.map(() => SOUND));
    const killed = runs.flatMap((run) => run.killed).filter(Boolean).length;
    expect(killed).toBeGreaterThan(chosen.length / 2);
  });
});

test("a killed clean-up leaves what the next one removes", async () => {
  const chosen = steps(8, 0.5);
  const ended = await inPairs(chosen, async (delay) => {
    const place = await sandbox.place();
    await place.berth(["ci-env", "--quiet"], place.job());
    await interrupt(place, ["cleanup"], "one", { after: "touch", delay, signal: "SIGKILL" });
    const after = await wrongs(place, ["token-1"]);
    const cleaned = await place.berth(["cleanup", "--quiet"], place.job());
    return { after, cleaned, left: await readdir(place.root) };
  });
  const sound = { after: [], cleaned: { exitCode: 0, stdout: "", stderr: "" }, left: [] };
  expect(ended).toEqual(chosen.map(() => sound));
});
