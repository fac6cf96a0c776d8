import { parseEnv } from "node:util";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { BerthError } from "../../src/errors.ts";
import { dotenv } from "../../src/shells/dotenv.ts";
import type { Shell } from "../../src/shells/shell.ts";
import { complaint } from "../fixtures/complaint.ts";
import { eachPiece, hostileText } from "../fixtures/hostile-text.ts";
import { failed, outputOf } from "../fixtures/output.ts";

const line = (value: string): string => dotenv.render(outputOf({ variables: [["X", value]] }));

test.each([
  ["/tmp/berth-0/gitlab-1", "X=/tmp/berth-0/gitlab-1\n"],
  ["", "X=\n"],
  ["two words", "X='two words'\n"],
  ["a#b", "X='a#b'\n"],
  ["it's", "X=`it's`\n"],
  ["it's `x`", 'X="it\'s `x`"\n'],
])("%p is written as %p", (value, text) => {
  expect(line(value)).toBe(text);
});

test("a value with every kind of quote is refused, and named", async () => {
  expect(await complaint(() => line("'`\""))).toBe(
    "BERTH_BAD_VALUE: X: its value has every kind of quote in it",
  );
});

test("one line for each variable; what is to be unset cannot be said", () => {
  const output = outputOf({
    variables: [
      ["A", "1"],
      ["B", "2"],
    ],
    unset: ["DOCKER_AUTH_CONFIG"],
  });
  expect([dotenv.render(output), dotenv.unsets]).toEqual(["A=1\nB=2\n", false]);
});

test("a failure leaves it empty", () => {
  const shell: Shell = dotenv;
  expect([shell.stop(failed, true), shell.stop(failed, false)]).toEqual(["", ""]);
});

describe("Node reads the value back, or berth refuses it", () => {
  const readBack = (value: string): unknown => {
    try {
      return parseEnv(`A=before\n${line(value)}B=after\n`);
    } catch (error) {
      if (error instanceof BerthError && error.code === "BERTH_BAD_VALUE") return "refused";
      throw error;
    }
  };
  const all = (value: string) => ({ A: "before", X: value, B: "after" });

  test("every special character, alone, doubled and at either end: none is refused", () => {
    expect(eachPiece.map(readBack)).toEqual(eachPiece.map(all));
  });

  test("texts at random: only those with several kinds of quotes are refused", () => {
    fc.assert(
      fc.property(hostileText, (value) => {
        const refusable = value.includes("'") && value.includes("`") && /["\\]/.test(value);
        expect(readBack(value)).toEqual(refusable ? "refused" : all(value));
      }),
      { numRuns: 1000 },
    );
  });
});
