import { describe, expect, test } from "@jest/globals";
import { gitlab } from "../../src/ci/gitlab.ts";
import {
  dependencyProxy,
  gitlabJob,
  type Variables,
  variablesOf,
} from "../fixtures/environments.ts";
import {
  access,
  JOB,
  jobTokenLogin,
  noUser,
  own,
  proxyLogin,
  REGISTRY,
  registryLogin,
} from "../fixtures/gitlab-access.ts";

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
      "upper case, which is a spelling of its own",
      { CI_DEPENDENCY_PROXY_SERVER: "GitLab.example.com:443" },
      ["GitLab.example.com:443", "GitLab.example.com"],
    ],
    ["without a password there is none", { CI_DEPENDENCY_PROXY_PASSWORD: "" }, []],
    ["without a user there is none", { CI_DEPENDENCY_PROXY_USER: "" }, []],
    ["without a server there is none", { CI_DEPENDENCY_PROXY_SERVER: "" }, []],
  ])("%s", (_, changes, registries) => {
    expect(proxy(changes)).toEqual(with_(...registries));
  });

  test("TRAP 15: the registry's host at another port stays apart", () => {
    const registry = "gitlab.example.com:5050";
    const changes = { CI_REGISTRY: registry, CI_REGISTRY_IMAGE: `${registry}/group/app` };
    expect(proxy(changes)).toEqual({
      registry,
      image: `${registry}/group/app`,
      logins: [
        registryLogin({ registry }),
        ...["gitlab.example.com:443", "gitlab.example.com"].map(proxyLogin),
      ],
      notices: [],
    });
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

describe("the dependency proxy's password", () => {
  const left =
    "warning: CI_DEPENDENCY_PROXY_SERVER is left out: it is not the host of CI_SERVER_URL";
  test.each([
    "docker.io",
    "https://index.docker.io/v1/",
    "evil.example:443",
    "registry.example.com:443",
    "example.com",
    "proxy.gitlab.example.com",
    "gitlab.example.com.evil.example:443",
  ])("goes to no host but GitLab's own: %s", (server) => {
    expect(access({ ...dependencyProxy, CI_DEPENDENCY_PROXY_SERVER: server })).toEqual({
      ...own,
      logins: [registryLogin()],
      notices: [left],
    });
  });

  test("goes to GitLab's own, at whatever port", () => {
    const changes = { ...noUser, CI_SERVER_URL: "https://GitLab.example.com:8443/gitlab" };
    const server = { CI_DEPENDENCY_PROXY_SERVER: "gitlab.example.com:8443" };
    expect(access({ ...dependencyProxy, ...changes, ...server })).toEqual({
      ...own,
      logins: [registryLogin(jobTokenLogin), proxyLogin("gitlab.example.com:8443")],
      notices: [],
    });
  });

  test.each(["docker.io", "index.docker.io:443", "registry-1.docker.io"])(
    "never goes to Docker Hub, even where the server is not known: %s",
    (server) => {
      const changes = { CI_SERVER_URL: undefined, CI_DEPENDENCY_PROXY_SERVER: server };
      const { logins } = gitlab.access(
        variablesOf(gitlab, { ...gitlabJob, ...dependencyProxy, ...changes }),
        JOB,
      );
      expect(logins.map(({ registry }) => registry)).toEqual([REGISTRY]);
    },
  );
});
