import { describe, expect, test } from "@jest/globals";
import {
  isAtWork,
  isOfAProcess,
  isUnfinished,
  ofThisProcess,
  unfinished,
} from "../src/unfinished.ts";
import { withoutRights } from "./fixtures/without-rights.ts";

const HEX = "0123456789ab";
// Higher than any number of a process.
const DEAD = 9999999;

/** With words in place of what differs from run to run. */
const masked = (path: string): string =>
  path.replace(new RegExp(`${process.pid}-[0-9a-f]{12}`, "g"), "<pid>-<random>");

describe("a name of this process's own", () => {
  test.each([
    ["/r/job", "/r/job.<pid>-<random>"],
    [`/r/job.1-${HEX}`, "/r/job.<pid>-<random>"],
    [`/r/job.exec-1-${HEX}`, "/r/job.<pid>-<random>"],
    [`/r/job.exec-1-${HEX}/config.json`, `/r/job.exec-1-${HEX}/config.json.<pid>-<random>`],
    ["/r/job.exec-1-short", "/r/job.exec-1-short.<pid>-<random>"],
  ])("for %s while it is made or removed", (path, name) => {
    expect(masked(unfinished(path))).toBe(name);
  });

  test("for the berth of this process alone", () => {
    expect(masked(ofThisProcess("/r/job"))).toBe("/r/job.exec-<pid>-<random>");
  });

  test.each([unfinished, ofThisProcess])("is another one each time", (name) => {
    expect(new Set(Array.from({ length: 100 }, () => name("/r/job"))).size).toBe(100);
  });
});

describe("what a name says", () => {
  test.each([
    ["job", false, false],
    ["gitlab-1-0123456789abcdef", false, false],
    ["gitlab-1.exec-5-0123456789abcdef", false, false],
    [`job.5-${HEX}`, true, false],
    [`job.exec-5-${HEX}`, false, true],
    [`job.exec-5-${HEX}.7-${HEX}`, true, false],
    [`job.exec--${HEX}`, false, false],
    [`job.exec-5-${HEX.toUpperCase()}`, false, false],
    [`job.exec-5-${HEX}.json`, false, false],
    [`exec-5-${HEX}`, false, false],
    ["", false, false],
  ])("%s", (name, isNotWhole, isProcess) => {
    expect([isUnfinished(name), isOfAProcess(name)]).toEqual([isNotWhole, isProcess]);
  });

  test("the names that are made are those that are known", () => {
    const made = [
      unfinished("/r/job"),
      ofThisProcess("/r/job"),
      unfinished(ofThisProcess("/r/job")),
    ];
    expect(made.map(isUnfinished)).toEqual([true, false, true]);
    expect(made.map(isOfAProcess)).toEqual([false, true, false]);
    expect(made.map(isAtWork)).toEqual([true, true, true]);
  });
});

describe("whether its process is at work", () => {
  test.each([
    [`job.${process.pid}-${HEX}`, true],
    [`job.exec-${process.pid}-${HEX}`, true],
    [`/r/job.exec-${process.pid}-${HEX}`, true],
    [`job.exec-${DEAD}-${HEX}`, false],
    [`job.exec-99999999999999999999-${HEX}`, false],
    // To signal "process 0" is to signal the whole group of this one.
    [`job.exec-0-${HEX}`, false],
    ["job", false],
    [`job.exec-${process.pid}-${HEX}/config.json`, false],
  ])("%s: %s", (name, isRunning) => {
    expect(isAtWork(name)).toBe(isRunning);
  });

  test("is known of another user's process, too", async () => {
    const name = `job.exec-1-${HEX}`;
    expect(await withoutRights(async () => isAtWork(name))).toBe(true);
  });
});
