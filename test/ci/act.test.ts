import { describe, expect, test } from "@jest/globals";
import { act } from "../../src/ci/act.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import type { Variables } from "../fixtures/environments.ts";
import { HOSTILE } from "../fixtures/github-access.ts";
import { accessOf, takenFrom } from "../fixtures/taken-from.ts";
import { recorded } from "./recorded/act.ts";

const A_PERSONS = {
  level: "missing",
  text: "no login: in act GITHUB_TOKEN may be a person's own token, with all their rights",
  hint: "if it is meant, say so: --token-env GITHUB_TOKEN, or --registry-host HOST",
};

const place = (registry: string) => ({ registry, image: `${registry}/octocat/hello-world` });

/** A login to that registry. */
const at = (registry: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  ...place(registry),
  logins: [
    {
      registry,
      registryFrom: "GITHUB_SERVER_URL",
      user: "nektos/act",
      userFrom: "GITHUB_ACTOR",
      secret: { secret: "test-token-person" },
      secretFrom: "GITHUB_TOKEN",
      ...changes,
    },
  ],
  notices: [],
});

const without = (registry: string, notice: object) => ({
  ...place(registry),
  logins: [],
  notices: [notice],
});

test.each(Object.entries(recorded))("TRAPS 3, 18, 48: %s", (_, env) => {
  expect(takenFrom(act, env)).toEqual({
    detect: true,
    job: {
      id: "1-1-build",
      key: ["https://github.com", "1", "1", "build", "octocat/Hello-World", "/tmp"],
    },
    access: without("ghcr.io", A_PERSONS),
  });
});

const access = (changes: Variables, options: Parameters<typeof accessOf>[2] = {}) =>
  accessOf(act, { ...recorded.push, GITHUB_TOKEN: "test-token-person", ...changes }, options);

describe("TRAP 3: a token, which may be a person's own", () => {
  test("goes nowhere by itself", () => {
    expect(access({})).toEqual(without("ghcr.io", A_PERSONS));
    expect(access({ GITHUB_SERVER_URL: "" })).toEqual({ logins: [], notices: [A_PERSONS] });
  });

  test("goes where --registry-host says that it is for", () => {
    expect(access({}, { registryHost: "forge.example" })).toEqual(
      at("forge.example", { registryFrom: "--registry-host" }),
    );
  });

  test.each([
    ["https://github.com", "ghcr.io"],
    ["https://ghe.corp.example", "containers.ghe.corp.example"],
  ])(
    "that --token-env names goes to the registry of %s, as in GitHub's jobs",
    (server, registry) => {
      const changes = { GITHUB_SERVER_URL: server, MY_PAT: "test-token-pat" };
      expect(access(changes, { tokenEnv: "MY_PAT" })).toEqual(
        at(registry, { secret: { secret: "test-token-pat" }, secretFrom: "MY_PAT" }),
      );
    },
  );

  test("that --token-env names goes nowhere where the server is not known", () => {
    expect(access({ GITHUB_SERVER_URL: "" }, { tokenEnv: "GITHUB_TOKEN" })).toEqual({
      logins: [],
      notices: [
        {
          level: "missing",
          text: "no login: GITHUB_SERVER_URL is not set to a URL, so the registry is not known",
          hint: "pass it to this container, or name the registry with --registry-host",
        },
      ],
    });
  });

  test("TRAP 19: is missing where the step does not pass it", () => {
    expect(access({ GITHUB_TOKEN: "" }, { registryHost: "forge.example" })).toEqual(
      without("forge.example", {
        level: "missing",
        text: "no login: GITHUB_TOKEN is not set",
        hint: `add to the step:  env: { GITHUB_TOKEN: "$\{{ github.token }}" }`,
      }),
    );
  });
});

describe("TRAPS 1, 3, 5: it is act, though the job is marked as GitHub's", () => {
  test.each([
    ["marked as both", {}, true],
    ["TRAP 1: Forgejo", { FORGEJO_ACTIONS: "true", GITEA_ACTIONS: "true" }, false],
    ["TRAP 1: Gitea", { GITEA_ACTIONS: "true" }, false],
    ["TRAP 1: Forgejo alone", { FORGEJO_ACTIONS: "true" }, false],
    ["markers that say no", { FORGEJO_ACTIONS: "false", GITEA_ACTIONS: "0" }, true],
    ["somebody's own ACT, in no job like GitHub's", { GITHUB_ACTIONS: "" }, false],
    ["ACT=1", { ACT: "1" }, false],
    ["ACT=false", { ACT: "false" }, false],
    ["TRAP 6: CI=false", { CI: "false" }, true],
  ])("%s", (_, changes, detected) => {
    expect(act.detect(present({ ...recorded.push, ...changes }))).toBe(detected);
  });
});

describe("which job it is", () => {
  const jobOf = (changes: Variables) => act.job(present({ ...recorded.push, ...changes }));

  test("is told by the repository and, on a host, the temp directory: all runs have one number", () => {
    const changes = {
      GITHUB_REPOSITORY: "octocat/Other",
      RUNNER_TEMP: "/home/me/.cache/act/1/tmp",
    };
    expect(jobOf(changes).key).toEqual([
      ...["https://github.com", "1", "1", "build", "octocat/Other", "/home/me/.cache/act/1/tmp"],
    ]);
  });

  test("is told without a remote repository", () => {
    expect(jobOf({ GITHUB_REPOSITORY: "", GITHUB_SERVER_URL: "", RUNNER_TEMP: "" })).toEqual({
      id: "1-1-build",
      key: ["", "1", "1", "build", "", ""],
    });
  });

  test.each(["GITHUB_RUN_ID", "GITHUB_JOB"])("cannot be told without %s", async (name) => {
    expect(await complaint(() => jobOf({ [name]: "" }))).toBe(
      `BERTH_MISSING_VARIABLE: ${name} is not set: this is not a job of act`,
    );
  });

  test.each(HOSTILE)("has no page, whatever its number has: %s", (_, value) => {
    expect(jobOf({ GITHUB_RUN_ID: value })).toEqual({
      id: `${value}-1-build`,
      key: ["https://github.com", value, "1", "build", "octocat/Hello-World", "/tmp"],
    });
  });
});

test("what a failed job leaves is not emptied: no temp directory is named that would be", () => {
  expect("tempDirVariable" in act).toBe(false);
});
