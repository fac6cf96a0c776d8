import { describe, expect, test } from "@jest/globals";
import { complaint } from "../fixtures/complaint.ts";
import {
  access,
  DEPLOY,
  deploy,
  deployLogin,
  JOB,
  own,
  registryLogin,
} from "../fixtures/gitlab-access.ts";

describe("a CI_REGISTRY that the project has overridden", () => {
  const theirs = { CI_REGISTRY_USER: "me", CI_REGISTRY_PASSWORD: "test-token-hub" };

  test("TRAP 16: has the project's own credentials: Docker Hub", () => {
    const hub = { CI_REGISTRY: "index.docker.io", CI_REGISTRY_IMAGE: "Docker.io/Me/App" };
    expect(access({ ...hub, ...theirs })).toEqual({
      registry: "docker.io",
      image: "docker.io/me/app",
      logins: [
        registryLogin({ registry: "index.docker.io", user: "me", secret: "test-token-hub" }),
      ],
      notices: [],
    });
  });

  test("to no registry at all is an error that names it", async () => {
    expect(await complaint(() => access({ CI_REGISTRY: "a registry" }))).toBe(
      'BERTH_BAD_REGISTRY: CI_REGISTRY: "a registry" is not a registry',
    );
  });
});

describe("with --gitlab-credentials deploy", () => {
  const lacking = "missing: no login: CI_DEPLOY_USER and CI_DEPLOY_PASSWORD are not both set";

  test("the deploy token is used", () => {
    expect(access(deploy, DEPLOY)).toEqual({
      ...own,
      logins: [registryLogin(deployLogin)],
      notices: [],
    });
  });

  test("and without it only with it", () => {
    expect(access(deploy, JOB)).toEqual({ ...own, logins: [registryLogin()], notices: [] });
  });

  test.each([
    ["neither is set", {}, []],
    [
      "TRAP 24: the password is not set",
      { CI_DEPLOY_USER: "deployer" },
      ["warning: CI_DEPLOY_USER is left out: CI_DEPLOY_PASSWORD is not set"],
    ],
    [
      "TRAP 24: the user is not set",
      { CI_DEPLOY_PASSWORD: "test-token-deploy" },
      ["warning: CI_DEPLOY_PASSWORD is left out: CI_DEPLOY_USER is not set"],
    ],
  ])("there is no login, rather than the job's, where %s", (_, changes, warnings) => {
    expect(access(changes, DEPLOY)).toEqual({
      ...own,
      logins: [],
      notices: [...warnings, lacking],
    });
  });
});
