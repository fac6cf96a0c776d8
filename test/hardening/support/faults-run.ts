import type { Place } from "../../e2e/support/sandbox.ts";
import { age, alike, baseOf, contents, envOf, furnish, keep, rotateBase } from "./faults-place.ts";
import { type Call, type Injection, runTraced, type Traced } from "./strace.ts";

/** A command line of `berth`, and what was there before it. */
export interface Scenario {
  readonly name: string;
  readonly args: readonly string[];
  readonly change?: Readonly<Record<string, string | undefined>>;
  /** The calls that other scenarios do not have; all if not given. */
  readonly own?: RegExp;
  before?(place: Place): Promise<unknown>;
}

export type Contents = Awaited<ReturnType<typeof contents>>;

/** What a scenario is without a fault. */
export interface Sound {
  readonly calls: readonly Call[];
  /** What may not change: see `baseOf`. */
  readonly base: string;
  readonly before: Contents;
  readonly after: Contents;
  readonly run: Traced;
  readonly next: Contents;
  /** Makes the place as it was before. */
  readonly restore: () => Promise<void>;
}

// A line that stands there twice says the same.
const linesOf = (text: string): string => [...new Set(text.split("\n"))].join("\n");

/** The files that bear their final names. */
export const wholeFiles = (all: Contents): Contents =>
  Object.fromEntries(
    Object.entries(all).flatMap(([path, text]) =>
      text === null || /<random>|\/stop-[0-9a-f]{8}\./.test(path)
        ? []
        : [[path, path === "env-file" ? linesOf(text) : text]],
    ),
  );

/** The run after: three days later, with other credentials of the job and of the runner. */
export const runNext = async (place: Place, { args, change }: Scenario): Promise<Contents> => {
  await age(place, 3);
  await rotateBase(place, 2);
  const { exitCode, stdout } = await place.berth(args, envOf(place, change, true));
  const files = wholeFiles(await contents(place));
  return { status: `${exitCode}`, stdout: alike(place, stdout), ...files };
};

const textsOf = ({ calls }: Traced): string => calls.map(({ text }) => text).join("\n");

/** Runs the scenario twice without a fault. Throws where its calls are not the same both times. */
export const learn = async (place: Place, scenario: Scenario): Promise<Sound> => {
  const env = envOf(place, scenario.change);
  await furnish(place);
  await scenario.before?.(place);
  const restore = await keep(place);
  // The order of a folder's entries is that of the copy from here on.
  await restore();
  const before = await contents(place);
  const base = await baseOf(place);
  const first = await runTraced(place, scenario.args, env);
  await restore();
  const run = await runTraced(place, scenario.args, env);
  if (textsOf(first) !== textsOf(run)) {
    throw new Error(`${scenario.name}: its system calls differ from run to run`);
  }
  const after = await contents(place);
  const next = await runNext(place, scenario);
  return { calls: run.calls, base, before, after, run, next, restore };
};

// Node wakes its threads by `write`, and not always as often; on a busy machine it opens and closes in another order, too.
const OFFSETS = [0, 0, 1, -1, 0, 2, 1, -1, 0, 1];

/** Runs the scenario with a fault at the call that is meant; again where another was hit. */
export const runHit = async (
  place: Place,
  { args, change }: Scenario,
  { restore }: Sound,
  fault: Injection,
): Promise<Traced> => {
  const { call, what } = fault;
  for (const offset of OFFSETS) {
    const nth = Math.max(1, call.nth + offset);
    await restore();
    const run = await runTraced(place, args, envOf(place, change), {
      call: { ...call, nth },
      what,
    });
    const hit = run.calls.find((it) => it.name === call.name && it.nth === nth);
    const isFailed = what.startsWith("signal=") || run.injected.length === 1;
    if (isFailed && hit?.text === call.text) return run;
  }
  throw new Error(`${what} did not come at ${call.text}`);
};
