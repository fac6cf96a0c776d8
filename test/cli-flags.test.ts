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
