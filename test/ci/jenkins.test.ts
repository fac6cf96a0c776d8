import { describe, expect, test } from "@jest/globals";
import { jenkins } from "../../src/ci/jenkins.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import { githubJob, gitlabJob, type Variables } from "../fixtures/environments.ts";
import { opened } from "../fixtures/opened.ts";
import { recorded } from "./recorded/jenkins.ts";

const job = (changes: Variables = {}) => jenkins.job(present({ ...recorded.push, ...changes }));

const detected = (env: Variables): boolean => jenkins.detect(present(env));

describe("a recorded build", () => {
  const COOKIE = "1f2e3d4c5b6a7988";
  const JOBS = "https://jenkins.example.com/job/team/job/app";

  test.each([
    [
      "branch",
      recorded.push,
      {
        id: "team/app/main#153",
        key: [COOKIE, "team/app/main", "153", "agent-1", "0"],
        url: `${JOBS}/job/main/153/`,
      },
    ],
    [
      "tag",
      recorded.tag,
      {
        id: "team/app/v1.0.0#1",
        key: [COOKIE, "team/app/v1.0.0", "1", "agent-1", "0"],
        url: `${JOBS}/view/tags/job/v1.0.0/1/`,
      },
    ],
    [
      "pull request",
      recorded.pullRequest,
      {
        id: "team/app/PR-24#2",
        key: [COOKIE, "team/app/PR-24", "2", "agent-1", "3"],
        url: `${JOBS}/view/change-requests/job/PR-24/2/`,
      },
    ],
  ])("of a %s is told by project, number and executor, and has no registry", (_, env, expected) => {
    const access = opened(jenkins.access());
    expect({ detected: detected(env), job: jenkins.job(present(env)), access }).toEqual({
      detected: true,
      job: expected,
      access: { logins: [], notices: [] },
    });
  });
});

describe("detection", () => {
  const build = { BUILD_NUMBER: "153", JOB_NAME: "app" };

  test.each([
    ["TRAP 8: JENKINS_URL alone", { JENKINS_URL: "https://jenkins.example.com/" }, false],
    [
      "TRAP 8: an agent in Kubernetes, outside of builds",
      { JENKINS_URL: "http://jenkins:8080/", JENKINS_AGENT_NAME: "pod-x7k2p" },
      false,
    ],
    ["TRAP 8: a Jenkins without a URL", { ...build, JENKINS_HOME: "/var/jenkins_home" }, true],
    ["a Jenkins with a URL", { ...build, JENKINS_URL: "https://jenkins.example.com/" }, true],
    [
      "docker.inside, where the agent's own variables are left out",
      { ...build, HUDSON_SERVER_COOKIE: "1f2e3d4c5b6a7988" },
      true,
    ],
    ["TRAP 6: CI=false", { ...recorded.push, CI: "false" }, true],
    ["another CI that has a job's name and a number", build, false],
    ["no number", { ...recorded.push, BUILD_NUMBER: undefined }, false],
    ["no name", { ...recorded.push, JOB_NAME: undefined }, false],
    ["TRAP 48: an empty name", { ...recorded.push, JOB_NAME: "" }, false],
    ["TRAP 48: empty markers", { ...build, JENKINS_HOME: "", JENKINS_URL: "" }, false],
    ["GitLab", gitlabJob, false],
    ["GitHub", githubJob, false],
  ])("%s", (_, env, expected) => {
    expect(detected(env)).toBe(expected);
  });
});

describe("which job it is", () => {
  test.each([
    ["Jenkins", { HUDSON_SERVER_COOKIE: "8899aabbccddeeff" }],
    ["project", { JOB_NAME: "team/app/other" }],
    ["combination of a matrix project", { JOB_NAME: "team/app/main/AXIS=x" }],
    ["build", { BUILD_NUMBER: "154" }],
    ["parallel stage on another agent", { NODE_NAME: "agent-2" }],
    ["parallel stage on the same agent", { EXECUTOR_NUMBER: "1" }],
  ])("another %s is another job", (_, changes) => {
    expect(job(changes).key).not.toEqual(job().key);
  });

  test.each([
    ["step", { JENKINS_SERVER_COOKIE: "durable-ffffffffffffffffffffffffffffffff" }],
    ["stage of the same agent", { STAGE_NAME: "test" }],
    ["workspace", { WORKSPACE: "/w", WORKSPACE_TMP: "/w@tmp" }],
    ["mark on what outlives the build", { JENKINS_NODE_COOKIE: "dontKillMe", BUILD_ID: "x" }],
    [
      "docker.inside of an agent that has the URL, too",
      { JENKINS_URL: undefined, JENKINS_HOME: undefined },
    ],
  ])("another %s is the same job", (_, changes) => {
    expect(job(changes)).toEqual(job());
  });

  test("TRAP 8: a Jenkins without a URL has no page", () => {
    const changes = { JENKINS_URL: undefined, BUILD_URL: undefined };
    const { url: _, ...rest } = job();
    expect(job(changes)).toEqual(rest);
  });

  test("needs neither the server nor the executor, which some shells have not", () => {
    const env = { JOB_NAME: "app", BUILD_NUMBER: "1" };
    expect(jenkins.job(env)).toEqual({ id: "app#1", key: ["", "app", "1", "", ""] });
  });

  test.each(["JOB_NAME", "BUILD_NUMBER"])("cannot be told without %s", async (name) => {
    expect(await complaint(() => job({ [name]: "" }))).toBe(
      `BERTH_MISSING_VARIABLE: ${name} is not set: this is not a job of Jenkins`,
    );
  });

  test("TRAP 38: a line break in BUILD_URL is refused", async () => {
    const value = "https://jenkins.example.com/\n##vso[task.setvariable]";
    expect(await complaint(() => job({ BUILD_URL: value }))).toBe(
      'BERTH_BAD_VALUE: BUILD_URL: a line break in its value "https://jenkins.example.com/\\x0a#\\x23vso[task.setvariable]"',
    );
  });

  test("TRAP 38: what names are made of changes neither page nor other parts of the key", () => {
    const { url } = job();
    const changes = { JOB_NAME: `a"'$(id)\n##vso[`, BRANCH_NAME: "x\ny", CHANGE_TITLE: "`id`" };
    expect(job(changes)).toEqual({
      id: `a"'$(id)\n##vso[#153`,
      key: ["1f2e3d4c5b6a7988", `a"'$(id)\n##vso[`, "153", "agent-1", "0"],
      url,
    });
  });
});

test("WORKSPACE_TMP, which Jenkins empties long after the build, is not taken", () => {
  expect("tempDirVariable" in jenkins).toBe(false);
});
