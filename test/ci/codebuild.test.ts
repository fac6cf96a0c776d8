import { describe, expect, test } from "@jest/globals";
import { codebuild } from "../../src/ci/codebuild.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import { githubJob, gitlabJob, type Variables } from "../fixtures/environments.ts";
import { opened } from "../fixtures/opened.ts";
import { recorded } from "./recorded/codebuild.ts";

const job = (changes: Variables = {}) => codebuild.job(present({ ...recorded.push, ...changes }));

const detected = (env: Variables): boolean => codebuild.detect(present(env));

const ID = "project-api:449b6959-c0f7-41ac-aac8-7fec365d3004";
const ARN = `arn:aws:codebuild:eu-west-1:911074024513:build/${ID}`;

describe("a recorded build", () => {
  test.each([
    ["push", recorded.push],
    ["tag", recorded.tag],
    ["pull request", recorded.pullRequest],
  ])("of a %s is told by its ARN, and has no registry", (_, env) => {
    const access = opened(codebuild.access());
    expect({ detected: detected(env), job: codebuild.job(present(env)), access }).toEqual({
      detected: true,
      job: {
        id: ID,
        key: [ARN],
        url: "https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/911074024513/projects/project-api/build/project-api%3A449b6959-c0f7-41ac-aac8-7fec365d3004/?region=eu-west-1",
      },
      access: { logins: [], notices: [] },
    });
  });
});

describe("detection", () => {
  test.each([
    ["another partition", { CODEBUILD_BUILD_ARN: ARN.replace("aws", "aws-us-gov") }, true],
    ["TRAP 7: a runner of GitHub's that it hosts", githubJob, false],
    ["TRAP 7: a runner of GitLab's that it hosts", gitlabJob, false],
    ["TRAP 7: an agent of Buildkite's that it hosts", { BUILDKITE: "true" }, false],
    [
      "TRAP 5: markers that say no",
      { GITHUB_ACTIONS: "false", GITLAB_CI: "0", BUILDKITE: "" },
      true,
    ],
    ["an ARN of something else", { CODEBUILD_BUILD_ARN: "arn:aws:s3:::bucket" }, false],
    ["what is no ARN", { CODEBUILD_BUILD_ARN: "true" }, false],
    ["no ARN", { CODEBUILD_BUILD_ARN: undefined }, false],
    ["TRAP 48: an empty ARN", { CODEBUILD_BUILD_ARN: "" }, false],
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
  test("each build of a batch is a job", () => {
    const other = { CODEBUILD_BUILD_ARN: ARN.replace(/4$/, "5") };
    expect(job(other).key).not.toEqual(job().key);
  });

  test.each([
    ["phase", { CODEBUILD_BUILD_SUCCEEDING: "0", PWD: "/elsewhere" }],
    ["user", { HOME: "/home/app", USER: "app" }],
  ])("another %s of the build is the same job", (_, changes) => {
    expect(job(changes)).toEqual(job());
  });

  test("is called by its ARN where it has no shorter name", () => {
    expect(job({ CODEBUILD_BUILD_ID: undefined })).toEqual({ ...job(), id: ARN });
  });

  test("cannot be told without the ARN", async () => {
    expect(await complaint(() => job({ CODEBUILD_BUILD_ARN: "" }))).toBe(
      "BERTH_MISSING_VARIABLE: CODEBUILD_BUILD_ARN is not set: this is not a job of AWS CodeBuild",
    );
  });
});

describe("the build's page", () => {
  const PUBLIC = "https://eu-west-1.codebuild.aws.amazon.com/project/x/build/y";

  test("is the public one where there is one", () => {
    expect(job({ CODEBUILD_PUBLIC_BUILD_URL: PUBLIC })).toEqual({ ...job(), url: PUBLIC });
  });

  test("TRAP 38: a line break in the public one is refused", async () => {
    const changes = { CODEBUILD_PUBLIC_BUILD_URL: `${PUBLIC}\n::error::` };
    expect(await complaint(() => job(changes))).toBe(
      `BERTH_BAD_VALUE: CODEBUILD_PUBLIC_BUILD_URL: a line break in its value "${PUBLIC}\\x0a::error::"`,
    );
  });

  test.each([
    ["another partition, whose console is elsewhere", ARN.replace("aws", "aws-cn")],
    ["a line break", ARN.replace("api", "a\npi")],
    ["a line break at its end", `${ARN}\n`],
    ["a host in place of the region", ARN.replace("eu-west-1", "evil.example/")],
    ["a path in place of the project", ARN.replace("project-api", "../..")],
    ["a quote", `${ARN}"`],
    ["nothing of a build", "arn:aws:codebuild:eu-west-1:911074024513:project/x"],
  ])("is not known from an ARN with %s", (_, arn) => {
    expect(job({ CODEBUILD_BUILD_ARN: arn })).toEqual({ id: ID, key: [arn] });
  });
});
