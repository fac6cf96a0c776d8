import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { fingerprint } from "../src/fingerprint.ts";

// https://www.ietf.org/archive/id/draft-eastlake-fnv-25.html#appendix-C
test.each([
  ["", "811c9dc5"],
  ["a", "e40c292c"],
  ["foobar", "bf9cf968"],
])("the first half is FNV-1a of 32 bits: %j", (text, sum) => {
  expect(fingerprint(text).slice(0, 8)).toBe(sum);
});

test("16 hex digits, which change with any character", () => {
  const unit = fc.integer({ min: 0, max: 0xffff });
  fc.assert(
    fc.property(
      fc.array(unit, { minLength: 1, maxLength: 60 }),
      fc.nat(),
      unit,
      (units, at, other) => {
        const index = at % units.length;
        const changed = units.with(index, other);
        const [sum, after] = [units, changed].map((all) =>
          fingerprint(String.fromCharCode(...all)),
        );
        expect(sum).toMatch(/^[0-9a-f]{16}$/);
        expect(sum === after).toBe(units[index] === other);
      },
    ),
  );
});
