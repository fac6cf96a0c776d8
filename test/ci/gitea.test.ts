import { describe, expect, test } from "@jest/globals";
import { gitea } from "../../src/ci/gitea.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import type { Variables } from "../fixtures/environments.ts";
import { HOSTILE } from "../fixtures/github-access.ts";
import { accessOf, takenFrom } from "../fixtures/taken-from.ts";
import { recorded } from "./recorded/gitea.ts";

const OWN_TOKEN = {
  level: "missing",
  text: "no login: Gitea's registry does not take the job's own token",
  hint: "pass the step a personal access token (write:package) and name its variable: --token-env NAME",
};

const place = (registry: string) => ({ registry, image: `${registry}/acme/my.repo` });

/** A login to that registry with the token that --token-env names. */
const at = (registry: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  ...place(registry),
  logins: [
    {
      registry,
      registryFrom: "GITHUB_SERVER_URL",
      user: "alice",
      userFrom: "GITHUB_ACTOR",
      secret: { secret: "test-token-pat" },
      secretFrom: "PACKAGE_TOKEN",
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

const CONTAINER = "GITEA-ACTIONS-TASK-4711-WORKFLOW-ci-JOB-build-7f3e";

test.each(Object.entries(recorded))("TRAPS 18, 48: %s", (_, env) => {
  expect(takenFrom(gitea, env)).toEqual({
    detect: true,
    job: {
      id: "17-1-build",
      key: ["https://gitea.example.com", "523", "1", "build", CONTAINER],
      url: "https://gitea.example.com/Acme/My.Repo/actions/runs/17?by_index=1",
    },
    access: without("gitea.example.com", OWN_TOKEN),
  });
});

const access = (changes: Variables, options: Parameters<typeof accessOf>[2] = {}) =>
  accessOf(gitea, { ...recorded.push, PACKAGE_TOKEN: "test-token-pat", ...changes }, options);

const tokenEnv = "PACKAGE_TOKEN";

describe("the job's own token is not taken for one that could log in", () => {
  const passed = { GITHUB_TOKEN: "test-token-own", GITEA_TOKEN: "test-token-own" };

  test("where the step passes it", () => {
    expect(access(passed)).toEqual(without("gitea.example.com", OWN_TOKEN));
  });

  test("where --registry-host says what it would be for", () => {
    expect(access(passed, { registryHost: "forge.example" })).toEqual(
      without("forge.example", OWN_TOKEN),
    );
  });

  test.each(["GITHUB_TOKEN", "GITEA_TOKEN"])(
    "but one in its variable is used where --token-env %s says so",
    (secretFrom) => {
      expect(access({ [secretFrom]: "test-token-pat" }, { tokenEnv: secretFrom })).toEqual(
        at("gitea.example.com", { secretFrom }),
      );
    },
  );
});

describe("the token that --token-env names", () => {
  test.each([
    ["http://gitea:3000", "gitea:3000"],
    ["https://Gitea.example.com:443/", "gitea.example.com"],
    ["https://example.com/gitea", "example.com"],
    ["https://github.com", "github.com"],
    ["https://gitea.example.com@evil.example", "evil.example"],
  ])("goes to the server itself: of %s to %s", (server, registry) => {
    expect(access({ GITHUB_SERVER_URL: server }, { tokenEnv })).toEqual(at(registry));
  });

  test("or where --registry-host says that it is for", () => {
    expect(access({}, { tokenEnv, registryHost: "forge.example" })).toEqual(
      at("forge.example", { registryFrom: "--registry-host" }),
    );
  });

  test.each([undefined, "", "gitea.example.com", "file:///gitea.example.com"])(
    "goes nowhere where the server URL is %j",
    (server) => {
      expect(access({ GITHUB_SERVER_URL: server }, { tokenEnv })).toEqual({
        logins: [],
        notices: [
          {
            level: "missing",
            text: "no login: GITHUB_SERVER_URL is not set to a URL, so the registry is not known",
            hint: "pass it to this container, or name the registry with --registry-host",
          },
        ],
      });
    },
  );

  test("TRAP 19: is missing where the step does not pass it", () => {
    expect(access({ PACKAGE_TOKEN: "" }, { tokenEnv })).toEqual(
      without("gitea.example.com", {
        level: "missing",
        text: "no login: the variable that --token-env names is not set",
        hint: "pass it to the step with env:; secrets are not passed to pull requests of forks",
      }),
    );
  });

  test("needs a user", () => {
    expect(access({ GITHUB_ACTOR: "" }, { tokenEnv })).toEqual(
      without("gitea.example.com", {
        level: "missing",
        text: "no login: GITHUB_ACTOR is not set",
        hint: "the runner sets it in every job; is it passed to this container?",
      }),
    );
  });
});

test("a line break in GITHUB_REPOSITORY, which is exported, is refused", async () => {
  expect(await complaint(() => access({ GITHUB_REPOSITORY: "a/b\nexit" }))).toBe(
    'BERTH_BAD_VALUE: GITHUB_REPOSITORY: a line break in its value "a/b\\x0aexit"',
  );
});

describe("TRAPS 1, 3, 5: it is Gitea, though the job is marked as act's and GitHub's", () => {
  test.each([
    ["marked as all three", {}, true],
    ["marked as Gitea's alone", { GITHUB_ACTIONS: "", ACT: "" }, true],
    ["TRAP 1: Forgejo", { FORGEJO_ACTIONS: "true" }, false],
    ["FORGEJO_ACTIONS=false", { FORGEJO_ACTIONS: "false" }, true],
    ["GITEA_ACTIONS=false", { GITEA_ACTIONS: "false" }, false],
    ["GITEA_ACTIONS=1", { GITEA_ACTIONS: "1" }, false],
    ["TRAP 6: CI=false", { CI: "false" }, true],
  ])("%s", (_, changes, detected) => {
    expect(gitea.detect(present({ ...recorded.push, ...changes }))).toBe(detected);
  });
});

describe("which job it is", () => {
  const jobOf = (changes: Variables) => gitea.job(present({ ...recorded.push, ...changes }));

  test("on a host is told by its own temp directory", () => {
    const RUNNER_TEMP = "/root/.cache/act/0123456789abcdef/tmp";
    expect(jobOf({ JOB_CONTAINER_NAME: undefined, RUNNER_TEMP }).key).toEqual([
      ...["https://gitea.example.com", "523", "1", "build", RUNNER_TEMP],
    ]);
  });

  test("of an older runner has no attempt", () => {
    expect(jobOf({ GITHUB_RUN_ATTEMPT: "" })).toEqual(jobOf({}));
  });

  test("without what is not needed is still told, and has no page", () => {
    const changes = { GITHUB_RUN_NUMBER: "", GITHUB_SERVER_URL: "" };
    expect(jobOf({ ...changes, JOB_CONTAINER_NAME: "", RUNNER_TEMP: "" })).toEqual({
      id: "523-1-build",
      key: ["", "523", "1", "build", ""],
    });
  });

  test.each(["GITHUB_RUN_ID", "GITHUB_JOB"])("cannot be told without %s", async (name) => {
    expect(await complaint(() => jobOf({ [name]: "" }))).toBe(
      `BERTH_MISSING_VARIABLE: ${name} is not set: this is not a job of Gitea Actions`,
    );
  });

  test.each(HOSTILE)("has no page where its number has %s", (_, value) => {
    expect(jobOf({ GITHUB_RUN_NUMBER: value })).toEqual({
      id: `${value}-1-build`,
      key: ["https://gitea.example.com", "523", "1", "build", CONTAINER],
    });
  });

  test.each(HOSTILE)("has no page where the server or the repository has %s", (_, value) => {
    const changes = [{ GITHUB_SERVER_URL: `https://a${value}` }, { GITHUB_REPOSITORY: value }];
    expect(changes.map((change) => jobOf(change).url)).toEqual([undefined, undefined]);
  });
});
