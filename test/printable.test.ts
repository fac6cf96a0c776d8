import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { printable } from "../src/printable.ts";
import { anyText } from "./fixtures/hostile-text.ts";

test.each([
  ["registry.example.com:5050/a-b", "registry.example.com:5050/a-b"],
  ["jürgen 😀", "jürgen 😀"],
  ["a\nb\r\n", "a\\x0ab\\x0d\\x0a"],
  ["\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
  ["\0\x7f\x9b", "\\x00\\x7f\\x9b"],
  ["left\u202eright", "left\\u{202e}right"],
  ["a\u2028b\u200bc\ufeff", "a\\u{2028}b\\u{200b}c\\u{feff}"],
  ["\ud83d", "\\u{d83d}"],
  ["one # two", "one # two"],
  ["##vso[task.setvariable]x", "#\\x23vso[task.setvariable]x"],
  ["##[error]x", "#\\x23[error]x"],
  ["###teamcity[x]", "#\\x23\\x23teamcity[x]"],
])("TRAP 38: %j is shown as %s", (value, shown) => {
  expect(printable(value)).toBe(shown);
});

test("nothing that a terminal or a runner acts on is left of any text", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "#", "\n", "\r", "\x1b", "\u202e", "\u2029", "😀"),
  });
  fc.assert(
    fc.property(fc.oneof(text, anyText), (value) => {
      const left = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|##/u.exec(printable(value));
      expect(left).toBeNull();
    }),
  );
});
