import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Answering } from "../../src/answering.ts";
import { github } from "../../src/ci/github.ts";
import { gitlab } from "../../src/ci/gitlab.ts";
import { findingsOf } from "../../src/doctor/findings.ts";
import { login } from "../fixtures/configs.ts";
import { githubJob, gitlabJob } from "../fixtures/environments.ts";
import { anyText } from "../fixtures/hostile-text.ts";
import {
  BERTH,
  berthFiles,
  berthOf,
  DOCKERS,
  evaluated,
  fileAt,
  noFileAt,
  sightOf,
} from "../fixtures/sight.ts";
import { forgeries } from "../hardening/support/payloads.ts";

type Parts = Parameters<typeof sightOf>[0] & object;

/** What is found, a line each: code, text, hint. */
const found = (parts: Parts): readonly (readonly string[])[] =>
  findingsOf(sightOf(parts)).map(({ level, code, text, hint }) => [
    level === "warning" ? code : `${code} (${level})`,
    ...[text, hint],
  ]);

const inBerth = berthFiles({ auths: { "r.example": login("me", "test-token-1") } });
const job = { ...gitlabJob, ...evaluated };
/** A job of GitLab whose shell uses its berth. */
const well: Parts = { system: gitlab, env: job, berth: berthOf(), ...inBerth };

test("all is well in a job that uses its berth, and where no job is", () => {
  expect([found(well), found({})]).toEqual([[], []]);
});

describe("not-evaluated, bypass", () => {
  const EVALUATE = 'evaluate it here: eval "$(berth ci-env)"';
  const bypass = (name: string, is: string) => [
    "bypass",
    `${name} ${is}, and so leads past the job's berth`,
    EVALUATE,
  ];
  const others = { ...gitlabJob, DOCKER_CONFIG: "/root/.docker", HELM_REGISTRY_CONFIG: "h.json" };

  test.each<[string, Parts["env"], unknown]>([
    [
      "no variable leads to the berth",
      gitlabJob,
      [["not-evaluated", "the job has a berth, and this shell does not use it", EVALUATE]],
    ],
    [
      "the variables lead elsewhere",
      others,
      [["not-evaluated", "the job has a berth, and this shell does not use it", EVALUATE]],
    ],
    [
      "one leads elsewhere",
      { ...job, REGISTRY_AUTH_FILE: "/home/ci/auth.json" },
      [bypass("REGISTRY_AUTH_FILE", "is /home/ci/auth.json")],
    ],
    [
      "two are not set",
      { ...job, DOCKER_CONFIG: "", WERF_DOCKER_CONFIG: undefined },
      [bypass("DOCKER_CONFIG", "is not set"), bypass("WERF_DOCKER_CONFIG", "is not set")],
    ],
    [
      "one leads to another file of the berth",
      { ...job, REGISTRY_AUTH_FILE: `${BERTH}/config.json` },
      [bypass("REGISTRY_AUTH_FILE", `is ${BERTH}/config.json`)],
    ],
  ])("%s", (_, env, expected) => {
    expect(found({ ...well, env: env ?? {} })).toEqual(expected);
  });

  test("a variable that berth was told not to set is none of its own", () => {
    const berth = berthOf({ REGISTRY_AUTH_FILE: null, BERTH_REGISTRY: null });
    const env = { ...gitlabJob, REGISTRY_AUTH_FILE: `${BERTH}/auth.json` };
    expect(found({ ...well, berth, env })).toEqual([]);
  });
});

describe("docker-auth-config", () => {
  const variable = (...keys: readonly string[]) =>
    fileAt("DOCKER_AUTH_CONFIG", {
      auths: Object.fromEntries(keys.map((key) => [key, login("me", "test-token-2")])),
    });
  const preferred = (keys: string) => [
    "docker-auth-config",
    `DOCKER_AUTH_CONFIG is set, and Docker 28.3 and later prefer it to the berth: ${keys}`,
    "unset it; berth ci-env before that takes what it holds into the berth",
  ];

  test.each<[string, Parts, unknown]>([
    [
      "it is set, in a berth",
      { ...well, dockerAuthConfig: variable("a.example", "b.example") },
      [preferred("a.example, b.example")],
    ],
    [
      "it is as berth itself leaves it for later steps",
      { ...well, dockerAuthConfig: variable() },
      [],
    ],
    ["there is no berth to prefer it to", { dockerAuthConfig: variable("a.example") }, []],
    [
      "docker was not to be pointed at the berth",
      {
        ...well,
        berth: berthOf({ REGISTRY_AUTH_FILE: null }),
        dockerAuthConfig: variable("a.example"),
      },
      [],
    ],
  ])("%s", (_, parts, expected) => {
    expect(found(parts)).toEqual(expected);
  });

  test("berth's helper answers the same from it", () => {
    const answering: Answering = {
      ...{ system: "gitlab", cwd: "/", registries: [] },
      ...{ loginToRegistry: true, useDockerAuthConfig: true, gitlabCredentials: "job" },
    };
    const berth = berthOf(undefined, { answering });
    expect(found({ ...well, berth, dockerAuthConfig: variable("a.example") })).toEqual([]);
  });
});

describe("no-berth, no-credential", () => {
  const NO_BERTH = [
    "no-berth",
    "the job has no berth: its clients do not use its credentials",
    'eval "$(berth ci-env)"',
  ];
  const { GITHUB_TOKEN: _, ...withoutToken } = githubJob;

  test.each<[string, Parts, unknown]>([
    ["a job with a token", { system: gitlab, env: gitlabJob }, [NO_BERTH]],
    [
      "a job that was not given its token",
      { system: github, env: withoutToken },
      [
        [
          ...["no-credential", "no login: GITHUB_TOKEN is not set"],
          `add to the step:  env: { GITHUB_TOKEN: "\${{ github.token }}" }`,
        ],
      ],
    ],
    [
      "a job whose registry is not GitLab's, with half a credential",
      {
        system: gitlab,
        env: { ...gitlabJob, CI_REGISTRY_PASSWORD: "" },
      },
      [
        NO_BERTH,
        [
          "no-credential",
          "CI_REGISTRY_USER is left out: CI_REGISTRY_PASSWORD is not set",
          "is the variable protected, and this branch or tag is not? (Settings › CI/CD › Variables)",
        ],
      ],
    ],
    [
      "a job with a berth is told by berth ci-env",
      { ...well, env: { ...job, CI_REGISTRY: "" } },
      [],
    ],
  ])("%s", (_, parts, expected) => {
    expect(found(parts)).toEqual(expected);
  });
});

describe("forgotten", () => {
  const forgotten = (text: string) => ["forgotten (info)", text, "berth cleanup --stale"];
  test.each<[readonly string[], unknown]>([
    [[], []],
    [["/tmp/berth-1/a"], [forgotten("1 berth of jobs that were killed: /tmp/berth-1/a")]],
    [
      ["/tmp/berth-1/a", "/tmp/berth-1/b", "/tmp/berth-1/c"],
      [forgotten("3 berths of jobs that were killed: /tmp/berth-1/a, …")],
    ],
  ])("%p", (paths, expected) => {
    expect(found({ forgotten: paths })).toEqual(expected);
  });
});

test("what is wrong comes before what is only to be known", () => {
  const docker = fileAt(DOCKERS, { auths: { "docker.io": login("me", "x") } }, { mode: 0o644 });
  const buildx = new Map([["r.example", noFileAt("/home/ci/.docker/buildx/config/r.example")]]);
  const parts = { system: gitlab, env: gitlabJob, docker, buildx, forgotten: ["/tmp/berth-1/a"] };
  expect(found(parts).map(([code]) => code)).toEqual([
    ...["no-berth", "readable", "hub-key", "buildx-scope (info)", "forgotten (info)"],
  ]);
});

test("hostile: nothing of the variables and paths is raw in what is said", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const env = { ...job, DOCKER_CONFIG: text, REGISTRY_AUTH_FILE: `/${text}` };
      const auths = { [text]: login("me", "test-token-2") };
      const dockerAuthConfig = fileAt("DOCKER_AUTH_CONFIG", { auths });
      const lines = found({ ...well, env, dockerAuthConfig, forgotten: [text] });
      for (const line of lines.flat()) expect(forgeries(`  ${line}`)).toEqual([]);
    }),
  );
});
