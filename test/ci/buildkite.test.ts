import { describe, expect, test } from "@jest/globals";
import { buildkite } from "../../src/ci/buildkite.ts";
import { printable } from "../../src/printable.ts";
import { parseSpecs } from "../../src/registries/spec.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import { githubJob, gitlabJob, type Variables } from "../fixtures/environments.ts";
import { opened } from "../fixtures/opened.ts";
import { recorded } from "./recorded/buildkite.ts";

const job = (changes: Variables = {}) => buildkite.job(present({ ...recorded.push, ...changes }));

const detected = (env: Variables): boolean => buildkite.detect(present(env));

const JOB_ID = "e44f9784-e20e-4b93-a21d-f41fd5869db9";
const OTHER_ID = "01932d42-ae19-478f-af10-cfb95d0cee8c";
const BUILD = "https://buildkite.com/acme-inc/my-project/builds/1514";

describe("a recorded job", () => {
  const PUSH = { id: "1514", key: [JOB_ID], url: `${BUILD}#${JOB_ID}` };
  const PULL_REQUEST = { id: "1514", key: [OTHER_ID], url: `${BUILD}#${OTHER_ID}` };

  test.each([
    ["push, TRAP 46: BUILDKITE_PULL_REQUEST=false", recorded.push, PUSH],
    ["tag", recorded.tag, PUSH],
    ["pull request", recorded.pullRequest, PULL_REQUEST],
  ])("of a %s is told by its id, and has no registry", (_, env, expected) => {
    const result = { detected: detected(env), job: buildkite.job(present(env)) };
    expect(opened({ ...result, access: buildkite.access() })).toEqual({
      detected: true,
      job: expected,
      access: { logins: [], notices: [] },
    });
  });
});

describe("detection", () => {
  test.each([
    ["TRAP 6: CI=false", { CI: "false" }, true],
    ["TRAP 7: an agent that CodeBuild hosts", { CODEBUILD_BUILD_ARN: "arn:aws:x" }, true],
    ["BUILDKITE=false", { BUILDKITE: "false" }, false],
    ["BUILDKITE=1", { BUILDKITE: "1" }, false],
    ["TRAP 48: an empty BUILDKITE", { BUILDKITE: "" }, false],
    ["all the others without BUILDKITE", { BUILDKITE: undefined }, false],
  ])("%s", (_, changes, expected) => {
    expect(detected({ ...recorded.push, ...changes })).toBe(expected);
  });

  test.each([
    ["GitLab", gitlabJob],
    ["GitHub", githubJob],
    ["nothing", {}],
  ])("not %s", (_, env) => {
    expect(detected(env)).toBe(false);
  });
});

describe("which job it is", () => {
  test.each([
    ["in one of its hooks", { BUILDKITE_PLUGIN_NAME: "BERTH", PWD: "/" }],
    ["in another container", { BUILDKITE_BUILD_CHECKOUT_PATH: "/workspace" }],
  ])("is the same %s", (_, changes) => {
    expect(job(changes)).toEqual(job());
  });

  test("is told by its id alone, where no more is known", () => {
    expect(job({ BUILDKITE_BUILD_NUMBER: "", BUILDKITE_BUILD_URL: "" })).toEqual({
      id: JOB_ID,
      key: [JOB_ID],
    });
  });

  test.each([undefined, ""])("cannot be told where the id is %j", async (id) => {
    expect(await complaint(() => job({ BUILDKITE_JOB_ID: id }))).toBe(
      "BERTH_MISSING_VARIABLE: BUILDKITE_JOB_ID is not set: this is not a job of Buildkite",
    );
  });
});

describe("TRAP 38: hostile values", () => {
  test.each([
    ["BUILDKITE_BUILD_URL", BUILD],
    ["BUILDKITE_JOB_ID", JOB_ID],
  ])("a line break in %s, which is in the job's URL, is refused", async (name, value) => {
    const hostile = `${value}\n##vso[task.complete]`;
    expect(await complaint(() => job({ [name]: hostile }))).toBe(
      `BERTH_BAD_VALUE: ${name}: a line break in its value "${printable(hostile)}"`,
    );
  });

  test.each(["BUILDKITE_BRANCH", "BUILDKITE_TAG", "BUILDKITE_LABEL", "BUILDKITE_MESSAGE"])(
    "%s has no part in it",
    (name) => {
      expect(job({ [name]: "x\n##vso[task.complete]';\"`id`$(id)" })).toEqual(job());
    },
  );
});

describe("TRAP 26: Buildkite's package registries, which are named with a path", () => {
  const spec = (registry: string) =>
    `packages.buildkite.com/acme-inc/${registry},username=buildkite,password-env=TOKEN`;

  test("are written by the name of their host", () => {
    expect(parseSpecs([spec("app")], "--registry").map(({ host }) => host)).toEqual([
      "packages.buildkite.com",
    ]);
  });

  test("are one registry for Docker, whose password is for all of it", () => {
    const specs = parseSpecs([spec("app"), spec("base")], "--registry");
    expect(specs.map(({ text }) => text)).toEqual([spec("app")]);
  });
});
