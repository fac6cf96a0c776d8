import { describe, expect, test } from "@jest/globals";
import { semaphore } from "../../src/ci/semaphore.ts";
import type { CiSystem } from "../../src/ci/system.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import type { Variables } from "../fixtures/environments.ts";
import { takenFrom } from "../fixtures/taken-from.ts";
import { recorded } from "./recorded/semaphore.ts";

const system: CiSystem = semaphore;
const { push, tag, pullRequest } = recorded;
const PUSH = "a26d42cf-89ac-4c3f-9e2d-51bb231897bf";

const resultOf = (env: Variables) => takenFrom(system, env);

const withoutLogin = (id: string) => ({
  detect: true,
  job: {
    id,
    key: ["https://my-org.semaphoreci.com", id],
    url: `https://my-org.semaphoreci.com/jobs/${id}`,
  },
  access: { logins: [], notices: [] },
});

describe("a job of Semaphore", () => {
  test.each([
    ["of a push", push, PUSH],
    ["of a tag, whose branch is a ref", tag, "5d9f1c0e-7a34-4b0c-8a52-0f3c6e2b9d17"],
    ["of a pull request", pullRequest, "c1a0b7de-2f6b-4e0d-9c8e-3b1d5a7f4e62"],
    ["TRAP 48: of a debug job, where the ref is empty", { ...push, SEMAPHORE_GIT_REF: "" }, PUSH],
  ])("%s", (_, env, id) => {
    expect(resultOf(env)).toEqual(withoutLogin(id));
  });
});

describe("the mirror to pull from", () => {
  const mirror = {
    SEMAPHORE_REGISTRY_URL: "registry.semaphoreci.com",
    SEMAPHORE_REGISTRY_USERNAME: "my-org",
    SEMAPHORE_REGISTRY_PASSWORD: "test-token-mirror",
  };

  test("has a login where all three variables are set, and is nowhere to push to", () => {
    expect(resultOf({ ...push, ...mirror })).toEqual({
      ...withoutLogin(PUSH),
      access: {
        logins: [
          {
            registry: "registry.semaphoreci.com",
            registryFrom: "SEMAPHORE_REGISTRY_URL",
            user: "my-org",
            userFrom: "SEMAPHORE_REGISTRY_USERNAME",
            secret: { secret: "test-token-mirror" },
            secretFrom: "SEMAPHORE_REGISTRY_PASSWORD",
          },
        ],
        notices: [],
      },
    });
  });

  test.each([
    "SEMAPHORE_REGISTRY_URL",
    "SEMAPHORE_REGISTRY_USERNAME",
    "SEMAPHORE_REGISTRY_PASSWORD",
  ])(
    "TRAPS 19 and 24: is optional: without %s, or an empty one, there is none, and no word of it",
    (name) => {
      expect(resultOf({ ...push, ...mirror, [name]: undefined })).toEqual(withoutLogin(PUSH));
      expect(resultOf({ ...push, ...mirror, [name]: "" })).toEqual(withoutLogin(PUSH));
    },
  );
});

describe("what is Semaphore", () => {
  test.each([
    ["a job that sets CI", { ...push, CI: "false" }, true],
    ["not by its other variables", { ...push, SEMAPHORE: undefined }, false],
    ["TRAP 5: not SEMAPHORE=false", { ...push, SEMAPHORE: "false" }, false],
    ["TRAP 5: not SEMAPHORE=1", { ...push, SEMAPHORE: "1" }, false],
    ["TRAP 5: not an empty SEMAPHORE", { ...push, SEMAPHORE: "" }, false],
    ["not nothing", {}, false],
  ])("%s", (_, env, expected) => {
    expect(system.detect(present(env))).toBe(expected);
  });
});

describe("which job it is", () => {
  test("is the same in the epilogue", () => {
    expect(resultOf({ ...push, SEMAPHORE_JOB_RESULT: "failed" })).toEqual(withoutLogin(PUSH));
  });

  test("TRAP 33: differs among all that may share a machine", () => {
    const others: readonly Variables[] = [
      push,
      tag,
      { ...push, SEMAPHORE_ORGANIZATION_URL: "https://semaphore.example.com" },
    ];
    const keys = others.map((env) => JSON.stringify(system.job(present(env)).key));
    expect(new Set(keys).size).toBe(others.length);
  });

  test("has no page where the organization is not known", () => {
    const env = { ...push, SEMAPHORE_ORGANIZATION_URL: undefined };
    expect(system.job(present(env))).toEqual({ id: PUSH, key: ["", PUSH] });
  });

  test("TRAP 48: cannot be told without SEMAPHORE_JOB_ID, and an empty one is none", async () => {
    const expected =
      "BERTH_MISSING_VARIABLE: SEMAPHORE_JOB_ID is not set: this is not a job of Semaphore";
    expect(await complaint(() => system.job(present({ SEMAPHORE: "true" })))).toBe(expected);
    expect(await complaint(() => system.job(present({ ...push, SEMAPHORE_JOB_ID: "" })))).toBe(
      expected,
    );
  });
});

describe("TRAP 38: hostile values", () => {
  const hostile = "x'\"`$(id)\n##vso[task.setvariable variable=PATH]/evil";

  test.each([
    "SEMAPHORE_GIT_BRANCH",
    "SEMAPHORE_GIT_WORKING_BRANCH",
    "SEMAPHORE_GIT_TAG_NAME",
    "SEMAPHORE_GIT_PR_NAME",
    "SEMAPHORE_JOB_NAME",
    "SEMAPHORE_PROJECT_NAME",
  ])("in %s are not taken", (name) => {
    expect(resultOf({ ...push, [name]: hostile })).toEqual(withoutLogin(PUSH));
  });

  test.each([
    [
      { SEMAPHORE_ORGANIZATION_URL: "https://my-org\n##vso[x]" },
      `https://my-org\\x0a#\\x23vso[x]/jobs/${PUSH}`,
    ],
    [{ SEMAPHORE_JOB_ID: "1\n::error::" }, "https://my-org.semaphoreci.com/jobs/1\\x0a::error::"],
  ])("a line break in the page's address is refused: %j", async (changes, shown) => {
    expect(await complaint(() => system.job({ ...push, ...changes }))).toBe(
      `BERTH_BAD_VALUE: SEMAPHORE_ORGANIZATION_URL/jobs/SEMAPHORE_JOB_ID: a line break in its value "${shown}"`,
    );
  });
});
