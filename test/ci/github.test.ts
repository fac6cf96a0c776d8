import { describe, expect, test } from "@jest/globals";
import { github } from "../../src/ci/github.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import { githubJob, type Variables } from "../fixtures/environments.ts";
import { access, at, HOSTILE, without } from "../fixtures/github-access.ts";
import { accessOf, takenFrom } from "../fixtures/taken-from.ts";
import { recorded } from "./recorded/github.ts";

describe("a recorded job", () => {
  const orchestration = "3e77825e-0f10-4ef9-9852-a3291ffef79a.build.__default";
  const place = { registry: "ghcr.io", image: "ghcr.io/octocat/hello-world" };

  test.each(Object.entries(recorded))("TRAPS 18, 19, 48: %s, without a token", (_, env) => {
    expect(takenFrom(github, env)).toEqual({
      detect: true,
      job: {
        id: "33278970756-1-build",
        key: [
          ...["https://github.com", "33278970756", "1", "build"],
          ...["GitHub Actions 1000039223", orchestration],
        ],
        url: "https://github.com/octocat/Hello-World/actions/runs/33278970756",
      },
      access: {
        ...place,
        logins: [],
        notices: [
          {
            level: "missing",
            text: "no login: GITHUB_TOKEN is not set",
            hint: `add to the step:  env: { GITHUB_TOKEN: "$\{{ github.token }}" }`,
          },
        ],
      },
    });
  });

  test.each(Object.entries(recorded))("TRAP 22: %s, with one", (_, env) => {
    expect(accessOf(github, { ...env, GITHUB_TOKEN: "test-token-github" })).toEqual({
      ...at("ghcr.io"),
      ...place,
    });
  });
});

describe("the registry is where the server's URL leads to, so that no token goes elsewhere", () => {
  test("TRAP 18: github.com has ghcr.io; the image is lower case with its dots and dashes", () => {
    expect(access({})).toEqual(at("ghcr.io"));
  });

  test.each([
    ["in another spelling", "HTTPS://GitHub.com/", "ghcr.io"],
    ["GHE.com", "https://octocorp.ghe.com", "containers.octocorp.ghe.com"],
    [
      "TRAP 20: Enterprise Server, whose web port is not the registry's",
      "https://ghe.corp.example:8443",
      "containers.ghe.corp.example",
    ],
    [
      "TRAP 2: an old runner of Codeberg, which says it is GitHub",
      "https://codeberg.org",
      "containers.codeberg.org",
    ],
    ["a host that ends like github.com", "https://notgithub.com", "containers.notgithub.com"],
    [
      "a host that starts like github.com",
      "https://github.com.evil.example",
      "containers.github.com.evil.example",
    ],
    [
      "a user that looks like github.com",
      "https://github.com@evil.example",
      "containers.evil.example",
    ],
  ])("%s", (_, server, registry) => {
    expect(access({ GITHUB_SERVER_URL: server })).toEqual(at(registry));
  });

  test.each([
    ["not set", undefined],
    ["empty", ""],
    ["not a URL", "github.com"],
    ["a URL without a host", "file:///github.com"],
  ])("a server URL that is %s leads nowhere: no login, no guess", (_, server) => {
    expect(access({ GITHUB_SERVER_URL: server })).toEqual({
      logins: [],
      notices: [
        "missing: no login: GITHUB_SERVER_URL is not set to a URL, so the registry is not known",
      ],
    });
  });

  test("--registry-host says it instead", () => {
    const expected = at("ghe.corp.example:5000", { registryFrom: "--registry-host" });
    const options = { registryHost: "ghe.corp.example:5000" };
    expect(access({ GITHUB_SERVER_URL: "https://ghe.corp.example" }, options)).toEqual(expected);
    expect(access({ GITHUB_SERVER_URL: undefined }, options)).toEqual(expected);
  });

  test("--registry-host is normalised for the exports, and an error where it is none", async () => {
    expect(access({}, { registryHost: "https://Docker.corp.example/" })).toEqual({
      ...at("docker.corp.example", { registryFrom: "--registry-host" }),
      logins: [
        {
          registry: "https://Docker.corp.example/",
          registryFrom: "--registry-host",
          user: "octocat",
          userFrom: "GITHUB_ACTOR",
          secret: { secret: "test-token-github" },
          secretFrom: "GITHUB_TOKEN",
        },
      ],
    });
    expect(await complaint(() => access({}, { registryHost: "a b" }))).toBe(
      "BERTH_BAD_REGISTRY: --registry-host: its value is not a registry",
    );
  });
});

describe("the token", () => {
  test.each([
    ["is not passed to the step", undefined],
    ["is empty, as for a fork's pull request", ""],
    ["is a line break", "\n"],
  ])("TRAP 19: that %s is missing", (_, token) => {
    expect(access({ GITHUB_TOKEN: token })).toEqual(
      without("ghcr.io", "missing: no login: GITHUB_TOKEN is not set"),
    );
  });

  test("comes from the variable that --token-env names", () => {
    expect(access({ MY_PAT: "test-token-pat\n" }, { tokenEnv: "MY_PAT" })).toEqual(
      at("ghcr.io", { secret: "test-token-pat", secretFrom: "MY_PAT" }),
    );
  });

  test("does not come from elsewhere if that is not set, and its name is not shown: it may be the token", () => {
    expect(access({}, { tokenEnv: "ghp_abc" })).toEqual(
      without("ghcr.io", "missing: no login: the variable that --token-env names is not set"),
    );
  });

  test("needs its user", () => {
    expect(access({ GITHUB_ACTOR: "" })).toEqual(
      without("ghcr.io", "missing: no login: GITHUB_ACTOR is not set"),
    );
  });
});

test("a line break in GITHUB_REPOSITORY, which is exported, is refused", async () => {
  expect(await complaint(() => access({ GITHUB_REPOSITORY: "a/b\nexit" }))).toBe(
    'BERTH_BAD_VALUE: GITHUB_REPOSITORY: a line break in its value "a/b\\x0aexit"',
  );
});

test("without GITHUB_REPOSITORY there is no image", () => {
  const { image: _, ...rest } = at("ghcr.io");
  expect(access({ GITHUB_REPOSITORY: undefined })).toEqual(rest);
});

describe("which job it is", () => {
  const identity = (changes: Variables = {}) => github.job(present({ ...githubJob, ...changes }));

  const url = "https://github.com/Example-Org/My.App/actions/runs/42";

  test("is told by server, run, attempt, job, and by the runner: a matrix has one name for many", () => {
    expect(identity({ RUNNER_NAME: "r1", ACTIONS_ORCHESTRATION_ID: "o1" })).toEqual({
      id: "42-1-publish",
      key: ["https://github.com", "42", "1", "publish", "r1", "o1"],
      url,
    });
    expect(identity({ GITHUB_RUN_ATTEMPT: undefined })).toEqual({
      id: "42-1-publish",
      key: ["https://github.com", "42", "1", "publish", "", ""],
      url,
    });
  });

  test("TRAP 44: is the same in the container of an action, where RUNNER_TEMP has another name", () => {
    const [step, action] = ["/home/runner/work/_temp", "/github/runner_temp"].map((RUNNER_TEMP) =>
      identity({ RUNNER_TEMP }),
    );
    expect(action).toEqual(step);
  });

  test("has its page on its own server", () => {
    expect(identity({ GITHUB_SERVER_URL: "https://ghe.corp.example:8443/" }).url).toBe(
      "https://ghe.corp.example:8443/Example-Org/My.App/actions/runs/42",
    );
  });

  test.each(["GITHUB_SERVER_URL", "GITHUB_REPOSITORY"])("has no page without %s", (name) => {
    expect("url" in identity({ [name]: undefined })).toBe(false);
  });

  test.each(HOSTILE)("has no page where a part of its address has %s", (_, value) => {
    const changes: readonly Variables[] = [
      { GITHUB_SERVER_URL: `https://a${value}` },
      { GITHUB_REPOSITORY: value },
      { GITHUB_RUN_ID: value },
    ];
    expect(changes.map((change) => "url" in identity(change))).toEqual([false, false, false]);
  });

  test.each(["GITHUB_RUN_ID", "GITHUB_JOB"])("cannot be told without %s", async (name) => {
    expect(await complaint(() => identity({ [name]: undefined }))).toBe(
      `BERTH_MISSING_VARIABLE: ${name} is not set: this is not a job of GitHub Actions`,
    );
  });
});
