import { describe, expect, test } from "@jest/globals";
import { BerthError } from "../src/errors.ts";
import { reportError } from "../src/report.ts";
import { styleFor } from "../src/style.ts";

describe("an error tells what failed, its code, and what to do", () => {
  const error = new BerthError("BERTH_NO_CI", "no CI system found", "name one");

  test("plain", () => {
    expect(reportError(error, styleFor(false))).toBe(
      "berth: error: no CI system found (BERTH_NO_CI)\n  hint       name one\n",
    );
  });

  test("in colours, which end where they began", () => {
    expect(reportError(error, styleFor(true))).toBe(
      "berth: \x1b[31merror\x1b[39m: no CI system found (BERTH_NO_CI)\n  \x1b[2mhint       \x1b[22mname one\n",
    );
  });

  test("without a hint there is no line for it", () => {
    const bare = new BerthError("BERTH_NO_CI", "no CI system found", "");
    expect(reportError(bare, styleFor(false))).toBe(
      "berth: error: no CI system found (BERTH_NO_CI)\n",
    );
  });
});
