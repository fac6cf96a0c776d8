import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { exitStatuses } from "../../src/errors.ts";
import { describeWith } from "../support/describe-with.ts";
import { failures } from "./support/failures.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";
import { quoted, shells } from "./support/shells.ts";

let sandbox: Sandbox;
let places: readonly Place[];

beforeAll(async () => {
  sandbox = await makeSandbox("failures");
  places = await Promise.all(
    failures.map(async ({ prepare }) => {
      const place = await sandbox.place();
      await prepare?.(place);
      return place;
    }),
  );
});

afterAll(() => sandbox?.remove());

const placeOf = (index: number): Place => {
  const place = places[index];
  if (!place) throw new Error(`no place ${index}`);
  return place;
};

// The shells see nothing but the statement of the status, which is the same for every way to use the command line wrongly.
const oneOfEach = failures
  .map((failure, index) => ({ ...failure, index }))
  .filter(({ code }, index) => failures.findIndex((other) => other.code === code) === index);

// pull-secret's has a test of its own: it prints no statements.
const OTHERS = ["BERTH_INTERNAL", "BERTH_SHORT_LIVED"];

test("there is a case of every code that a user of ci-env can cause", () => {
  const codes = new Set<string>(failures.map(({ code }) => code));
  expect([...codes, ...OTHERS].sort()).toEqual(Object.keys(exitStatuses).sort());
});

describe.each(failures.map((failure, index) => ({ ...failure, index })))("$name: $code", (it) => {
  const status = exitStatuses[it.code];
  const run = (...args: string[]) => {
    const place = placeOf(it.index);
    return place.berth([...it.args, ...args], place.job(it.change), it.options);
  };

  test("stdout is the stop statement, stderr has the name and the hint", async () => {
    expect(await run()).toEqual({
      exitCode: status,
      stdout: `exit ${status};\n`,
      stderr: `berth: error: ${it.message} (${it.code})\n  hint       ${it.hint}\n`,
    });
  });
});

describe.each(shells)("in $name", ({ program, command }) => {
  describeWith([program], "a job", () => {
    const flag = { "with set -e": ["-e"], "without set -e": [] };
    const line = (args: readonly string[]) => ["berth", ...args].map(quoted).join(" ");

    test("TRAP 37: every failure stops it, with the status", async () => {
      const run = async ({ name, index, args, change, options }: (typeof oneOfEach)[number]) => {
        const place = placeOf(index);
        const script = `eval "$(${line(args)} 2> /dev/null)"; echo survived`;
        const all = [...command, "-e", "-c", script];
        return { name, ...(await place.run(all, place.job(change), options)) };
      };
      expect(await Promise.all(oneOfEach.map(run))).toEqual(
        oneOfEach.map(({ name, code }) => ({
          ...{ name, exitCode: exitStatuses[code], stdout: "", stderr: "" },
        })),
      );
    });

    test.each(
      Object.entries(flag).flatMap(([name, flags]) =>
        [`eval "$(berth ci-env)"`, "eval $(berth ci-env)"].map((form) => ({ name, flags, form })),
      ),
    )("$form stops it, $name", async ({ flags, form }) => {
      const place = await sandbox.place();
      const statuses = [
        [1, place.job({ CI_JOB_ID: undefined })],
        [2, place.job({ BERTH_SHELL: "cobol" })],
      ] as const;
      for (const [exitCode, env] of statuses) {
        const script = `exec 2> /dev/null; ${form}; echo survived`;
        const ended = await place.run([...command, ...flags, "-c", script], env);
        expect(ended).toEqual({ exitCode, stdout: "", stderr: "" });
      }
    });

    test("on a person's machine it fails a script with set -e, too", async () => {
      const place = await sandbox.place();
      const script = `exec 2> /dev/null; eval "$(berth ci-env)"; echo survived`;
      const ended = await place.run([...command, "-e", "-c", script], place.env);
      expect(ended).toEqual({ exitCode: 1, stdout: "", stderr: "" });
    });
  });
});
