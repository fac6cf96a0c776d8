import { expect, test } from "@jest/globals";
import { expiryNotices } from "../src/expiry.ts";

const now = new Date("2026-01-02T03:00:00Z");
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const logins = [
  { registry: "a.example", user: "u", from: "f", until: inMinutes(5) },
  { registry: "b.example", user: "u", from: "f", until: inMinutes(720) },
  { registry: "c.example", user: "u", from: "f" },
];

const HINT = "berth ci-env again, in the job, renews it";
const text = "a.example: its credential ends in 5 min, and the job may run for 60 min";

test.each([
  [
    "a warning where the job's own limit is longer",
    { seconds: 3600 },
    [{ level: "warning", text, hint: HINT }],
  ],
  [
    "a note where the vendor's usual limit is",
    { seconds: 3600, isUsual: true },
    [{ level: "info", text: `${text}: ${HINT}` }],
  ],
  ["nothing where each lasts as long", { seconds: 300 }, []],
  ["nothing where no limit is known", undefined, []],
] as const)("there is %s", (_, limit, notices) => {
  expect(expiryNotices(logins, limit, now)).toEqual(notices);
});
