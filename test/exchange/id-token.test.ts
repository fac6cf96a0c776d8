import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { azure } from "../../src/ci/azure.ts";
import { bitbucket } from "../../src/ci/bitbucket.ts";
import { buildkite } from "../../src/ci/buildkite.ts";
import { circleci } from "../../src/ci/circleci.ts";
import { forgejo } from "../../src/ci/forgejo.ts";
import { generic } from "../../src/ci/generic.ts";
import { gitea } from "../../src/ci/gitea.ts";
import { github } from "../../src/ci/github.ts";
import { gitlab } from "../../src/ci/gitlab.ts";
import { jenkins } from "../../src/ci/jenkins.ts";
import { semaphore } from "../../src/ci/semaphore.ts";
import type { CiSystem } from "../../src/ci/system.ts";
import {
  type Answer,
  type AnsweringServer,
  json,
  startAnswering,
} from "../fixtures/answering-server.ts";
import { found, makeAsker } from "../fixtures/asker.ts";
import { NOW } from "../fixtures/asking.ts";
import type { Variables } from "../fixtures/environments.ts";
import { tokenWith } from "../fixtures/unsigned-token.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await makeTemporaryFolder("id-token");
});
afterAll(() => folder?.remove());

const running: AnsweringServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.stop()));
});

const serve = async (...answers: readonly Answer[]): Promise<AnsweringServer> => {
  const server = await startAnswering(answers);
  running.push(server);
  return server;
};

const REGISTRY = "r.example,username=u,oidc-password";

/** The job's id token for a registry with these fields, or why there is none. */
const ask = (system: CiSystem, env: Variables, fields = "", usual: string | undefined = "usual") =>
  found(() => makeAsker(REGISTRY + fields, env, { system }).idToken(usual));

const named = (system: CiSystem) => [system.title, system] as const;

const inSeconds = (seconds: number): number => NOW.getTime() / 1000 + seconds;
const END = inSeconds(300);
const TOKEN = tokenWith({ iss: "https://ci.example", sub: "x", exp: END });
const until = new Date(END * 1000);
const given = (secretFrom: string, secret = TOKEN) => ({ secret: { secret }, secretFrom, until });

// Five minutes are left to clocks that differ.
const ENDED = tokenWith({ exp: inSeconds(-301) });
const ended = (where: string) => ({
  lacking: `the id token in ${where} has ended at 2026-01-02T02:59:04.000Z`,
  hint: "it was made when the job began: log in sooner, or give the job more time",
});

describe("a token that the job has", () => {
  test.each([
    [...named(bitbucket), "BITBUCKET_STEP_OIDC_TOKEN"] as const,
    [...named(semaphore), "SEMAPHORE_OIDC_TOKEN"] as const,
    [...named(circleci), "CIRCLE_OIDC_TOKEN_V2"] as const,
  ])("is taken from its variable, until it ends: %s", async (_, system, variable) => {
    expect([
      await ask(system, { [variable]: TOKEN }),
      await ask(system, { [variable]: `${TOKEN}\n` }),
      await ask(system, { [variable]: ENDED }),
    ]).toEqual([given(variable), given(variable), ended(variable)]);
  });

  test.each([
    ["ends this second", { exp: inSeconds(0) }, { until: NOW }],
    [
      "has ended by a clock that may be wrong",
      { exp: inSeconds(-299) },
      { until: new Date(NOW.getTime() - 299_000) },
    ],
    ["does not say when it ends", { sub: "x" }, {}],
    ["says it in another way", { exp: "soon" }, {}],
    ["says a day that no calendar has", { exp: 1e20 }, {}],
  ])("counts where it %s", async (_, claims, end) => {
    const secret = tokenWith(claims);
    expect(await ask(semaphore, { SEMAPHORE_OIDC_TOKEN: secret })).toEqual({
      ...{ secret: { secret }, secretFrom: "SEMAPHORE_OIDC_TOKEN", ...end },
    });
  });

  test("counts where it is no JWT", async () => {
    expect(await ask(semaphore, { SEMAPHORE_OIDC_TOKEN: "hunter2" })).toEqual({
      ...{ secret: { secret: "hunter2" }, secretFrom: "SEMAPHORE_OIDC_TOKEN" },
    });
  });
});

describe("a token in a variable that is named (oidc-token-env=)", () => {
  test.each<[what: string, system: CiSystem, env: Variables]>([
    ["in any CI", generic, {}],
    ["in GitLab", gitlab, {}],
    ["before the CI's own", semaphore, { SEMAPHORE_OIDC_TOKEN: "test-token-other" }],
    ["without asking the CI", github, { ACTIONS_ID_TOKEN_REQUEST_URL: "https://a.example/" }],
    ["without asking a program", buildkite, { PATH: "/nowhere" }],
  ])("is taken %s", async (_, system, env) => {
    const fields = ",oidc-token-env=MY_TOKEN,audience=mine";
    expect(await ask(system, { ...env, MY_TOKEN: TOKEN }, fields)).toEqual(given("MY_TOKEN"));
  });

  test("has to be good still", async () => {
    const env = { MY_TOKEN: ENDED };
    expect(await ask(generic, env, ",oidc-token-env=MY_TOKEN")).toEqual(ended("MY_TOKEN"));
  });

  const named = "name the variable that holds the job's id token";
  const pipeline = gitlab.idTokens.hint;
  test.each<[what: string, system: CiSystem, env: Variables, field: string, expected: unknown]>([
    ["not set", generic, {}, "MY_TOKEN", { lacking: "MY_TOKEN is not set", hint: named }],
    ["empty", generic, { A: "" }, "A", { lacking: "A is not set", hint: named }],
    ["a line break", generic, { A: "\n" }, "A", { lacking: "A is not set", hint: named }],
    [
      ...(["not set, where the pipeline can set it", gitlab, {}, "MY_TOKEN"] as const),
      { lacking: "MY_TOKEN is not set", hint: pipeline },
    ],
    [
      ...(["a token, by mistake", generic, {}, "eyJhbGciOiJub25lIn0"] as const),
      { lacking: "the variable that oidc-token-env= names is not set", hint: named },
    ],
    [
      ...(["what every object has", generic, {}, "constructor"] as const),
      { lacking: "the variable that oidc-token-env= names is not set", hint: named },
    ],
  ])("is lacking where that is %s", async (_, system, env, name, expected) => {
    expect(await ask(system, env, `,oidc-token-env=${name}`)).toEqual(expected);
  });
});

describe("a token that is for others than audience= says is not taken", () => {
  const FOR = tokenWith({ aud: ["them", "a\nb"], exp: END });
  const AS_IT_IS = "leave out audience=, and let the registry trust the token as it is";
  const ofAzure = ({ url }: { readonly url: string }): Variables => ({
    ...{ TF_BUILD: "True", SYSTEM_OIDCREQUESTURI: `${url}/oidctoken` },
    SYSTEM_ACCESSTOKEN: "test-token-access",
  });
  const refused = (where: string, hint: string) => ({
    ...{ lacking: `the id token ${where} is for them, a\\x0ab, not for whom audience= says`, hint },
  });

  test.each<[title: string, system: CiSystem, variable: string, more: string, hint: string]>([
    [...named(semaphore), "SEMAPHORE_OIDC_TOKEN", "", AS_IT_IS],
    [
      ...([...named(bitbucket), "BITBUCKET_STEP_OIDC_TOKEN", ""] as const),
      `${AS_IT_IS}; or add to the step:  oidc: { audiences: [ … ] }`,
    ],
    [
      ...([...named(gitlab), "MY_TOKEN", ",oidc-token-env=MY_TOKEN"] as const),
      `${AS_IT_IS}; or add to the job:  id_tokens: { MY_TOKEN: { aud: … } }`,
    ],
    [...named(generic), "MY_TOKEN", ",oidc-token-env=MY_TOKEN", AS_IT_IS],
  ])("of a variable, in %s", async (_, system, variable, more, hint) => {
    const env = { [variable]: FOR };
    expect([
      await ask(system, env, `${more},audience=mine`),
      await ask(system, env, `${more},audience=them`),
      await ask(system, env, more),
    ]).toEqual([refused(`in ${variable}`, hint), given(variable, FOR), given(variable, FOR)]);
  });

  test("of a CI that is asked for it", async () => {
    const answer = json(200, { oidcToken: FOR });
    const server = await serve(answer, answer);
    expect([
      await ask(azure, ofAzure(server), ",audience=mine"),
      await ask(azure, ofAzure(server), ",audience=them"),
    ]).toEqual([refused("of Azure Pipelines", AS_IT_IS), given("id token", FOR)]);
  });
});

describe("service-connection= is refused", () => {
  test.each([github, gitlab, circleci, buildkite, semaphore, generic])(
    "where there are none: $title",
    async (system) => {
      const env = { SEMAPHORE_OIDC_TOKEN: TOKEN, CIRCLE_OIDC_TOKEN_V2: TOKEN };
      expect(await ask(system, env, ",service-connection=1")).toEqual({
        lacking: `service-connection= is not for ${system.title}, whose jobs have none`,
        hint: "leave it out: it is for Azure Pipelines",
      });
    },
  );

  test("where another token is named", async () => {
    const fields = ",oidc-token-env=MY_TOKEN,service-connection=1";
    expect(await ask(azure, { MY_TOKEN: TOKEN }, fields)).toEqual({
      lacking: "service-connection= says nothing of the token that oidc-token-env= names",
      hint: "leave one of them out",
    });
  });
});

test.each(
  [
    ...[github, gitlab, forgejo, gitea, bitbucket, azure, circleci, semaphore].map(
      (system) => [system, system.idTokens.hint] as const,
    ),
    [jenkins, "name the variable that holds one: oidc-token-env=NAME"] as const,
    [generic, "name the variable that holds one: oidc-token-env=NAME"] as const,
  ].map(([system, hint]) => [...named(system), hint] as const),
)("a job of %s without any is told what to do", async (_, system, hint) => {
  expect(await ask(system, {})).toEqual({
    ...{ lacking: `the job has no id token of ${system.title}`, hint },
  });
});

describe("a token that the CI is asked for", () => {
  const ofGithub = ({ url }: { readonly url: string }): Variables => ({
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "test-token-request",
  });
  const ofAzure = ({ url }: { readonly url: string }): Variables => ({
    ...{ TF_BUILD: "True", SYSTEM_OIDCREQUESTURI: `${url}/oidctoken` },
    SYSTEM_ACCESSTOKEN: "test-token-access",
  });

  test.each([
    [...named(github), "", "&audience=usual"] as const,
    [...named(github), ",audience=api://mine", "&audience=api%3A%2F%2Fmine"] as const,
    [...named(forgejo), "", "&audience=usual"] as const,
    [...named(gitea), ",audience=mine", "&audience=mine"] as const,
  ])("is that for the audience: %s", async (_, system, fields, query) => {
    const server = await serve(json(200, { count: 1, value: TOKEN }));
    expect(await ask(system, ofGithub(server), fields)).toEqual(given("id token"));
    expect(server.arrived).toEqual([
      {
        ...{ method: "GET", path: `/token?api-version=2.0${query}`, body: "" },
        headers: expect.objectContaining({
          ...{ accept: "application/json", authorization: "Bearer test-token-request" },
        }),
      },
    ]);
  });

  test.each([
    ["", ""],
    [",audience=mine", ""],
    [",service-connection=0a1b", "&serviceConnectionId=0a1b"],
  ])("is that of Azure's connection (%j)", async (fields, query) => {
    const server = await serve(json(200, { oidcToken: TOKEN }));
    expect(await ask(azure, ofAzure(server), fields)).toEqual(given("id token"));
    expect(server.arrived).toEqual([
      {
        ...{ method: "POST", path: `/oidctoken?api-version=7.1${query}`, body: "" },
        headers: expect.objectContaining({
          ...{ authorization: "Bearer test-token-access", "content-type": "application/json" },
          ...{ "x-tfs-fedauthredirect": "Suppress", "content-length": "0" },
        }),
      },
    ]);
  });

  const noField = (title: string, field: string) => ({
    lacking: `the id token of ${title}: there is no ${field} in its answer`,
    hint: "is a proxy, or a server of another kind, in between?",
  });
  const GITHUB = "the id token of GitHub Actions (127.0.0.1)";

  test.each<[what: string, answer: Answer, expected: unknown]>([
    ["gives none", json(200, { count: 0 }), noField("GitHub Actions", "value")],
    ["gives an empty one", json(200, { value: "" }), noField("GitHub Actions", "value")],
    ["gives that of Azure", json(200, { oidcToken: TOKEN }), noField("GitHub Actions", "value")],
    [
      "shows a page",
      { status: 200, body: "<html/>" },
      {
        lacking: `${GITHUB}: its answer is not JSON`,
        hint: "is a proxy needed (HTTPS_PROXY), or a certificate authority (SSL_CERT_FILE)?",
      },
    ],
    [
      "repeats what it was asked with",
      json(401, { message: "bad token test-token-request" }),
      expect.objectContaining({ lacking: `${GITHUB}: HTTP 401, bad token [redacted]` }),
    ],
    [
      "leads elsewhere to sign in",
      { status: 302, headers: { location: "https://login.example/" } },
      expect.objectContaining({ lacking: `${GITHUB}: HTTP 302` }),
    ],
  ])("is lacking where that %s", async (_, answer, expected) => {
    expect(await ask(github, ofGithub(await serve(answer)))).toEqual(expected);
  });

  test("is lacking where Azure gives that of another", async () => {
    const server = await serve(json(200, { value: TOKEN }));
    expect(await ask(azure, ofAzure(server))).toEqual(noField("Azure Pipelines", "oidcToken"));
  });

  test("is asked for again where that may help", async () => {
    const server = await serve({ status: 503 }, json(200, { value: TOKEN }));
    expect(await ask(github, ofGithub(server))).toEqual(given("id token"));
  });
});

describe("a token that a program gives", () => {
  /** A PATH on which the program's place is taken by this script: what it is asked, and how its answer is taken, is what is tested. */
  const place = async (program: string, script: string, mode = 0o755): Promise<string> => {
    const bin = join(folder.path, `${Math.random()}`);
    await mkdir(bin);
    await writeFile(join(bin, program), `#!/bin/sh\n${script}\n`, { mode });
    return `${bin}:/usr/bin:/bin`;
  };

  const AGENT = "buildkite-agent";
  const AGENTS = "buildkite-agent oidc request-token";
  const CIRCLECI = "circleci run oidc get";
  const systems = {
    [AGENT]: { system: buildkite, fields: "" },
    circleci: { system: circleci, fields: ",audience=mine" },
  } as const;
  type Program = keyof typeof systems;

  const askBy = (program: Program, PATH: string, env: Variables = {}) => {
    const { system, fields } = systems[program];
    return ask(system, { PATH, ...env }, fields);
  };
  const printing = (text: string): string => `printf '%s' '${text}'`;

  test.each<[what: string, program: Program, output: string]>([
    ["as it is", AGENT, TOKEN],
    ["as it is", "circleci", TOKEN],
    ["without the line break behind it", AGENT, `${TOKEN}\n`],
    ["without the blanks around it", "circleci", `\r\n ${TOKEN} \r\n\r\n`],
  ])("is taken %s, from %s", async (_, program, output) => {
    expect(await askBy(program, await place(program, printing(output)))).toEqual(given(program));
  });

  test.each<[program: Program, fields: string, usual: string | undefined, args: string]>([
    [AGENT, "", "usual", "oidc|request-token|--audience|usual|--lifetime|300"],
    [AGENT, ",audience=a b", "usual", "oidc|request-token|--audience|a b|--lifetime|300"],
    [AGENT, "", "", "oidc|request-token|--lifetime|300"],
    ["circleci", ",audience=$(id)", "usual", 'run|oidc|get|--claims|{"aud":"$(id)"}'],
  ])("is asked for with words that no shell reads (%s%s)", async (program, fields, usual, args) => {
    const PATH = await place(program, `IFS='|'; printf '%s' "$*"`);
    expect(await ask(systems[program].system, { PATH }, fields, usual)).toEqual({
      ...{ secret: { secret: args }, secretFrom: program },
    });
  });

  test("is asked for with the job's variables, without the secrets that are known", async () => {
    const PATH = await place(AGENT, "echo $BUILDKITE_AGENT_ACCESS_TOKEN,$MINE,$HOME");
    const env = { MINE: "me", BUILDKITE_AGENT_ACCESS_TOKEN: "agent-token" };
    expect(await askBy(AGENT, PATH, env)).toEqual({
      ...{ secret: { secret: "agent-token,me," }, secretFrom: AGENT },
    });
    const ofCircle = await place("circleci", 'echo "<$CIRCLE_OIDC_TOKEN_V2>"');
    expect(await askBy("circleci", ofCircle, { CIRCLE_OIDC_TOKEN_V2: "hunter2" })).toEqual({
      ...{ secret: { secret: "<>" }, secretFrom: "circleci" },
    });
  });

  test.each<[what: string, program: Program, script: string, problem: string]>([
    ["says no", AGENT, `${printing("hunter2")}; echo hunter2 >&2; exit 1`, `${AGENTS} has failed`],
    ["says no", "circleci", "echo hunter2 >&2; exit 2", `${CIRCLECI} has failed`],
    ["says nothing", AGENT, "exit 0", `${AGENT} gave no token`],
    ["says nothing", "circleci", "exit 0", "circleci gave no token"],
    ["says blanks", AGENT, "echo; echo ' '", `${AGENT} gave no token`],
    ["says it on stderr", AGENT, "echo hunter2 >&2", `${AGENT} gave no token`],
    ["waits for an answer, and stdin is at its end", AGENT, "cat", `${AGENT} gave no token`],
    ["is killed", AGENT, "kill -9 $$", `${AGENTS} has failed`],
    ["does not stop", AGENT, "yes hunter2", `${AGENTS} has failed`],
    ["cannot be started", AGENT, "", `${AGENTS} has failed`],
  ])("is lacking where it %s (%s)", async (what, program, script, problem) => {
    const mode = what === "cannot be started" ? 0o644 : 0o755;
    const outcome = await askBy(program, await place(program, script, mode));
    expect(outcome).toEqual({ lacking: problem, hint: systems[program].system.idTokens.hint });
  });

  test.each<[program: Program]>([[AGENT], ["circleci"]])(
    "is lacking where there is no %s",
    async (program) => {
      expect(await askBy(program, "/nowhere")).toEqual({
        lacking: `${program} is not on PATH`,
        hint: systems[program].system.idTokens.hint,
      });
    },
  );
});
