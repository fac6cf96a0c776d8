import { describe, expect, test } from "@jest/globals";
import { duration, moment, shownEnd } from "../src/time.ts";

test.each([
  [0, "0 s"],
  [-5, "0 s"],
  [59.9, "59 s"],
  [119, "119 s"],
  [120, "2 min"],
  [300, "5 min"],
  [299.4, "5 min"],
  [3599, "60 min"],
  [7100, "118 min"],
  [7199, "2 h"],
  [7200, "2 h"],
  [43_199, "12 h"],
  [172_000, "47 h"],
  [172_800, "2 d"],
])("%d seconds are %s", (seconds, shown) => {
  expect(duration(seconds)).toBe(shown);
});

describe("a moment", () => {
  const until = new Date("2026-01-02T03:04:05Z");

  test.each([
    ["text", "2026-01-02T03:04:05Z", { until }],
    ["text with an offset", "2026-01-02T04:04:05+01:00", { until }],
    ["seconds", until.getTime() / 1000, { until }],
    [
      "seconds with a fraction, as AWS tells them",
      until.getTime() / 1000 + 0.25,
      { until: new Date(until.getTime() + 250) },
    ],
    ["no text of one", "soon", {}],
    ["nothing", undefined, {}],
    ["another thing", { a: 1 }, {}],
    ["more than there is", 1e300, {}],
  ])("of %s", (_, value, expected) => {
    expect(moment(value)).toEqual(expected);
  });
});

test("an end is shown as a time of day, and as what is left", () => {
  const now = new Date("2026-01-02T03:04:05Z");
  expect(shownEnd(new Date("2026-01-02T15:04:00Z"), now)).toBe("until 15:04 UTC (12 h)");
});
