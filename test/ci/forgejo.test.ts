import { describe, expect, test } from "@jest/globals";
import { forgejo } from "../../src/ci/forgejo.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import type { Variables } from "../fixtures/environments.ts";
import { HOSTILE } from "../fixtures/github-access.ts";
import { accessOf, takenFrom } from "../fixtures/taken-from.ts";
import { recorded } from "./recorded/forgejo.ts";

const PULL_ONLY = {
  level: "info",
  text: "FORGEJO_TOKEN, the job's own, can log in and pull, but not push",
  hint: "to push, pass the step a personal access token (write:package) and name its variable: --token-env NAME",
};

/** A login to that registry with the job's own token. */
const at = (registry: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  registry,
  image: `${registry}/acme/my.repo`,
  logins: [
    {
      registry,
      registryFrom: "FORGEJO_SERVER_URL",
      user: "alice",
      userFrom: "GITHUB_ACTOR",
      secret: { secret: "test-token-forgejo" },
      secretFrom: "FORGEJO_TOKEN",
      ...changes,
    },
  ],
  notices: [PULL_ONLY],
});

const CONTAINER = "FORGEJO-ACTIONS-TASK-4711_WORKFLOW-99999999a1b2c3d4_JOB-build";

test.each(Object.entries(recorded))(
  "TRAPS 18, 22, 48: %s: the login does not claim that it can push",
  (_, env) => {
    expect(takenFrom(forgejo, env)).toEqual({
      detect: true,
      job: {
        id: "9384-1-build",
        key: ["https://code.example.org", "117195", "1", "build", CONTAINER],
        url: "https://code.example.org/Acme/My.Repo/actions/runs/9384",
      },
      access: at("code.example.org"),
    });
  },
);

const access = (changes: Variables, options: Parameters<typeof accessOf>[2] = {}) =>
  accessOf(forgejo, { ...recorded.push, ...changes }, options);

describe("TRAP 21: the job's own token goes to Forgejo alone", () => {
  test.each([
    ["GITHUB_SERVER_URL", "https://github.com"],
    ["GITHUB_SERVER_URL", ""],
    ["GITHUB_TOKEN", "test-token-of-github.com"],
    ["GITHUB_TOKEN", ""],
  ])("whatever a step sets for tools of GitHub's: %s=%s", (name, value) => {
    expect(access({ [name]: value })).toEqual(at("code.example.org"));
  });

  test.each([
    ["http://forgejo:3000", "forgejo:3000"],
    ["https://Code.Example.org:443/", "code.example.org"],
    ["https://example.org/forgejo", "example.org"],
    ["https://github.com", "github.com"],
    ["https://code.example.org@evil.example", "evil.example"],
    ["http://[::1]:3000", "[::1]:3000"],
  ])("%s has its registry at %s", (server, registry) => {
    expect(access({ FORGEJO_SERVER_URL: server })).toEqual(at(registry));
  });

  test.each([undefined, "", "code.example.org", "file:///code.example.org"])(
    "a server URL that is %j leads nowhere: no login, no guess",
    (server) => {
      expect(access({ FORGEJO_SERVER_URL: server })).toEqual({
        logins: [],
        notices: [
          {
            level: "missing",
            text: "no login: FORGEJO_SERVER_URL is not set to a URL, so the registry is not known",
            hint: "pass it to this container, or name the registry with --registry-host",
          },
        ],
      });
    },
  );

  test("or where --registry-host says that it is for, as where runners have another address", () => {
    const changes = { FORGEJO_SERVER_URL: "http://forgejo:3000" };
    expect(access(changes, { registryHost: "code.example.org" })).toEqual(
      at("code.example.org", { registryFrom: "--registry-host" }),
    );
  });
});

describe("a personal access token, to push", () => {
  test("comes from the variable that --token-env names, and there is nothing to add", () => {
    const found = access({ PACKAGE_TOKEN: "test-token-pat" }, { tokenEnv: "PACKAGE_TOKEN" });
    const secret = { secret: "test-token-pat" };
    expect(found).toEqual({
      ...at("code.example.org", { secret, secretFrom: "PACKAGE_TOKEN" }),
      notices: [],
    });
  });

  test("TRAP 19: where it is not passed on, the job's own does not take its place", () => {
    expect(access({ PACKAGE_TOKEN: "" }, { tokenEnv: "PACKAGE_TOKEN" })).toEqual({
      ...at("code.example.org"),
      logins: [],
      notices: [
        {
          level: "missing",
          text: "no login: the variable that --token-env names is not set",
          hint: "pass it to the step with env:; secrets are not passed to pull requests of forks",
        },
      ],
    });
  });
});

test.each([
  ["FORGEJO_TOKEN", ""],
  ["FORGEJO_TOKEN", "\n"],
  ["GITHUB_ACTOR", ""],
])("without %s (%j) there is no login", (name, value) => {
  expect(access({ [name]: value })).toEqual({
    ...at("code.example.org"),
    logins: [],
    notices: [
      {
        level: "missing",
        text: `no login: ${name} is not set`,
        hint: "the runner sets it in every job; is it passed to this container?",
      },
    ],
  });
});

test("a line break in GITHUB_REPOSITORY, which is exported, is refused", async () => {
  expect(await complaint(() => access({ GITHUB_REPOSITORY: "a/b\nexit" }))).toBe(
    'BERTH_BAD_VALUE: GITHUB_REPOSITORY: a line break in its value "a/b\\x0aexit"',
  );
});

describe("TRAPS 1, 3, 5, 21: it is Forgejo, though the job is marked as Gitea's, act's and GitHub's", () => {
  test.each([
    ["marked as all four", {}, true],
    ["marked as Forgejo's alone", { GITEA_ACTIONS: "", GITHUB_ACTIONS: "", ACT: "" }, true],
    [
      "a runner before 7.0.0, which is told from Gitea's by nothing",
      { FORGEJO_ACTIONS: "" },
      false,
    ],
    ["FORGEJO_ACTIONS=false, of forgejo-runner exec", { FORGEJO_ACTIONS: "false" }, false],
    ["FORGEJO_ACTIONS=1", { FORGEJO_ACTIONS: "1" }, false],
    ["TRAP 6: CI=false", { CI: "false" }, true],
  ])("%s", (_, changes, detected) => {
    expect(forgejo.detect(present({ ...recorded.push, ...changes }))).toBe(detected);
  });
});

describe("which job it is", () => {
  const jobOf = (changes: Variables) => forgejo.job(present({ ...recorded.push, ...changes }));

  test("on a host is told by its own temp directory", () => {
    const RUNNER_TEMP = "/root/.cache/act/0123456789abcdef/tmp";
    expect(jobOf({ JOB_CONTAINER_NAME: undefined, RUNNER_TEMP }).key).toEqual([
      ...["https://code.example.org", "117195", "1", "build", RUNNER_TEMP],
    ]);
  });

  test("of a matrix is told by its container", () => {
    expect(jobOf({ JOB_CONTAINER_NAME: "other" }).key).toEqual([
      ...["https://code.example.org", "117195", "1", "build", "other"],
    ]);
  });

  test("without what is not needed is still told, and has no page", () => {
    const changes = { GITHUB_RUN_ATTEMPT: "", GITHUB_RUN_NUMBER: "", GITHUB_SERVER_URL: "" };
    expect(jobOf({ ...changes, JOB_CONTAINER_NAME: "", RUNNER_TEMP: "" })).toEqual({
      id: "117195-1-build",
      key: ["", "117195", "1", "build", ""],
    });
  });

  test.each(["GITHUB_RUN_ID", "GITHUB_JOB"])("cannot be told without %s", async (name) => {
    expect(await complaint(() => jobOf({ [name]: "" }))).toBe(
      `BERTH_MISSING_VARIABLE: ${name} is not set: this is not a job of Forgejo Actions`,
    );
  });

  test("has its page below the server's, wherever that is", () => {
    expect(jobOf({ GITHUB_SERVER_URL: "http://[::1]:3000/forgejo/" }).url).toBe(
      "http://[::1]:3000/forgejo/Acme/My.Repo/actions/runs/9384",
    );
  });

  test.each(HOSTILE)("has no page where its number has %s", (_, value) => {
    expect(jobOf({ GITHUB_RUN_NUMBER: value })).toEqual({
      id: `${value}-1-build`,
      key: ["https://code.example.org", "117195", "1", "build", CONTAINER],
    });
  });

  test.each(HOSTILE)("has no page where the server or the repository has %s", (_, value) => {
    const changes = [{ GITHUB_SERVER_URL: `https://a${value}` }, { GITHUB_REPOSITORY: value }];
    expect(changes.map((change) => jobOf(change).url)).toEqual([undefined, undefined]);
  });

  test.each(["https://me:password@code.example.org", "javascript:alert(1)//x"])(
    "has no page at %s",
    (server) => {
      expect(jobOf({ GITHUB_SERVER_URL: server }).url).toBeUndefined();
    },
  );
});
