import { describe, expect, test } from "@jest/globals";
import { complaint } from "../fixtures/complaint.ts";
import { dependencyProxy, gitlabJob, type Variables } from "../fixtures/environments.ts";
import {
  access,
  DEPLOY,
  deploy,
  deployLogin,
  JOB,
  noUser,
  own,
  proxyLogin,
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

  test.each([
    ["another host", { CI_REGISTRY: "evil.example" }, "evil.example", "CI_REGISTRY_PASSWORD"],
    [
      "another port",
      { CI_REGISTRY: "registry.example.com" },
      "registry.example.com",
      "CI_REGISTRY_PASSWORD",
    ],
    [
      "Docker Hub, image and all",
      { CI_REGISTRY: "docker.io", CI_REGISTRY_IMAGE: "docker.io/me/app" },
      "docker.io",
      "CI_REGISTRY_PASSWORD",
    ],
    [
      "another host, with CI_JOB_TOKEN alone",
      { CI_REGISTRY: "evil.example", ...noUser },
      "evil.example",
      "CI_JOB_TOKEN",
    ],
  ])("never gets the job token: %s", (_, changes, registry, secretFrom) => {
    expect(access(changes)).toEqual({
      registry,
      image: { ...gitlabJob, ...changes }.CI_REGISTRY_IMAGE,
      logins: [],
      notices: [
        `missing: no login: CI_REGISTRY is not GitLab's own registry here, and ${secretFrom} is the job token, which is for that alone`,
      ],
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

describe("TRAP 14: the dependency proxy is written with and without its default port", () => {
  const proxy = (changes: Variables) => access({ ...dependencyProxy, ...changes });
  const with_ = (...registries: string[]) => ({
    ...own,
    logins: [registryLogin(), ...registries.map(proxyLogin)],
    notices: [],
  });
  test.each([
    ["443 for https", {}, ["gitlab.example.com:443", "gitlab.example.com"]],
    [
      "443 where the scheme is not known",
      { CI_SERVER_URL: undefined },
      ["gitlab.example.com:443", "gitlab.example.com"],
    ],
    [
      "80 for http",
      {
        CI_SERVER_URL: "http://gitlab.example.com",
        CI_DEPENDENCY_PROXY_SERVER: "gitlab.example.com:80",
      },
      ["gitlab.example.com:80", "gitlab.example.com"],
    ],
    [
      "80 for https is not the default",
      { CI_DEPENDENCY_PROXY_SERVER: "gitlab.example.com:80" },
      ["gitlab.example.com:80"],
    ],
    [
      "443 for http is not the default",
      { CI_SERVER_URL: "http://gitlab.example.com" },
      ["gitlab.example.com:443"],
    ],
    [
      "any other port stays",
      { CI_DEPENDENCY_PROXY_SERVER: "gitlab.example.com:8443" },
      ["gitlab.example.com:8443"],
    ],
    [
      "TRAP 15: the registry's host at another port stays apart",
      { CI_DEPENDENCY_PROXY_SERVER: "registry.example.com:443" },
      ["registry.example.com:443", "registry.example.com"],
    ],
    ["without a password there is none", { CI_DEPENDENCY_PROXY_PASSWORD: "" }, []],
    ["without a user there is none", { CI_DEPENDENCY_PROXY_USER: "" }, []],
    ["without a server there is none", { CI_DEPENDENCY_PROXY_SERVER: "" }, []],
  ])("%s", (_, changes, registries) => {
    expect(proxy(changes)).toEqual(with_(...registries));
  });

  test("and has a login even where GitLab has no registry", () => {
    const off = { CI_REGISTRY: undefined, CI_REGISTRY_IMAGE: undefined };
    expect(proxy(off)).toEqual({
      logins: ["gitlab.example.com:443", "gitlab.example.com"].map(proxyLogin),
      notices: [
        "missing: no login: CI_REGISTRY is not set, so this GitLab has no container registry",
      ],
    });
  });
});
