import { describe, expect, test } from "@jest/globals";
import type { CiSystem } from "../../src/ci/system.ts";
import { travis } from "../../src/ci/travis.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import type { Variables } from "../fixtures/environments.ts";
import { takenFrom } from "../fixtures/taken-from.ts";
import { recorded } from "./recorded/travis.ts";

const system: CiSystem = travis;
const { push, tag, pullRequest } = recorded;

const resultOf = (env: Variables) => takenFrom(system, env);

const numbered = (id: string, job: string) => ({
  detect: true,
  job: {
    id,
    key: [`https://travis-ci.com/OndraM/ci-detector/jobs/${job}`, job],
    url: `https://travis-ci.com/OndraM/ci-detector/jobs/${job}`,
  },
  access: { logins: [], notices: [] },
});

describe("a job of Travis CI, which has no registry", () => {
  test.each([
    [
      "TRAPS 46 and 48: of a push, with TRAVIS_PULL_REQUEST=false and an empty TRAVIS_TAG",
      push,
      numbered("519.1", "459962541"),
    ],
    ["of a tag", tag, numbered("519.1", "459962541")],
    ["of a pull request", pullRequest, numbered("524.1", "460445057")],
    [
      "TRAP 48: with an empty number",
      { ...push, TRAVIS_JOB_NUMBER: "" },
      numbered("459962541", "459962541"),
    ],
  ])("%s", (_, env, expected) => {
    expect(resultOf(env)).toEqual(expected);
  });
});

describe("what is Travis CI", () => {
  test.each([
    ["a job that sets CI", { ...push, CI: "false" }, true],
    ["not by its other variables", { ...push, TRAVIS: undefined }, false],
    ["TRAP 5: not TRAVIS=false", { ...push, TRAVIS: "false" }, false],
    ["TRAP 5: not TRAVIS=1", { ...push, TRAVIS: "1" }, false],
    ["TRAP 5: not an empty TRAVIS", { ...push, TRAVIS: "" }, false],
    ["not nothing", {}, false],
  ])("%s", (_, env, expected) => {
    expect(system.detect(present(env))).toBe(expected);
  });
});

describe("which job it is", () => {
  test("is the same in each phase", () => {
    const later = { ...push, TRAVIS_TEST_RESULT: "1", TRAVIS_CMD: "berth cleanup travis" };
    expect(resultOf(later)).toEqual(numbered("519.1", "459962541"));
  });

  test("TRAP 33: differs among all that may share a machine", () => {
    const others: readonly Variables[] = [
      push,
      pullRequest,
      { ...push, TRAVIS_JOB_ID: "459962542" },
      { ...push, TRAVIS_JOB_WEB_URL: "https://travis.example.com/o/r/jobs/459962541" },
    ];
    const keys = others.map((env) => JSON.stringify(system.job(present(env)).key));
    expect(new Set(keys).size).toBe(others.length);
  });

  test("has no page where that is not known", () => {
    const env = { ...push, TRAVIS_JOB_WEB_URL: undefined };
    expect(system.job(present(env))).toEqual({ id: "519.1", key: ["", "459962541"] });
  });

  test("TRAP 48: cannot be told without TRAVIS_JOB_ID, and an empty one is none", async () => {
    const expected =
      "BERTH_MISSING_VARIABLE: TRAVIS_JOB_ID is not set: this is not a job of Travis CI";
    expect(await complaint(() => system.job(present({ TRAVIS: "true" })))).toBe(expected);
    expect(await complaint(() => system.job(present({ ...push, TRAVIS_JOB_ID: "" })))).toBe(
      expected,
    );
  });
});

describe("TRAP 38: hostile values", () => {
  const hostile = "x'\"`$(id)\n##vso[task.setvariable variable=PATH]/evil";

  test.each([
    "TRAVIS_BRANCH",
    "TRAVIS_TAG",
    "TRAVIS_PULL_REQUEST_BRANCH",
    "TRAVIS_COMMIT_MESSAGE",
    "TRAVIS_JOB_NAME",
    "TRAVIS_BUILD_STAGE_NAME",
  ])("in %s are not taken", (name) => {
    expect(resultOf({ ...push, [name]: hostile })).toEqual(numbered("519.1", "459962541"));
  });

  test("a line break in the page's address is refused", async () => {
    const env = { ...push, TRAVIS_JOB_WEB_URL: "https://travis-ci.com\n##vso[x]" };
    expect(await complaint(() => system.job(env))).toBe(
      'BERTH_BAD_VALUE: TRAVIS_JOB_WEB_URL: a line break in its value "https://travis-ci.com\\x0a#\\x23vso[x]"',
    );
  });
});
