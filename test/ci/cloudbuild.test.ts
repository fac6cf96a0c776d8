import { describe, expect, test } from "@jest/globals";
import { cloudbuild } from "../../src/ci/cloudbuild.ts";
import { present } from "../../src/variables.ts";
import { githubJob, gitlabJob, type Variables } from "../fixtures/environments.ts";
import { opened } from "../fixtures/opened.ts";
import { recorded } from "./recorded/cloudbuild.ts";

const job = (changes: Variables = {}) => cloudbuild.job(present({ ...recorded.push, ...changes }));

const detected = (env: Variables): boolean => cloudbuild.detect(present(env));

const ID = "0735deab-cd4c-4be1-ad6d-70710ec85592";
const MAPPED = {
  id: ID,
  key: [ID],
  url: `https://console.cloud.google.com/cloud-build/builds;region=us-central1/${ID}?project=my-project`,
};

describe("a recorded step", () => {
  test.each([
    ["of a push", recorded.push, MAPPED],
    ["of a tag", recorded.tag, MAPPED],
    ["of a pull request", recorded.pullRequest, MAPPED],
    ["that no substitution is given to", recorded.unmapped, { id: "build", key: ["build"] }],
  ])("%s is told by its build, and brings its own credentials", (_, env, expected) => {
    const access = opened(cloudbuild.access());
    expect({ detected: detected(env), job: cloudbuild.job(present(env)), access }).toEqual({
      detected: true,
      job: expected,
      access: { logins: [], notices: [] },
    });
  });
});

describe("detection", () => {
  test.each([
    ["an image that has the same HOME", { BUILDER_OUTPUT: undefined }],
    ["BUILDER_OUTPUT alone", { HOME: "/root" }],
    ["BUILDER_OUTPUT that is elsewhere", { BUILDER_OUTPUT: "/builder/outputs2" }],
    ["HOME that is below it", { HOME: "/builder/home/x" }],
    ["TRAP 48: an empty BUILDER_OUTPUT", { BUILDER_OUTPUT: "" }],
    ["no HOME", { HOME: undefined }],
  ])("not %s", (_, changes) => {
    expect(detected({ ...recorded.push, ...changes })).toBe(false);
  });

  test.each([
    ["GitLab", gitlabJob],
    ["GitHub", githubJob],
    ["another CI with a BUILD_ID", { BUILD_ID: ID, PROJECT_ID: "my-project" }],
  ])("not %s", (_, env) => {
    expect(detected(env)).toBe(false);
  });
});

describe("which job it is", () => {
  test("another build is another job", () => {
    const other = { BUILD_ID: "fa0f7a4c-6b1f-4a36-9a0e-3f3f5f2b8a11" };
    expect(job(other).key).not.toEqual(job().key);
  });

  test.each([
    ["container", { HOSTNAME: "0c9e1d7a33b2" }],
    ["step's directory", { PWD: "/workspace/app" }],
  ])("another %s is the same job", (_, changes) => {
    expect(job(changes)).toEqual(job());
  });
});

describe("the build's page", () => {
  test.each(["LOCATION", "PROJECT_ID"])("is not known without %s", (name) => {
    expect(job({ [name]: "" })).toEqual({ id: ID, key: [ID] });
  });

  test("TRAP 38: has the values as parts that lead nowhere else", () => {
    const changes = {
      LOCATION: "x/../\n##vso[",
      BUILD_ID: "a b?c#d",
      PROJECT_ID: "a.example:b&c=d",
    };
    expect(job(changes)).toEqual({
      id: "a b?c#d",
      key: ["a b?c#d"],
      url: "https://console.cloud.google.com/cloud-build/builds;region=x%2F..%2F%0A%23%23vso%5B/a%20b%3Fc%23d?project=a.example%3Ab%26c%3Dd",
    });
  });
});
