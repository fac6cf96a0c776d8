import { describe, expect, test } from "@jest/globals";
import { ciSystems } from "../../src/ci/index.ts";
import type { Audience, CiSystem } from "../../src/ci/system.ts";
import { type Variables, variablesOf } from "../fixtures/environments.ts";
import { opened } from "../fixtures/opened.ts";

const all: readonly CiSystem[] = ciSystems;
const systemOf = (name: string) => all.find((system) => system.name === name) as CiSystem;

const sourceOf = (name: string, env: Variables, audience: Audience = {}) => {
  const system = systemOf(name);
  return opened(system.idTokens?.source(variablesOf(system, env), audience));
};

test("every CI system that gives its jobs id tokens is told", () => {
  expect(
    all.filter(({ idTokens }) => idTokens).map(({ name, idTokens }) => [name, idTokens?.hint]),
  ).toEqual([
    ["github", "add to the job:  permissions: { id-token: write }"],
    [
      "gitlab",
      "add to the job:  id_tokens: { MY_TOKEN: { aud: … } }, and name it: oidc-token-env=MY_TOKEN",
    ],
    ["forgejo", "add to the job:  enable-openid-connect: true"],
    ["gitea", "add to the job:  permissions: { id-token: write }, if this Gitea knows it"],
    [
      "bitbucket",
      "add to the step:  oidc: true, or with an audience of its own:  oidc: { audiences: [ … ] }",
    ],
    ["azure", "add to the step:  env: { SYSTEM_ACCESSTOKEN: $(System.AccessToken) }"],
    [
      "circleci",
      "CircleCI sets it in jobs with a context; in pull requests of forks only where they get secrets",
    ],
    [
      "buildkite",
      "the agent gives it to its jobs alone; is its program, and its socket, in this container?",
    ],
    ["semaphore", "it is for organizations whose plan has OpenID Connect"],
  ]);
});

const both: Audience = { asked: "mine", usual: "sts.amazonaws.com" };
const usual: Audience = { usual: "sts.amazonaws.com" };

describe.each(["github", "forgejo", "gitea"])("a job of %s", (name) => {
  const URL = "https://run.actions.example/token/42?api-version=2.0";
  const TOKEN = "test-token-request";
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN: TOKEN };
  const request = (url: string) => ({
    request: { method: "GET", url, headers: { authorization: ["Bearer ", { secret: TOKEN }] } },
    field: "value",
  });

  test.each([
    ["for whom is usual", usual, `${URL}&audience=sts.amazonaws.com`],
    ["for whom is asked for", both, `${URL}&audience=mine`],
    ["for whom the CI thinks", {}, URL],
    [
      "for anybody's audience, encoded",
      { asked: "api://AzureADTokenExchange&a=b c" },
      `${URL}&audience=api%3A%2F%2FAzureADTokenExchange%26a%3Db+c`,
    ],
    [
      "whatever the service connection",
      { ...usual, serviceConnection: "1" },
      `${URL}&audience=sts.amazonaws.com`,
    ],
  ])("asks for its token %s", (_, audience, url) => {
    expect(sourceOf(name, env, audience)).toEqual(request(url));
  });

  test("asks for one audience alone", () => {
    const given = { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: "https://a.example/t?audience=x&b=c" };
    expect(sourceOf(name, given, both)).toEqual(request("https://a.example/t?audience=mine&b=c"));
  });

  test.each([
    ["the URL", { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: undefined }],
    ["the token", { ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined }],
    ["what is in the URL", { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: "" }],
    ["what is in the token", { ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "" }],
    ["the token but for a line break", { ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "\n" }],
    ["a URL", { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: "token" }],
    ["both", {}],
  ])("has none without %s", (_, variables) => {
    expect(sourceOf(name, variables, usual)).toBeUndefined();
  });
});

describe("a job of azure", () => {
  const URL =
    "https://dev.azure.com/org/guid/_apis/distributedtask/hubs/build/plans/1/jobs/2/oidctoken";
  const TOKEN = "test-token-access";
  const env = { TF_BUILD: "True", SYSTEM_OIDCREQUESTURI: URL, SYSTEM_ACCESSTOKEN: TOKEN };
  const request = (url: string) => ({
    request: {
      method: "POST",
      url,
      headers: {
        authorization: ["Bearer ", { secret: TOKEN }],
        "content-type": "application/json",
        "x-tfs-fedauthredirect": "Suppress",
      },
    },
    field: "oidcToken",
  });
  const CONNECTION = "0a1b2c3d-0000-0000-0000-000000000000";

  test.each([
    ["of the job", usual, `${URL}?api-version=7.1`],
    [
      "of a service connection",
      { ...both, serviceConnection: CONNECTION },
      `${URL}?api-version=7.1&serviceConnectionId=${CONNECTION}`,
    ],
    [
      "of whatever connection, encoded",
      { serviceConnection: "a&b=c" },
      `${URL}?api-version=7.1&serviceConnectionId=a%26b%3Dc`,
    ],
  ])("asks for the token %s", (_, audience, url) => {
    expect(sourceOf("azure", env, audience)).toEqual(request(url));
  });

  test("asks by one version alone", () => {
    const given = { ...env, SYSTEM_OIDCREQUESTURI: `${URL}?api-version=6.0&a=b` };
    expect(sourceOf("azure", given)).toEqual(request(`${URL}?api-version=7.1&a=b`));
  });

  test.each([
    ["the URL", { ...env, SYSTEM_OIDCREQUESTURI: undefined }],
    ["a URL", { ...env, SYSTEM_OIDCREQUESTURI: "oidctoken" }],
    ["the token, which the step has to map", { ...env, SYSTEM_ACCESSTOKEN: undefined }],
    ["the token that Azure knows", { ...env, SYSTEM_ACCESSTOKEN: "$(System.AccessToken)" }],
  ])("has none without %s", (_, variables) => {
    expect(sourceOf("azure", variables, usual)).toBeUndefined();
  });
});

describe.each([
  ["bitbucket", "BITBUCKET_STEP_OIDC_TOKEN"],
  ["semaphore", "SEMAPHORE_OIDC_TOKEN"],
])("a job of %s", (name, variable) => {
  test.each([
    ["nobody", {}],
    ["whom is usual", usual],
    ["whom is asked for: that is in the pipeline", both],
  ])("has its token already, for %s", (_, audience) => {
    expect(sourceOf(name, { [variable]: "test-token" }, audience)).toEqual({
      token: { secret: "test-token" },
      name: variable,
    });
  });

  test.each([{}, { [variable]: "" }, { [variable]: "\r\n" }])("has none in %j", (env) => {
    expect(sourceOf(name, env, usual)).toBeUndefined();
  });
});

describe("a job of circleci", () => {
  const env = { CIRCLE_OIDC_TOKEN_V2: "test-token" };
  const get = ["circleci", "run", "oidc", "get", "--claims"];

  test.each([
    ["nobody", {}],
    ["whom is usual, too: the audience is its organization", usual],
  ])("has its token already, for %s", (_, audience) => {
    expect(sourceOf("circleci", env, audience)).toEqual({
      token: { secret: "test-token" },
      name: "CIRCLE_OIDC_TOKEN_V2",
    });
  });

  test.each([
    ["has one", env],
    ["has none", {}],
  ])("asks for another where one for others is asked for, and it %s", (_, variables) => {
    expect(sourceOf("circleci", variables, both)).toEqual({ command: [...get, '{"aud":"mine"}'] });
  });

  test("asks for any audience", () => {
    expect(sourceOf("circleci", env, { asked: '"}\n$(id)' })).toEqual({
      command: [...get, '{"aud":"\\"}\\n$(id)"}'],
    });
  });

  test("has none without its variable", () => {
    expect(sourceOf("circleci", { CIRCLE_OIDC_TOKEN_V2: "" }, usual)).toBeUndefined();
  });
});

describe("a job of buildkite", () => {
  const request = ["buildkite-agent", "oidc", "request-token"];

  test.each([
    ["whom is usual", usual, ["--audience", "sts.amazonaws.com"]],
    ["whom is asked for", both, ["--audience", "mine"]],
    ["whom the agent thinks", {}, []],
    ["one that looks like an option", { asked: "--lifetime" }, ["--audience", "--lifetime"]],
  ])("asks its agent for a token for %s", (_, audience, forWhom) => {
    expect(sourceOf("buildkite", {}, audience)).toEqual({
      command: [...request, ...forWhom, "--lifetime", "300"],
    });
  });
});

test("a job of gitlab has its token by a name of its own, which has to be named", () => {
  expect(sourceOf("gitlab", { MY_TOKEN: "test-token" }, both)).toBeUndefined();
});
