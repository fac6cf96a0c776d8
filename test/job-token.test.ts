import { describe, expect, test } from "@jest/globals";
import { isOfJob } from "../src/job-token.ts";
import { Secret } from "../src/secret.ts";
import { login } from "./fixtures/configs.ts";

const OWN = [new Secret("test-token-own")];

describe("isOfJob() knows what ends with a job, or in hours", () => {
  test.each([
    ["gitlab-ci-token"],
    ["AWS"],
    ["oauth2accesstoken"],
    ["00000000-0000-0000-0000-000000000000"],
  ])("by its user: %s", (user) => {
    expect(isOfJob(login(user, "x"), [])).toBe(true);
  });

  test.each([
    ["that of a job of GitLab's", "glcbt-64_x"],
    ["that of a job of GitHub's", "ghs_x"],
    ["the job's own", "test-token-own"],
  ])("by its token: %s", (_, token) => {
    expect(isOfJob(login("me", token), OWN)).toBe(true);
  });

  test("by how it was made", () => {
    expect(isOfJob({ ...login("me", "x"), isIssued: true }, [])).toBe(true);
  });

  test.each([
    ["me", "x"],
    ["me", "x-ghs_"],
    ["me", ""],
    ["", "x"],
    // Buildkite Packages takes it with tokens that last, too.
    ["buildkite", "x"],
  ])("and no other: %j, %j", (user, token) => {
    expect(isOfJob(login(user, token), OWN)).toBe(false);
  });
});
