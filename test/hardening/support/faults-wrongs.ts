import type { Place } from "../../e2e/support/sandbox.ts";
import { leaksIn } from "../../support/leaks.ts";
import { sample } from "./faults.ts";
import { age, alike, baseOf, contents, envOf, openToOthers, SECRETS } from "./faults-place.ts";
import {
  type Contents,
  learn,
  runHit,
  runNext,
  type Scenario,
  type Sound,
  wholeFiles,
} from "./faults-run.ts";
import type { Injection, Traced } from "./strace.ts";

/** What of `is` is not as it `should` be. */
const differences = (is: Contents, should: Contents): readonly string[] =>
  [...new Set([...Object.keys(is), ...Object.keys(should)])]
    .filter((name) => is[name] !== should[name])
    .map((name) => `${name} is ${is[name]}, not ${should[name]}`);

// What the job goes on without, or has to remove by hand, it is told.
const TOLD = /^(?: {2}warning {2,}|berth: error: cannot remove)/m;

// A forgotten berth beside a job's own is removed by a later job if not by this one.
const notForgotten = (all: Contents): Contents =>
  Object.fromEntries(Object.entries(all).filter(([path]) => !path.includes("/gitlab-2-")));

// It holds no secret, and jobs that fail at the same time share it.
const STOP_FILE = /\/stop-[0-9a-f]{8}\.sh$/;

/** A statement that stops the job, or the path of a file that has one or is not there. */
const STOP = /^(?:exit 1;\n|.*\/(?:stop-[0-9a-f]{8}\.sh|berth-has-failed)\n)?$/;

/** What is wrong with what a run has said, and whether it has done what its status says. */
const wrongsOfEnd = (
  place: Place,
  { args }: Scenario,
  sound: Sound,
  { exitCode, signal, stdout, stderr }: Traced,
  after: Contents,
): readonly string[] => {
  const shown = alike(place, stdout);
  const isAll = shown === alike(place, sound.run.stdout);
  const leaks = leaksIn(stdout + stderr, SECRETS).map((secret) => `it has told ${secret}`);
  const crash = /\n {4}at |BERTH_INTERNAL|Error:/.test(stderr) ? [`it has crashed: ${stderr}`] : [];
  const said = [...leaks, ...crash];
  if (signal) return stdout === "" || isAll ? said : [...said, `half of it on stdout: ${shown}`];
  if (exitCode !== 0) return STOP.test(stdout) ? said : [...said, `on stdout: ${shown}`];
  if (!isAll) return [...said, `status 0, but on stdout: ${shown}`];
  if (TOLD.test(stderr)) return said;
  const passes = args[0] === "cleanup" ? (all: Contents) => all : notForgotten;
  const not = differences(passes(after), passes(sound.after)).map((it) => `status 0, but ${it}`);
  return [...said, ...not];
};

const isJson = (text: string): boolean => {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
};

/** What is wrong with the files: each is as before, or as after a run without a fault; a config without what it was told to be. */
const wrongsOfFiles = (sound: Sound, { stderr }: Traced, after: Contents): readonly string[] => {
  const [before, done] = [wholeFiles(sound.before), wholeFiles(sound.after)];
  return Object.entries(wholeFiles(after)).flatMap(([path, text]) => {
    if (text === null || text === before[path] || text === done[path]) return [];
    if (STOP_FILE.test(path)) {
      return text === "exit 1;\n" ? [] : [`${path} does not stop: ${text}`];
    }
    // What a marker says is seen at the next run.
    const isFree = TOLD.test(stderr) || path.endsWith("/berth.json");
    return isFree && isJson(text) ? [] : [`${path} is half of it: ${text}`];
  });
};

/** What is wrong after all: where a clean-up does not remove what a killed run has left. */
const wrongsOfCleanup = async (place: Place, isStale: boolean): Promise<readonly string[]> => {
  if (isStale) await age(place, 3);
  const args = isStale ? ["cleanup", "--stale", "48h"] : ["cleanup", "gitlab"];
  const { exitCode } = await place.berth(args, envOf(place));
  const left = Object.keys(await contents(place)).filter((path) => /<uid>\//.test(path));
  const over = left.filter(
    (path) => (isStale || !path.includes("/gitlab-2-")) && !STOP_FILE.test(path),
  );
  if (exitCode === 0 && over.length === 0) return [];
  return [`${args.join(" ")}: status ${exitCode}, and left is ${over.join(" ")}`];
};

/** Runs the scenario with one fault. Out: all that is wrong then, with the fault's name. */
const wrongsAfter = async (
  place: Place,
  scenario: Scenario,
  sound: Sound,
  fault: Injection,
  index: number,
): Promise<readonly string[]> => {
  const run = await runHit(place, scenario, sound, fault);
  const after = await contents(place);
  const wrongs = [
    ...((await baseOf(place)) === sound.base ? [] : ["the base has changed"]),
    ...(await openToOthers(place)),
    ...wrongsOfFiles(sound, run, after),
    ...wrongsOfEnd(place, scenario, sound, run, after),
  ];
  // In turn: the run after, a clean-up of this job, and one of all that is stale.
  const turn = scenario.change || run.signal === undefined ? 0 : index % 3;
  const later =
    turn === 0
      ? differences(await runNext(place, scenario), sound.next).map((it) => `the next run: ${it}`)
      : await wrongsOfCleanup(place, turn === 2);
  const all = [...wrongs, ...later];
  return all.length === 0 ? [] : [`${fault.what} at ${fault.call.text}:\n${all.join("\n")}`];
};

/** Runs the scenario with each of the faults that a sample of those has which are `chosen`. Out: all that is wrong then. */
export const wrongsOf = async (
  place: Place,
  scenario: Scenario,
  chosen: (fault: Injection) => boolean = () => true,
): Promise<{ readonly faults: readonly Injection[]; readonly wrongs: readonly string[] }> => {
  const sound = await learn(place, scenario);
  const faults = sample(sound.calls, scenario.own, chosen);
  const wrongs: string[] = [];
  for (const [index, fault] of faults.entries()) {
    wrongs.push(...(await wrongsAfter(place, scenario, sound, fault, index)));
  }
  return { faults, wrongs };
};
