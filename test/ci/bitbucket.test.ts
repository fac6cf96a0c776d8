import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { bitbucket } from "../../src/ci/bitbucket.ts";
import { loginTo } from "../../src/registries/login.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import { githubJob, gitlabJob, type Variables, variablesOf } from "../fixtures/environments.ts";
import { hostileText } from "../fixtures/hostile-text.ts";
import { opened } from "../fixtures/opened.ts";
import { recorded } from "./recorded/bitbucket.ts";

const job = (changes: Variables = {}) => bitbucket.job(present({ ...recorded.push, ...changes }));

const detected = (env: Variables): boolean => bitbucket.detect(present(env));

const access = (env: Variables) => opened(bitbucket.access(variablesOf(bitbucket, env)));

const STEP = "{19fb8a86-fad3-42a4-ab43-f9e150d7b3ab}";
const STEP_IN_URL = "%7B19fb8a86-fad3-42a4-ab43-f9e150d7b3ab%7D";

const LOGGED_IN = {
  registry: "crg.apkg.io",
  logins: [
    {
      registry: "crg.apkg.io",
      registryFrom: "Bitbucket Packages",
      user: "test-packages-user",
      userFrom: "BITBUCKET_PACKAGES_USERNAME",
      secret: { secret: "test-token-packages" },
      secretFrom: "BITBUCKET_PACKAGES_TOKEN",
    },
  ],
  notices: [],
};
const NO_LOGIN = {
  registry: "crg.apkg.io",
  logins: [],
  notices: [
    {
      level: "missing",
      text: "no login: BITBUCKET_PACKAGES_USERNAME and BITBUCKET_PACKAGES_TOKEN are not both set",
      hint: "Bitbucket sets both in every step, but not on the Free plan, which has no Packages",
    },
  ],
};

describe("a recorded step", () => {
  const PUSH = {
    id: "52",
    key: [STEP, "1"],
    url: `https://bitbucket.org/avivco94/expedition-test/pipelines/results/52/steps/${STEP_IN_URL}`,
  };
  const PULL_REQUEST = {
    id: "4",
    key: [STEP, "1"],
    url: `https://bitbucket.org/ondrejmachulda/ci-detector/pipelines/results/4/steps/${STEP_IN_URL}`,
  };

  test.each([
    ["push", recorded.push, PUSH, LOGGED_IN],
    ["tag", recorded.tag, PUSH, LOGGED_IN],
    ["pull request, on the Free plan", recorded.pullRequest, PULL_REQUEST, NO_LOGIN],
  ])("of a %s", (_, env, expectedJob, expectedAccess) => {
    const result = { detected: detected(env), job: bitbucket.job(present(env)) };
    expect({ ...result, access: access(env) }).toEqual({
      detected: true,
      job: expectedJob,
      access: expectedAccess,
    });
  });
});

describe("TRAP 25: the credentials of Packages", () => {
  test.each([
    [
      "neither, as on the Free plan",
      { BITBUCKET_PACKAGES_USERNAME: undefined, BITBUCKET_PACKAGES_TOKEN: undefined },
    ],
    ["no user", { BITBUCKET_PACKAGES_USERNAME: undefined }],
    ["no token", { BITBUCKET_PACKAGES_TOKEN: undefined }],
    ["TRAP 48: an empty token", { BITBUCKET_PACKAGES_TOKEN: "" }],
  ])("%s: there is no login, and it is said why", (_, changes) => {
    expect(access({ ...recorded.push, ...changes })).toEqual(NO_LOGIN);
  });

  test("are written under crg.apkg.io alone", () => {
    const { logins } = bitbucket.access(variablesOf(bitbucket, recorded.push));
    expect(logins.map((login) => loginTo(login).keys)).toEqual([["crg.apkg.io"]]);
  });

  test("go to no other host, whatever the step's own addresses are", () => {
    const changes = {
      BITBUCKET_GIT_HTTP_ORIGIN: "http://evil.example/a/b",
      BITBUCKET_WORKSPACE: "evil.example/",
      BITBUCKET_DOCKER_HOST_INTERNAL: "evil.example",
    };
    expect(access({ ...recorded.push, ...changes })).toEqual(LOGGED_IN);
  });
});

describe("detection", () => {
  test.each([
    ["without CI", { CI: undefined }, true],
    ["with CI=false", { CI: "false" }, true],
    ["without a build number", { BITBUCKET_BUILD_NUMBER: undefined }, false],
    ["with a build number that is none", { BITBUCKET_BUILD_NUMBER: "false" }, false],
    ["with more than a build number", { BITBUCKET_BUILD_NUMBER: "1.2" }, false],
    ["without a step", { BITBUCKET_STEP_UUID: undefined }, false],
    ["TRAP 48: with an empty step", { BITBUCKET_STEP_UUID: "" }, false],
    ["with a step that is none", { BITBUCKET_STEP_UUID: "true" }, false],
  ])("%s", (_, changes, expected) => {
    expect(detected({ ...recorded.push, ...changes })).toBe(expected);
  });

  test.each([
    ["GitLab", gitlabJob],
    ["GitHub", githubJob],
    ["Bamboo, Bitbucket's neighbour", { bamboo_planKey: "A-B", bamboo_buildNumber: "52" }],
    [
      "Jenkins, which Bitbucket has called",
      {
        JENKINS_URL: "https://ci.example/",
        BUILD_NUMBER: "52",
        BITBUCKET_SOURCE_BRANCH: "a",
        BITBUCKET_PULL_REQUEST_ID: "2",
      },
    ],
    ["nothing", {}],
  ])("not %s", (_, env) => {
    expect(detected(env)).toBe(false);
  });
});

describe("which step it is", () => {
  test.each([
    ["step, such as a parallel one", { BITBUCKET_STEP_UUID: "{d32eeb5c-14fd-4162-845c-0}" }],
    ["run of it", { BITBUCKET_STEP_RUN_NUMBER: "2" }],
  ])("another %s is another job", (_, changes) => {
    expect(job(changes).key).not.toEqual(job().key);
  });

  test("the after-script is of the same job", () => {
    expect(job({ BITBUCKET_EXIT_CODE: "1" })).toEqual(job());
  });

  test("is told by its UUID alone, where no more is known", () => {
    const changes = {
      BITBUCKET_BUILD_NUMBER: undefined,
      BITBUCKET_REPO_FULL_NAME: undefined,
      BITBUCKET_STEP_RUN_NUMBER: undefined,
    };
    expect(job(changes)).toEqual({ id: STEP, key: [STEP, "1"] });
  });

  test("cannot be told without it", async () => {
    expect(await complaint(() => job({ BITBUCKET_STEP_UUID: "" }))).toBe(
      "BERTH_MISSING_VARIABLE: BITBUCKET_STEP_UUID is not set: this is not a job of Bitbucket Pipelines",
    );
  });
});

describe("the step's page", () => {
  test.each(["BITBUCKET_BUILD_NUMBER", "BITBUCKET_REPO_FULL_NAME"])(
    "is not known without %s",
    (name) => {
      expect(Object.keys(job({ [name]: "" }))).toEqual(["id", "key"]);
    },
  );

  test("is one of bitbucket.org's, on one line, whatever a repository or step is called", () => {
    const text = fc.array(fc.oneof(hostileText, fc.constantFrom("\n", "\r\n", "##vso[", "@a/")));
    const name = text.map((parts) => parts.join("")).filter((joined) => joined !== "");
    fc.assert(
      fc.property(name, name, (repository, step) => {
        const { url = "" } = job({
          BITBUCKET_REPO_FULL_NAME: repository,
          BITBUCKET_STEP_UUID: step,
        });
        expect(url.startsWith("https://bitbucket.org/")).toBe(true);
        expect([...url].filter((character) => /[\s\p{Cc}"<>`\\]/u.test(character))).toEqual([]);
      }),
    );
  });
});
