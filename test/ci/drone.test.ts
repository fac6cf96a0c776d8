import { describe, expect, test } from "@jest/globals";
import { drone } from "../../src/ci/drone.ts";
import type { CiSystem } from "../../src/ci/system.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import type { Variables } from "../fixtures/environments.ts";
import { takenFrom } from "../fixtures/taken-from.ts";
import { recorded } from "./recorded/drone.ts";
import { recorded as woodpeckerJobs } from "./recorded/woodpecker.ts";

const system: CiSystem = drone;
const { push, tag, pullRequest } = recorded;

const resultOf = (env: Variables) => takenFrom(system, env);

const build = (number: string) => ({
  detect: true,
  job: {
    id: `${number}-1`,
    key: [`https://drone.company.com/octocat/hello-world/${number}`, number, "1"],
    url: `https://drone.company.com/octocat/hello-world/${number}/1`,
  },
  access: { logins: [], notices: [] },
});

describe("a job of Drone, which has no registry", () => {
  test.each([
    ["TRAP 48: of a push, where some variables are empty", push, "42"],
    ["TRAP 48: of a tag, where the branch is empty", tag, "43"],
    ["of a pull request", pullRequest, "44"],
  ])("%s", (_, env, number) => {
    expect(resultOf(env)).toEqual(build(number));
  });
});

describe("what is Drone", () => {
  const woodpecker = woodpeckerJobs.push;
  test.each([
    ["a step that sets CI", { ...push, CI: "1" }, true],
    [
      "TRAP 4: not a plugin's step of Woodpecker, which has variables of Drone",
      { ...woodpecker, DRONE_BUILD_EVENT: "push", DRONE_BUILD_NUMBER: "8" },
      false,
    ],
    ["not Woodpecker that says it is Drone", { ...woodpecker, DRONE: "true" }, false],
    ["not that where a step sets CI", { ...woodpecker, DRONE: "true", CI: "true" }, false],
    [
      "not that where a step sets CI_SYSTEM_NAME",
      { ...woodpecker, DRONE: "true", CI_SYSTEM_NAME: "" },
      false,
    ],
    ["not by its other variables", { ...push, DRONE: undefined }, false],
    ["TRAP 5: not DRONE=false", { ...push, DRONE: "false" }, false],
    ["TRAP 5: not DRONE=1", { ...push, DRONE: "1" }, false],
    ["not nothing", {}, false],
  ])("%s", (_, env, expected) => {
    expect(system.detect(present(env))).toBe(expected);
  });
});

describe("which job it is", () => {
  test("is the same in each step", () => {
    const other = { DRONE_STEP_NAME: "clean-up", DRONE_STEP_NUMBER: "3" };
    const failed = { DRONE_BUILD_STATUS: "failure", DRONE_STAGE_STATUS: "failure" };
    expect(resultOf({ ...push, ...other, ...failed })).toEqual(build("42"));
  });

  test("TRAP 33: differs among all that may share a runner", () => {
    const others: readonly Variables[] = [
      push,
      tag,
      { ...push, DRONE_STAGE_NUMBER: "2" },
      { ...push, DRONE_BUILD_LINK: "https://drone.company.com/octocat/other/42" },
      { ...push, DRONE_BUILD_LINK: "https://drone.example.com/octocat/hello-world/42" },
    ];
    const keys = others.map((env) => JSON.stringify(system.job(present(env)).key));
    expect(new Set(keys).size).toBe(others.length);
  });

  test.each(["DRONE_BUILD_LINK", "DRONE_BUILD_NUMBER", "DRONE_STAGE_NUMBER"])(
    "TRAP 48: cannot be told without %s, and an empty one is none",
    async (name) => {
      const expected = `BERTH_MISSING_VARIABLE: ${name} is not set: this is not a job of Drone`;
      expect(await complaint(() => system.job(present({ ...push, [name]: undefined })))).toBe(
        expected,
      );
      expect(await complaint(() => system.job(present({ ...push, [name]: "" })))).toBe(expected);
    },
  );
});

describe("TRAP 38: hostile values", () => {
  const hostile = "x'\"`$(id)\n##vso[task.setvariable variable=PATH]/evil";

  test.each([
    "DRONE_BRANCH",
    "DRONE_SOURCE_BRANCH",
    "DRONE_TAG",
    "DRONE_COMMIT_MESSAGE",
    "DRONE_COMMIT_AUTHOR_NAME",
    "DRONE_PULL_REQUEST_TITLE",
    "DRONE_STAGE_NAME",
  ])("in %s are not taken", (name) => {
    expect(resultOf({ ...push, [name]: hostile })).toEqual(build("42"));
  });

  test.each([
    [
      { DRONE_BUILD_LINK: "https://drone.company.com\n##vso[x]" },
      "https://drone.company.com\\x0a#\\x23vso[x]/1",
    ],
    [
      { DRONE_STAGE_NUMBER: "1\n::error::" },
      "https://drone.company.com/octocat/hello-world/42/1\\x0a::error::",
    ],
  ])("a line break in the page's address is refused: %j", async (changes, shown) => {
    expect(await complaint(() => system.job({ ...push, ...changes }))).toBe(
      `BERTH_BAD_VALUE: DRONE_BUILD_LINK/DRONE_STAGE_NUMBER: a line break in its value "${shown}"`,
    );
  });
});
