import { describe, expect, test } from "@jest/globals";
import { gitlab } from "../../src/ci/gitlab.ts";
import { complaint } from "../fixtures/complaint.ts";
import { gitlabJob } from "../fixtures/environments.ts";
import {
  access,
  IMAGE,
  jobTokenLogin,
  noUser,
  own,
  REGISTRY,
  registryLogin,
} from "../fixtures/gitlab-access.ts";

describe("the job's own registry", () => {
  test("has the credentials that GitLab gives for it; TRAP 13: its port stays", () => {
    expect(access({})).toEqual({ ...own, logins: [registryLogin()], notices: [] });
  });

  test("takes the job token where these are not set", () => {
    expect(access(noUser)).toEqual({ ...own, logins: [registryLogin(jobTokenLogin)], notices: [] });
  });

  test("TRAP 24: a half pair is left out with a warning, and the job token is taken", () => {
    const warning = "warning: CI_REGISTRY_USER is left out: CI_REGISTRY_PASSWORD is not set";
    expect(access({ CI_REGISTRY_USER: "someone", CI_REGISTRY_PASSWORD: "" })).toEqual({
      ...own,
      logins: [registryLogin(jobTokenLogin)],
      notices: [warning],
    });
  });

  test("without any token has no login, and that is said", () => {
    expect(access({ ...noUser, CI_JOB_TOKEN: "" })).toEqual({
      ...own,
      logins: [],
      notices: ["missing: no login: neither CI_REGISTRY_PASSWORD nor CI_JOB_TOKEN is set"],
    });
  });

  test("TRAP 11: a GitLab without a registry has no login, whatever user and password are set", () => {
    expect(access({ CI_REGISTRY: undefined, CI_REGISTRY_IMAGE: undefined })).toEqual({
      logins: [],
      notices: [
        "missing: no login: CI_REGISTRY is not set, so this GitLab has no container registry",
      ],
    });
  });

  test("TRAP 12: a project without a registry has the login, for other projects, and no image", () => {
    expect(access({ CI_REGISTRY_IMAGE: undefined })).toEqual({
      registry: REGISTRY,
      logins: [registryLogin()],
      notices: [
        "info: BERTH_IMAGE is not set: the container registry is switched off for this project (Settings › General › Visibility)",
      ],
    });
  });

  test("TRAP 23: the image is that of the pipeline's project, not of the merge request's target", () => {
    const fork = { CI_REGISTRY_IMAGE: "registry.example.com:5050/fork/app" };
    const target = { CI_MERGE_REQUEST_PROJECT_PATH: "group/app", CI_PROJECT_PATH: "fork/app" };
    expect(access({ ...fork, ...target })).toEqual({
      registry: REGISTRY,
      image: "registry.example.com:5050/fork/app",
      logins: [registryLogin()],
      notices: [],
    });
  });

  test.each([
    ["a scheme and a slash", "https://registry.example.com:5050/", REGISTRY],
    ["a path", "registry.example.com:5050/group", REGISTRY],
    ["upper case", "Registry.Example.com:5050", REGISTRY],
  ])("TRAP 16: %s in CI_REGISTRY is understood", (_, value, registry) => {
    expect(access({ CI_REGISTRY: value })).toEqual({
      registry,
      image: IMAGE,
      logins: [registryLogin({ registry: value })],
      notices: [],
    });
  });
});

test("a line break in CI_REGISTRY_IMAGE, which is exported, is refused", async () => {
  expect(await complaint(() => access({ CI_REGISTRY_IMAGE: `${IMAGE}\nexit` }))).toBe(
    `BERTH_BAD_VALUE: CI_REGISTRY_IMAGE: a line break in its value "${IMAGE}\\x0aexit"`,
  );
});

describe("which job it is", () => {
  test("is told by the job's number and the server", () => {
    expect(gitlab.job(gitlabJob)).toEqual({
      id: "7001",
      key: ["https://gitlab.example.com", "7001"],
    });
  });

  test("cannot be told without the number", async () => {
    expect(await complaint(() => gitlab.job({ GITLAB_CI: "true" }))).toBe(
      "BERTH_MISSING_VARIABLE: CI_JOB_ID is not set: this is not a job of GitLab CI",
    );
  });
});
