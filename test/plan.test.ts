import { describe, expect, test } from "@jest/globals";
import { github } from "../src/ci/github.ts";
import { gitlab } from "../src/ci/gitlab.ts";
import { contextFile } from "../src/docker-config/companions.ts";
import { fingerprints } from "../src/docker-config/encode.ts";
import { makePlan } from "../src/plan.ts";
import { complaint } from "./fixtures/complaint.ts";
import { configOf, inStore, login } from "./fixtures/configs.ts";
import { dependencyProxy, githubJob, gitlabJob } from "./fixtures/environments.ts";
import { byDefault, DIRECTORY, factsOf, noticesOf } from "./fixtures/facts.ts";
import { opened } from "./fixtures/opened.ts";

const OWN = "registry.example.com:5050";
const FROM_BASE = {
  base: { directory: "/home/ci/.docker", file: "/home/ci/.docker/config.json" },
  containers: [],
};
const ALL = [
  ["DOCKER_CONFIG", DIRECTORY],
  ["REGISTRY_AUTH_FILE", `${DIRECTORY}/auth.json`],
  ["HELM_REGISTRY_CONFIG", `${DIRECTORY}/config.json`],
  ["WERF_DOCKER_CONFIG", DIRECTORY],
] as const;
const IMAGE = [
  ["BERTH_REGISTRY", OWN],
  ["BERTH_IMAGE", `${OWN}/group/app`],
] as const;

test("the whole plan of a job that inherits, and finds no berth yet", () => {
  const copy = { from: "/home/ci/.docker/x", to: contextFile("remote") };
  const base = configOf({
    auths: { "other.example": login("me", "pw", "/home/ci/.docker/config.json") },
    currentContext: "remote",
    other: { HttpHeaders: { a: "b" } },
  });
  const facts = factsOf(gitlab, gitlabJob, {
    sources: FROM_BASE,
    base,
    companions: { copies: [copy], pluginsDir: "/home/ci/.docker/cli-plugins", notices: [] },
  });
  const own = login("gitlab-ci-token", "test-token-registry", "CI_REGISTRY_PASSWORD");
  const auths = {
    "other.example": login("me", "pw", "/home/ci/.docker/config.json"),
    [OWN]: own,
  };
  const config = configOf({
    auths,
    currentContext: "remote",
    cliPluginsExtraDirs: ["/home/ci/.docker/cli-plugins"],
    other: { HttpHeaders: { a: "b" } },
  });
  const authFile = configOf({ auths });
  expect(opened(makePlan(facts, byDefault))).toEqual(
    opened({
      title: "GitLab CI job 7001",
      directory: facts.directory,
      now: facts.now,
      update: false,
      ofRepositories: [],
      leftOver: [],
      replaced: [],
      found: [
        ["CI_JOB_ID", "7001"],
        ["CI_SERVER_URL", "https://gitlab.example.com"],
        ["CI_REGISTRY", OWN],
        ["CI_REGISTRY_IMAGE", `${OWN}/group/app`],
        ["CI_REGISTRY_USER", "gitlab-ci-token"],
        ["CI_REGISTRY_PASSWORD", "[redacted]"],
        ["CI_JOB_TOKEN", "[redacted]"],
        ["GITLAB_CI", "true"],
      ],
      laterSteps: { way: gitlab.persist, file: undefined },
      config,
      authFile,
      marker: {
        version: 1,
        system: "gitlab",
        job: "0123456789abcdef",
        created: "2026-01-02T03:04:05.000Z",
        sources: FROM_BASE,
        earlier: Object.fromEntries([...ALL, ...IMAGE].map(([name]) => [name, null])),
        written: { "config.json": fingerprints(config), "auth.json": fingerprints(authFile) },
        logins: { tokens: [OWN], dockerAuthConfig: [], requested: [] },
      },
      copies: [copy],
      links: [],
      inheritedFrom: "/home/ci/.docker",
      output: {
        system: "gitlab",
        job: "7001",
        directory: DIRECTORY,
        variables: [...ALL, ...IMAGE],
        unset: [],
        registries: [{ registry: OWN, user: "gitlab-ci-token", from: "CI_REGISTRY_PASSWORD" }],
        notices: [],
      },
    }),
  );
});

test("TRAP 14: the dependency proxy's credential does not take the place of the registry's", () => {
  const env = {
    ...gitlabJob,
    ...dependencyProxy,
    CI_REGISTRY: "gitlab.example.com",
    CI_REGISTRY_IMAGE: "gitlab.example.com/a",
  };
  const { registries } = makePlan(factsOf(gitlab, env), byDefault).output;
  expect(registries.map(({ registry, from }) => [registry, from])).toEqual([
    ["gitlab.example.com", "CI_REGISTRY_PASSWORD"],
    ["gitlab.example.com:443", "CI_DEPENDENCY_PROXY_PASSWORD"],
  ]);
});

describe("--if-missing", () => {
  const lacking = factsOf(github, { ...githubJob, GITHUB_TOKEN: "" });
  const plan = (ifMissing: "warn" | "fail" | "ignore") =>
    makePlan(lacking, { ...byDefault, ifMissing });
  const said = "no login: GITHUB_TOKEN is not set";

  test("warn: the job is isolated, and it is said why and what to do", () => {
    const { notices, registries, variables } = plan("warn").output;
    expect({ notices, registries, names: variables.map(([name]) => name) }).toEqual({
      notices: [
        {
          level: "missing",
          text: said,
          hint: `add to the step:  env: { GITHUB_TOKEN: "$\{{ github.token }}" }`,
        },
      ],
      registries: [],
      names: [...ALL, ...IMAGE].map(([name]) => name),
    });
  });

  test("ignore: it is not said", () => {
    expect(noticesOf(plan("ignore"))).toEqual([]);
  });

  test("fail: it fails", async () => {
    expect(await complaint(() => plan("fail"))).toBe(`BERTH_MISSING_CREDENTIAL: ${said}`);
  });

  test("fail: does not, where DOCKER_AUTH_CONFIG has the credential", () => {
    const dockerAuthConfig = configOf({
      auths: { "ghcr.io": login("me", "pw", "DOCKER_AUTH_CONFIG") },
    });
    const plan_ = makePlan({ ...lacking, dockerAuthConfig }, { ...byDefault, ifMissing: "fail" });
    expect(plan_.output.registries).toEqual([
      { registry: "ghcr.io", user: "me", from: "DOCKER_AUTH_CONFIG" },
    ]);
  });

  test("fail: does, where DOCKER_AUTH_CONFIG only names the registry", async () => {
    const dockerAuthConfig = configOf({ auths: { "ghcr.io": inStore("DOCKER_AUTH_CONFIG") } });
    const work = () =>
      makePlan({ ...lacking, dockerAuthConfig }, { ...byDefault, ifMissing: "fail" });
    expect(await complaint(work)).toBe(`BERTH_MISSING_CREDENTIAL: ${said}`);
  });
});

test("--no-login-to-registry: no credential of the job's, and nothing to say about it", () => {
  const facts = factsOf(gitlab, { ...gitlabJob, CI_REGISTRY_PASSWORD: "" });
  const plan = makePlan(facts, { ...byDefault, loginToRegistry: false, ifMissing: "fail" });
  expect([plan.output.registries, noticesOf(plan), [...plan.config.auths.keys()]]).toEqual([
    [],
    [],
    ["berth.invalid"],
  ]);
});
