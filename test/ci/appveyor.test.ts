import { describe, expect, test } from "@jest/globals";
import { appveyor } from "../../src/ci/appveyor.ts";
import { printable } from "../../src/printable.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import { githubJob, gitlabJob, type Variables } from "../fixtures/environments.ts";
import { opened } from "../fixtures/opened.ts";
import { recorded } from "./recorded/appveyor.ts";

const job = (changes: Variables = {}) => appveyor.job(present({ ...recorded.push, ...changes }));

const detected = (env: Variables): boolean => appveyor.detect(present(env));

const SERVER = "https://ci.appveyor.com";

describe("a recorded job", () => {
  const TRIAL = `${SERVER}/project/kai2nenobu/appveyor-ci-trial/builds`;
  const DETECTOR = `${SERVER}/project/OndraM/ci-detector/builds`;

  test.each([
    ["push", recorded.push, "ibedbuy075kp5oy1", `${TRIAL}/19506703`],
    ["tag", recorded.tag, "xelxhonk80rikjei", `${TRIAL}/19506712`],
    ["pull request", recorded.pullRequest, "kjsgl2y74ky79q5g", `${DETECTOR}/8791806`],
  ])("of a %s is told by its id and server, and has no registry", (_, env, id, build) => {
    const result = { detected: detected(env), job: appveyor.job(present(env)) };
    expect(opened({ ...result, access: appveyor.access() })).toEqual({
      detected: true,
      job: { id, key: [SERVER, id], url: `${build}/job/${id}` },
      access: { logins: [], notices: [] },
    });
  });
});

describe("detection", () => {
  test.each([
    ["TRAP 5: APPVEYOR=True, as Windows has it", { APPVEYOR: "True" }, true],
    ["TRAP 5: APPVEYOR=true, as Linux has it", { APPVEYOR: "true" }, true],
    ["TRAP 6: CI=False", { CI: "False" }, true],
    ["APPVEYOR=False", { APPVEYOR: "False" }, false],
    ["APPVEYOR=1", { APPVEYOR: "1" }, false],
    ["TRAP 48: an empty APPVEYOR", { APPVEYOR: "" }, false],
    ["all the others without APPVEYOR", { APPVEYOR: undefined }, false],
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
    ["job of the build's matrix", { APPVEYOR_JOB_ID: "xelxhonk80rikjei" }],
    ["server", { APPVEYOR_URL: "https://appveyor.example.com" }],
  ])("another %s is another job", (_, changes) => {
    expect(job(changes).key).not.toEqual(job().key);
  });

  test.each([
    "APPVEYOR_URL",
    "APPVEYOR_ACCOUNT_NAME",
    "APPVEYOR_PROJECT_SLUG",
    "APPVEYOR_BUILD_ID",
  ])("without %s it has no page", (name) => {
    const key = [name === "APPVEYOR_URL" ? "" : SERVER, "ibedbuy075kp5oy1"];
    expect(job({ [name]: "" })).toEqual({ id: "ibedbuy075kp5oy1", key });
  });

  test.each([undefined, ""])("cannot be told where the id is %j", async (id) => {
    expect(await complaint(() => job({ APPVEYOR_JOB_ID: id }))).toBe(
      "BERTH_MISSING_VARIABLE: APPVEYOR_JOB_ID is not set: this is not a job of AppVeyor",
    );
  });
});

describe("TRAP 38: hostile values", () => {
  test.each([
    "APPVEYOR_JOB_ID",
    "APPVEYOR_URL",
    "APPVEYOR_ACCOUNT_NAME",
    "APPVEYOR_PROJECT_SLUG",
    "APPVEYOR_BUILD_ID",
  ])("a line break in %s, which is in the job's URL, is refused", async (name) => {
    const hostile = "a\n##vso[task.complete]";
    expect(await complaint(() => job({ [name]: hostile }))).toBe(
      `BERTH_BAD_VALUE: ${name}: a line break in its value "${printable(hostile)}"`,
    );
  });

  test.each([
    "APPVEYOR_REPO_BRANCH",
    "APPVEYOR_REPO_TAG_NAME",
    "APPVEYOR_REPO_COMMIT_MESSAGE",
    "APPVEYOR_PULL_REQUEST_TITLE",
    "APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH",
  ])("%s has no part in it", (name) => {
    expect(job({ [name]: "x\n##vso[task.complete]';\"`id`$(id)" })).toEqual(job());
  });
});

test("a variable for the later commands is one word of a command line, whatever is in it", () => {
  const value = "C:\\Program Files\\berth\\appveyor-x $(id) \"'";
  expect(appveyor.persist.command("DOCKER_CONFIG", value)).toEqual([
    ...["appveyor", "SetVariable", "-Name", "DOCKER_CONFIG"],
    ...["-Value", value],
  ]);
});
