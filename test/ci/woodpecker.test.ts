import { describe, expect, test } from "@jest/globals";
import { gitlab } from "../../src/ci/gitlab.ts";
import type { CiSystem } from "../../src/ci/system.ts";
import { woodpecker } from "../../src/ci/woodpecker.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import { gitlabJob, type Variables } from "../fixtures/environments.ts";
import { takenFrom } from "../fixtures/taken-from.ts";
import { recorded as droneJobs } from "./recorded/drone.ts";
import { recorded } from "./recorded/woodpecker.ts";

const system: CiSystem = woodpecker;
const { push, tag, pullRequest } = recorded;

const resultOf = (env: Variables) => takenFrom(system, env);

const pipeline = (number: string) => ({
  detect: true,
  job: {
    id: `${number}-1`,
    key: [`https://ci.example.com/repos/7/pipeline/${number}`, number, "1"],
    url: `https://ci.example.com/repos/7/pipeline/${number}`,
  },
  access: { logins: [], notices: [] },
});

describe("a job of Woodpecker, which has no registry", () => {
  test.each([
    ["of a push", push, "8"],
    ["of a tag", tag, "9"],
    ["of a pull request", pullRequest, "10"],
    [
      "TRAP 48: of Woodpecker 2, where what is not there is empty",
      { ...push, CI_COMMIT_TAG: "", CI_COMMIT_PULL_REQUEST: "", CI_STEP_STARTED: "" },
      "8",
    ],
  ])("%s", (_, env, number) => {
    expect(resultOf(env)).toEqual(pipeline(number));
  });
});

describe("what is Woodpecker", () => {
  test.each([
    ["a step that sets CI", { ...push, CI: "true" }, true],
    ["a step that sets CI_SYSTEM_NAME", { ...push, CI_SYSTEM_NAME: "mine" }, true],
    [
      "TRAP 4: a plugin's step, which has variables of Drone",
      { ...push, DRONE_BUILD_EVENT: "push", DRONE_BUILD_NUMBER: "8" },
      true,
    ],
    [
      "TRAP 4: not GitLab, some of whose variables have the same names",
      { ...gitlabJob, CI_COMMIT_SHA: "abc", CI_PIPELINE_URL: "https://gitlab.example.com/1" },
      false,
    ],
    ["not Drone", droneJobs.push, false],
    ["not Drone 0.8", { CI: "drone", CI_SYSTEM_NAME: "drone", DRONE: "true" }, false],
    ["not by its other variables", { ...push, CI: "true", CI_SYSTEM_NAME: "" }, false],
    ["not in another spelling", { CI: "Woodpecker", CI_SYSTEM_NAME: "woodpecker-2" }, false],
    ["not nothing", {}, false],
  ])("%s", (_, env, expected) => {
    expect(system.detect(present(env))).toBe(expected);
  });

  test.each(Object.entries(recorded))("TRAP 4: is not GitLab: %s", (_, env) => {
    expect(gitlab.detect(present(env))).toBe(false);
  });
});

describe("which job it is", () => {
  test("is the same in each step", () => {
    const other = { CI_STEP_NAME: "clean-up", CI_STEP_NUMBER: "3", CI_PIPELINE_STATUS: "failure" };
    expect(resultOf({ ...push, ...other })).toEqual(pipeline("8"));
  });

  test("TRAP 33: differs among all that may share an agent", () => {
    const others: readonly Variables[] = [
      push,
      tag,
      { ...push, CI_WORKFLOW_NUMBER: "2" },
      { ...push, CI_PIPELINE_URL: "https://ci.example.com/repos/8/pipeline/8" },
      { ...push, CI_PIPELINE_URL: "https://other.example.com/repos/7/pipeline/8" },
    ];
    const keys = others.map((env) => JSON.stringify(system.job(present(env)).key));
    expect(new Set(keys).size).toBe(others.length);
  });

  test.each(["CI_PIPELINE_URL", "CI_PIPELINE_NUMBER", "CI_WORKFLOW_NUMBER"])(
    "TRAP 48: cannot be told without %s, and an empty one is none",
    async (name) => {
      const expected = `BERTH_MISSING_VARIABLE: ${name} is not set: this is not a job of Woodpecker`;
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
    "CI_COMMIT_BRANCH",
    "CI_COMMIT_SOURCE_BRANCH",
    "CI_COMMIT_TAG",
    "CI_COMMIT_MESSAGE",
    "CI_COMMIT_AUTHOR",
    "CI_WORKFLOW_NAME",
    "CI_STEP_NAME",
  ])("in %s are not taken", (name) => {
    expect(resultOf({ ...push, [name]: hostile })).toEqual(pipeline("8"));
  });

  test("a line break in the page's address is refused", async () => {
    const env = { ...push, CI_PIPELINE_URL: "https://ci.example.com\n##vso[x]" };
    expect(await complaint(() => system.job(env))).toBe(
      'BERTH_BAD_VALUE: CI_PIPELINE_URL: a line break in its value "https://ci.example.com\\x0a#\\x23vso[x]"',
    );
  });
});
