import { cp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { describeWith } from "../support/describe-with.ts";
import type { ExitCase } from "./support/exit-case.ts";
import { exitBasics, exitCases } from "./support/exit-cases.ts";
import { makeSandbox, type Outcome, type Place, type Sandbox } from "./support/sandbox.ts";

const shells = [
  { name: "dash", command: ["dash"], cases: exitCases },
  { name: "bash", command: ["bash", "--norc"], cases: exitCases },
  { name: "bash as sh", command: ["bash", "--norc", "--posix"], cases: exitBasics },
  { name: "zsh", command: ["zsh", "-f"], cases: exitCases },
  { name: "zsh as sh", command: ["zsh", "--emulate", "sh", "-f"], cases: exitBasics },
  { name: "ksh", command: ["ksh"], cases: exitCases },
  { name: "mksh", command: ["mksh"], cases: exitCases },
  { name: "yash", command: ["yash"], cases: exitCases },
  { name: "yash as sh", command: ["yash", "--posix"], cases: exitBasics },
  { name: "busybox sh", command: ["busybox", "sh"], cases: exitCases },
] as const;

const STATEMENTS = "statements.sh";
const EVALUATE = `eval "$(cat "$TMPDIR/../${STATEMENTS}")"`;
const REMOVED = "berth: removed <folder>/tmp/berth-<uid>/gitlab-1-<hash>\n";

interface Ended extends Outcome {
  /** How often the berth was removed. */
  readonly removals: number;
  /** How many berths there are after it. */
  readonly left: number;
}

/** Runs a case on a machine that has a berth, with its statements or without. */
type Run = (shell: readonly string[], it: ExitCase, line: string) => Promise<Ended>;

let sandbox: Sandbox;
let runs: readonly Run[];

/** A shell says where it found no such variable, and that is not the same in a trap. */
const withoutPlace = (stderr: string): string => stderr.replace(/^.*(?=\bnope\b)/gm, "");

const wordsOf = (shell: readonly string[], script: string, by: ExitCase["by"]) => {
  if (by === "stdin") return { words: shell, options: { input: `${script}\n` } };
  return { words: by ? [...shell, by, script] : [...shell, "job.sh"], options: {} };
};

/** On a machine of its own, where berth has made a berth once; each run finds it as it was then. */
const makeRun = async (place: Place): Promise<Run> => {
  const args = ["ci-env", "--cleanup-on-exit", "-o", STATEMENTS];
  await place.berth(args, place.job());
  const [name = ""] = await readdir(place.root);
  const [berth, kept] = [join(place.root, name), join(place.folder, "kept")];
  await cp(berth, kept, { recursive: true });
  return async (shell, it, line) => {
    await rm(berth, { recursive: true, force: true });
    await cp(kept, berth, { recursive: true });
    const script = it.script.replaceAll("BERTH", () => line);
    await writeFile(join(place.folder, "job.sh"), `${script}\n`);
    const { words, options } = wordsOf(shell, script, it.by);
    const { stderr, ...ended } = await place.run(words, place.job(), options);
    const [first = "", ...rest] = stderr.split(REMOVED);
    const left = (await readdir(place.root)).length;
    return {
      ...ended,
      stderr: withoutPlace([first, ...rest].join("")),
      removals: rest.length,
      left,
    };
  };
};

beforeAll(async () => {
  sandbox = await makeSandbox("on-exit-traps");
  const places = await Promise.all(Array.from({ length: 4 }, () => sandbox.place()));
  runs = await Promise.all(places.map(makeRun));
});

afterAll(() => sandbox?.remove());

for (const { name, command, cases } of shells) {
  describeWith([command[0]], name, () => {
    test("each script ends as it does without berth, and the berth is removed once", async () => {
      const expected: Record<string, Ended> = {};
      const received: Record<string, Ended> = {};
      const queue = cases.values();
      const work = async (run: Run): Promise<void> => {
        for (const it of queue) {
          const without = await run(command, it, ":");
          const cleaned = it.keeps?.(without.stdout, name) ? {} : { removals: 1, left: 0 };
          expected[it.name] = { ...without, ...cleaned };
          received[it.name] = await run(command, it, EVALUATE);
        }
      };
      await Promise.all(runs.map(work));
      expect(received).toEqual(expected);
    });
  });
}
