import { describe, expect, test } from "@jest/globals";
import { complaint } from "./fixtures/complaint.ts";
import { understood } from "./fixtures/understood.ts";

describe("a flag with a value means what it says", () => {
  const none = { command: "ci-env", system: undefined };
  test.each(["1", "true", "yes", "on", "TRUE", "Yes"])("%s is yes", async (text) => {
    expect(await understood(`ci-env --dry-run=${text}`)).toEqual({ ...none, "dry-run": true });
    expect(await understood(`ci-env --inherit=${text}`)).toEqual({ ...none, inherit: true });
  });

  test.each(["0", "false", "no", "off", "FALSE", "No"])("%s is no", async (text) => {
    expect(await understood(`ci-env --dry-run=${text}`)).toEqual({ ...none, "dry-run": false });
    expect(await understood(`ci-env --inherit=${text}`)).toEqual({ ...none, inherit: false });
    expect(await understood(`cleanup --quiet=${text}`, { BERTH_QUIET: "1" })).toEqual({
      command: "cleanup",
      system: undefined,
      quiet: false,
    });
  });

  test("the last one counts", async () => {
    const line = "ci-env --dry-run=no --quiet=1 --dry-run=yes --quiet=0";
    expect(await understood(line)).toEqual({ ...none, "dry-run": true, quiet: false });
  });

  test.each([
    ["--dry-run=", "--dry-run:"],
    ["--dry-run=maybe", '--dry-run: "maybe"'],
    ["--dry-run=2", "--dry-run:"],
    ["--quiet=ghp_hunter2", "--quiet:"],
    ["--inherit=tru", '--inherit: "tru"'],
    ["--verbose=true=true", "--verbose:"],
  ])("anything else is refused: %s", async (word, shown) => {
    expect(await complaint(() => understood(`ci-env ${word}`))).toBe(
      `BERTH_USAGE: ${shown} is neither true nor false (choices: 1, true, yes, on, 0, false, no, off)`,
    );
  });
});

describe("how an option is written", () => {
  const none = { command: "ci-env", system: undefined };
  const file = { ...none, "output-file-path": "a.sh" };
  test.each([
    ["its short name and a value", "-o a.sh", file],
    ["both in one word", "-oa.sh", file],
    ["its name and a value, in one word or two", "--output-file-path a.sh", file],
    ["no- and a value that says no", "--no-inherit=no", { ...none, inherit: true }],
    ["no- and a value that says yes", "--no-inherit=yes", { ...none, inherit: false }],
    ["a flag before another option's value", "--quiet -o a.sh", { ...file, quiet: true }],
    [
      "a value with dashes and equals signs",
      "-o a-b=--c",
      { ...none, "output-file-path": "a-b=--c" },
    ],
    ["a value that is a negative number", "--tmp-dir -1", { ...none, "tmp-dir": "-1" }],
    ["a value of several lines", "--tmp-dir=a\nb", { ...none, "tmp-dir": "a\nb" }],
  ])("%s", async (_, words, values) => {
    expect(await understood(`ci-env ${words}`)).toEqual(values);
  });

  test.each([
    ["-x", "unknown option -x"],
    ["-xo", "unknown option -x"],
    ["--tmp-no-dir=1", "unknown option --tmp-no-dir"],
    ["-o", "--output-file-path needs a value"],
    ["-o --quiet", "--output-file-path needs a value"],
    ["a--tmp-dir=b", "unknown CI system"],
  ])("or is not: %s", async (words, problem) => {
    expect(await complaint(() => understood(`ci-env ${words}`))).toContain(
      `BERTH_USAGE: ${problem}`,
    );
  });

  test("the version, as of any command", async () => {
    expect(await understood("ci-env --quiet --version")).toBe(await understood("--version"));
    expect(await understood("cleanup --quiet -h")).toBe(await understood("cleanup --help"));
  });
});
