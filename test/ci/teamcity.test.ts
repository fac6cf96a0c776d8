import { describe, expect, test } from "@jest/globals";
import { teamcity } from "../../src/ci/teamcity.ts";
import { printable } from "../../src/printable.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import { githubJob, gitlabJob, type Variables } from "../fixtures/environments.ts";
import { opened } from "../fixtures/opened.ts";
import { recorded } from "./recorded/teamcity.ts";

const job = (changes: Variables = {}) => teamcity.job(present({ ...recorded.push, ...changes }));

const detected = (env: Variables): boolean => teamcity.detect(present(env));

const SERVER = "https://teamcity.example.com";

describe("a recorded build", () => {
  test.each([
    ["push", recorded.push, "104", `${SERVER}/viewLog.html?buildId=104`],
    ["tag", recorded.tag, "105", `${SERVER}/build/105`],
    [
      "pull request",
      recorded.pullRequest,
      "106",
      `${SERVER}/buildConfiguration/CiDetector_Build/106`,
    ],
  ])("of a %s is told by its page, and has no registry", (_, env, id, url) => {
    const result = { detected: detected(env), job: teamcity.job(present(env)) };
    expect(opened({ ...result, access: teamcity.access() })).toEqual({
      detected: true,
      job: { id, key: [url], url },
      access: { logins: [], notices: [] },
    });
  });
});

describe("detection", () => {
  test.each([
    ["TRAP 6: CI=false", { CI: "false" }, true],
    ["the properties file of an older agent", { TEAMCITY_BUILD_PROPERTIES_FILE: "/tmp/x" }, true],
    ["before 2023.05, without BUILD_URL", { BUILD_URL: undefined }, true],
    ["without TEAMCITY_VERSION", { TEAMCITY_VERSION: undefined }, false],
    ["TRAP 48: an empty TEAMCITY_VERSION", { TEAMCITY_VERSION: "" }, false],
    ["without the properties file", { TEAMCITY_BUILD_PROPERTIES_FILE: undefined }, false],
  ])("%s", (_, changes, expected) => {
    expect(detected({ ...recorded.push, ...changes })).toBe(expected);
  });

  const byHand = { TEAMCITY_VERSION: "2024.12" };
  test.each([
    ["GitLab", gitlabJob],
    ["GitHub, with TEAMCITY_VERSION set by hand", { ...githubJob, ...byHand }],
    [
      "Jenkins, which has a BUILD_URL, too",
      {
        ...byHand,
        BUILD_NUMBER: "5",
        BUILD_URL: "https://jenkins.example.com/job/app/5/",
        JENKINS_URL: "https://jenkins.example.com/",
      },
    ],
    ["nothing", {}],
  ])("not %s", (_, env) => {
    expect(detected(env)).toBe(false);
  });
});

describe("which build it is", () => {
  test.each([
    ["build with the same number", { BUILD_URL: `${SERVER}/viewLog.html?buildId=105` }],
    ["server", { BUILD_URL: "https://other.example.com/viewLog.html?buildId=104" }],
  ])("another %s is another build", (_, changes) => {
    expect(job(changes).key).not.toEqual(job().key);
  });

  test.each([
    ["after ##teamcity[buildNumber]", { BUILD_NUMBER: "1.2.3" }],
    ["in another step", { TEAMCITY_PROCESS_FLOW_ID: "1", PWD: "/" }],
    ["in a container", { TEAMCITY_BUILD_PROPERTIES_FILE: "/mnt/agent/x" }],
  ])("is the same %s", (_, changes) => {
    expect(job(changes)).toEqual(job());
  });

  test.each([
    ["/viewLog.html?buildId=104&buildTypeId=App_1&tab=log", "104"],
    ["/viewLog.html?buildTypeId=App_1&buildId=104#1", "104"],
    ["/buildConfiguration/App_1/104?buildTab=log", "104"],
    ["/build/104/", "104"],
  ])("has a number for people in %s", (path, id) => {
    const url = `https://10.0.0.5:8111${path}`;
    expect(job({ BUILD_URL: url })).toEqual({ id, key: [url], url });
  });

  test("goes without a number where the page has none", () => {
    const url = `${SERVER}/builds/first`;
    expect(job({ BUILD_URL: url })).toEqual({ id: url, key: [url], url });
  });

  test.each([undefined, ""])(
    "cannot be told in a build where BUILD_URL is %j, as before 2023.05",
    async (url) => {
      expect(await complaint(() => job({ BUILD_URL: url }))).toBe(
        "BERTH_MISSING_VARIABLE: BUILD_URL is not set, which TeamCity sets from 2023.05 on",
      );
    },
  );

  test("cannot be told outside of a build without BUILD_URL", async () => {
    expect(await complaint(() => teamcity.job({}))).toBe(
      "BERTH_MISSING_VARIABLE: BUILD_URL is not set: this is not a job of TeamCity",
    );
  });
});

describe("TRAP 38: hostile values", () => {
  const hostile = `${SERVER}/##teamcity[setParameter name='env.X' value='x']`;

  test("a line break in BUILD_URL is refused", async () => {
    const url = `${SERVER}\n${hostile}`;
    expect(await complaint(() => job({ BUILD_URL: url }))).toBe(
      `BERTH_BAD_VALUE: BUILD_URL: a line break in its value "${printable(url)}"`,
    );
  });

  test("a service message in BUILD_URL is none where the id is printed", () => {
    expect(printable(job({ BUILD_URL: hostile }).id)).toBe(
      `${SERVER}/#\\x23teamcity[setParameter name='env.X' value='x']`,
    );
  });

  test.each(["TEAMCITY_PROJECT_NAME", "TEAMCITY_BUILDCONF_NAME", "BUILD_NUMBER"])(
    "%s has no part in it",
    (name) => {
      expect(job({ [name]: "x\n##teamcity[buildStop comment='x']\"`id`$(id)" })).toEqual(job());
    },
  );
});
