import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { awsCredentials } from "../../src/aws/credentials.ts";
import { ecrPlaceOf } from "../../src/aws/hosts.ts";
import { generic } from "../../src/ci/generic.ts";
import { github } from "../../src/ci/github.ts";
import type { HttpRequest } from "../../src/network/request.ts";
import type { Asker } from "../../src/registries/kind.ts";
import {
  type Answer,
  type AnsweringServer,
  json,
  startAnswering,
} from "../fixtures/answering-server.ts";
import { found, makeAsker } from "../fixtures/asker.ts";
import type { Variables } from "../fixtures/environments.ts";
import { opened } from "../fixtures/opened.ts";
import { tokenWith } from "../fixtures/unsigned-token.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

const HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const ROLE = "arn:aws:iam::123456789012:role/ci";
const place = (host = HOST) => ecrPlaceOf(host) as NonNullable<ReturnType<typeof ecrPlaceOf>>;

let folder: TemporaryFolder;
const at = (name: string): string => join(folder.path, name);
beforeAll(async () => {
  folder = await makeTemporaryFolder("aws-credentials");
  await writeFile(at("token"), "hunter2-of-file\n");
  await writeFile(at("authorization"), "hunter2-authorization\r\n");
  await writeFile(at("empty"), "");
  await writeFile(at("line"), "\n");
  await mkdir(at("folder"));
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

// As in AWS' documentation of AssumeRoleWithWebIdentity.
const ASSUMED = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>repo:o/r:ref:refs/heads/main</SubjectFromWebIdentityToken>
    <Audience>sts.amazonaws.com</Audience>
    <AssumedRoleUser>
      <Arn>arn:aws:sts::123456789012:assumed-role/ci/berth-7001</Arn>
      <AssumedRoleId>AROACLKWSDQRAOEXAMPLE:berth-7001</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <SessionToken>hunter2-session/+=</SessionToken>
      <SecretAccessKey>hunter2/key+</SecretAccessKey>
      <Expiration>2026-01-02T04:04:05Z</Expiration>
      <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>
`;
const assumed: Answer = { status: 200, headers: { "content-type": "text/xml" }, body: ASSUMED };
const ofRole = {
  ...{ id: "ASIAIOSFODNN7EXAMPLE", key: { secret: "hunter2/key+" }, from: ROLE },
  session: { secret: "hunter2-session/+=" },
};

const CONTAINERS = {
  ...{ AccessKeyId: "ASIACONTAINER", SecretAccessKey: "hunter2-key", Token: "hunter2-token" },
  ...{ Expiration: "2026-01-02T04:04:05Z", RoleArn: "arn:aws:iam::123456789012:role/task" },
};
const ofContainer = {
  ...{ id: "ASIACONTAINER", key: { secret: "hunter2-key" }, from: "the container's role" },
  session: { secret: "hunter2-token" },
};

const KEYS = { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "hunter2-env" };
const ofEnvironment = {
  ...{ id: "AKIAENV", key: { secret: "hunter2-env" }, from: "AWS_ACCESS_KEY_ID" },
};

interface Options {
  readonly role?: string;
  readonly host?: string;
  readonly job?: string;
}

/** Whose credentials of AWS a job with these variables has, or why none. */
const ask = (env: Variables, { role, host, job = "7001" }: Options = {}) => {
  const asker = makeAsker(`${HOST},oidc-token-env=MY_TOKEN`, env, { cwd: folder.path, job });
  return found(() => awsCredentials(role, place(host), asker));
};

const CHECK =
  "check the role's trust policy (provider, aud, sub), and that it allows ecr:GetAuthorizationToken; for public.ecr.aws ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken";
const STS = "AWS STS AssumeRoleWithWebIdentity";

describe("a job without a role has", () => {
  const byFile = (url: string) => ({
    ...{ AWS_WEB_IDENTITY_TOKEN_FILE: "token", AWS_ROLE_ARN: ROLE },
    AWS_ENDPOINT_URL_STS: url,
  });
  const byContainer = (url: string) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/creds` });

  test.each([
    ["those of its variables", KEYS, ofEnvironment],
    [
      "those of its variables, with a session",
      { ...KEYS, AWS_SESSION_TOKEN: "hunter2-session" },
      { ...ofEnvironment, session: { secret: "hunter2-session" } },
    ],
    [
      "those of its variables, without the line breaks of a form",
      { ...KEYS, AWS_SECRET_ACCESS_KEY: "hunter2-env\n", AWS_SESSION_TOKEN: "\n" },
      ofEnvironment,
    ],
  ])("%s", async (_, env, expected) => {
    expect(await ask(env)).toEqual(expected);
  });

  test("those of its variables before all others", async () => {
    const server = await serve(assumed);
    const env = { ...KEYS, ...byFile(server.url), ...byContainer(server.url) };
    expect([await ask(env), server.arrived]).toEqual([ofEnvironment, []]);
  });

  test("those of its token before the container's", async () => {
    const sts = await serve(assumed);
    const container = await serve(json(200, CONTAINERS));
    const env = { ...byFile(sts.url), ...byContainer(container.url) };
    expect([await ask(env), container.arrived]).toEqual([ofRole, []]);
  });

  test.each<[without: string, env: Variables]>([
    ["the key", { ...KEYS, AWS_SECRET_ACCESS_KEY: undefined }],
    ["its id", { ...KEYS, AWS_ACCESS_KEY_ID: "" }],
    ["its id but for a line break", { ...KEYS, AWS_ACCESS_KEY_ID: "\n" }],
    ["a key but for a line break", { ...KEYS, AWS_SECRET_ACCESS_KEY: "\n" }],
    ["the role's token", { AWS_ROLE_ARN: ROLE }],
    ["all of it", {}],
  ])("its container's without %s", async (_, env) => {
    const { url } = await serve(json(200, CONTAINERS));
    expect(await ask({ ...env, ...byContainer(url) })).toEqual(ofContainer);
  });

  test("none where the role for its token is missing, whatever else there is", async () => {
    const { url } = await serve(json(200, CONTAINERS));
    expect(await ask({ AWS_WEB_IDENTITY_TOKEN_FILE: "token", ...byContainer(url) })).toEqual({
      ...{
        lacking: "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not",
        hint: "set it, too",
      },
    });
  });

  test.each<[what: string, env: Variables]>([
    ["nothing", {}],
    ["a part of each", { AWS_ACCESS_KEY_ID: "AKIA", AWS_ROLE_ARN: ROLE, AWS_SESSION_TOKEN: "x" }],
    ["a profile, which berth does not read", { AWS_PROFILE: "ci", AWS_REGION: "eu-west-1" }],
  ])("none, of %s", async (_, env) => {
    expect(await ask(env)).toEqual({
      lacking:
        "the job has no credentials of AWS in its environment (profiles and an instance's role are not looked for)",
      hint: "name a role that trusts the job: role=arn:aws:iam::ACCOUNT:role/NAME",
    });
  });
});

describe("a role", () => {
  const MY_TOKEN = tokenWith({ iss: "https://ci.example", aud: "sts.amazonaws.com", sub: "x" });
  const form = (fields: Readonly<Record<string, string>>) => `${new URLSearchParams(fields)}`;
  const assume = (token: string, session = "berth-7001") =>
    form({
      ...{ Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleArn: ROLE },
      ...{ RoleSessionName: session, WebIdentityToken: token },
    });

  test("that trusts the job is taken, whatever else there is", async () => {
    const sts = await serve(assumed);
    const env = { ...KEYS, MY_TOKEN, AWS_ENDPOINT_URL_STS: `${sts.url}/` };
    expect(await ask(env, { role: ROLE })).toEqual(ofRole);
    expect(sts.arrived).toEqual([
      {
        ...{ method: "POST", path: "/", body: assume(MY_TOKEN) },
        headers: expect.objectContaining({
          accept: "application/xml",
          "content-type": "application/x-www-form-urlencoded",
        }),
      },
    ]);
    expect(sts.arrived[0]?.headers.authorization).toBeUndefined();
  });

  test("is taken by a token that the CI gives for AWS", async () => {
    const ci = await serve(json(200, { value: MY_TOKEN }));
    const sts = await serve(assumed);
    const env = {
      ...{ ACTIONS_ID_TOKEN_REQUEST_URL: `${ci.url}/token`, AWS_ENDPOINT_URL: sts.url },
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "test-token",
    };
    const asker = makeAsker(HOST, env, { system: github });
    expect(await found(() => awsCredentials(ROLE, place(), asker))).toEqual(ofRole);
    expect(ci.arrived.map(({ path }) => path)).toEqual(["/token?audience=sts.amazonaws.com"]);
    expect(sts.arrived.map(({ body }) => body)).toEqual([assume(MY_TOKEN)]);
  });

  test.each([
    ["token", "berth-7001"],
    [() => at("token"), "berth-7001"],
  ])("is taken by the token in a file", async (path, session) => {
    const sts = await serve(assumed);
    const file = typeof path === "string" ? path : path();
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: ROLE };
    expect(await ask({ ...env, AWS_ENDPOINT_URL_STS: sts.url })).toEqual(ofRole);
    expect(sts.arrived.map(({ body }) => body)).toEqual([assume("hunter2-of-file", session)]);
  });

  test("has the session's name that the job wants", async () => {
    const sts = await serve(assumed);
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: "token", AWS_ROLE_ARN: ROLE };
    await ask({ ...env, AWS_ROLE_SESSION_NAME: "mine", AWS_ENDPOINT_URL_STS: sts.url });
    expect(sts.arrived.map(({ body }) => body)).toEqual([assume("hunter2-of-file", "mine")]);
  });

  test.each([
    ["42-1-publish", "berth-42-1-publish"],
    ["group/app #7 (é)", "berth-group-app-7-"],
    ["a_b+c=d,e.f@g-h", "berth-a_b+c=d,e.f@g-h"],
    ["x".repeat(100), `berth-${"x".repeat(58)}`],
    ["", "berth-"],
  ])("has a session's name that AWS takes, of the job %j", async (job, name) => {
    const sts = await serve(assumed);
    const env = { MY_TOKEN, AWS_ENDPOINT_URL_STS: sts.url };
    await ask(env, { role: ROLE, job });
    expect(sts.arrived.map(({ body }) => new URLSearchParams(body).get("RoleSessionName"))).toEqual(
      [name],
    );
    expect(name).toMatch(/^[\w+=,.@-]{2,64}$/);
  });

  test.each([
    ["the registry is", HOST, {}, "https://sts.eu-west-1.amazonaws.com"],
    ["AWS says for the public one", "public.ecr.aws", {}, "https://sts.us-east-1.amazonaws.com"],
    [
      "the job's variable says",
      ...[
        HOST,
        { AWS_ENDPOINT_URL: "https://all.example", AWS_ENDPOINT_URL_STS: "https://sts.example/x" },
      ],
      "https://sts.example/x",
    ],
    [
      "the job's variable of all services says",
      ...[
        HOST,
        { AWS_ENDPOINT_URL: "https://all.example/", AWS_ENDPOINT_URL_ECR: "https://e.example" },
      ],
      "https://all.example",
    ],
    [
      "it is where the job's variables do not count",
      ...[
        HOST,
        {
          AWS_ENDPOINT_URL_STS: "https://sts.example/x",
          AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "True",
        },
      ],
      "https://sts.eu-west-1.amazonaws.com",
    ],
  ] as readonly (readonly [string, string, Variables, string])[])(
    "is taken where %s",
    async (_, host, env, url) => {
      const requests: HttpRequest[] = [];
      const asker: Asker = {
        ...makeAsker(`${HOST},oidc-token-env=MY_TOKEN`, { MY_TOKEN, ...env }),
        askText: async (_step, request) => {
          requests.push(request);
          return ASSUMED;
        },
      };
      expect(await found(() => awsCredentials(ROLE, place(host), asker))).toEqual(ofRole);
      expect(requests.map((request) => request.url)).toEqual([url]);
    },
  );

  const error = (code: string, message: string): string =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  const noTag = (name: string) => ({
    lacking: `${STS}: there is no ${name} in its answer`,
    hint: "is a proxy, or a server of another kind, in between?",
  });
  const shown = "the job's id token has iss https://ci.example, aud sts.amazonaws.com, sub x";

  test.each<[what: string, answer: Answer, expected: unknown]>([
    [
      "is not trusted",
      { status: 403, body: error("AccessDenied", "Not authorized to perform it") },
      {
        lacking: `${STS} (127.0.0.1): HTTP 403, AccessDenied: Not authorized to perform it`,
        hint: `${CHECK}; ${shown}`,
      },
    ],
    [
      "is refused with the token itself",
      { status: 400, body: error("InvalidIdentityToken", `bad ${MY_TOKEN}`) },
      {
        lacking: `${STS} (127.0.0.1): HTTP 400, InvalidIdentityToken: bad [redacted]`,
        hint: `${CHECK}; ${shown}`,
      },
    ],
    ["is behind a page", { status: 200, body: "<html>Sign in</html>" }, noTag("AccessKeyId")],
    ["is in an answer of nothing", { status: 200 }, noTag("AccessKeyId")],
    [
      "has no key",
      { status: 200, body: ASSUMED.replace(/<SecretAccessKey>.*/, "") },
      noTag("SecretAccessKey"),
    ],
    [
      "has an empty session",
      { status: 200, body: ASSUMED.replace(/(?<=<SessionToken>)[^<]*/, "") },
      noTag("SessionToken"),
    ],
    [
      "is in half an answer",
      { status: 200, body: ASSUMED.slice(0, ASSUMED.indexOf("</AccessKeyId>")) },
      noTag("AccessKeyId"),
    ],
  ])("is lacking where it %s", async (_, answer, expected) => {
    const sts = await serve(answer);
    const outcome = await ask({ MY_TOKEN, AWS_ENDPOINT_URL_STS: sts.url }, { role: ROLE });
    expect(outcome).toEqual(expected);
    expect(sts.arrived.length).toBe(1);
  });

  test.each([
    ["IDPCommunicationError", "later"],
    ["Throttling", "Rate exceeded"],
    ["ThrottlingException", "Rate exceeded"],
    ["RequestLimitExceeded", "later"],
    ["InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider"],
  ])("is asked for again after %s, which passes", async (code, message) => {
    const sts = await serve({ status: 400, body: error(code, message) }, assumed);
    expect(await ask({ MY_TOKEN, AWS_ENDPOINT_URL_STS: sts.url }, { role: ROLE })).toEqual(ofRole);
    expect(sts.arrived.length).toBe(2);
  });

  test("is lacking without an id token", async () => {
    const asker = makeAsker(HOST, KEYS);
    expect(await found(() => awsCredentials(ROLE, place(), asker))).toEqual({
      lacking: `the job has no id token of ${generic.title}`,
      hint: "name the variable that holds one: oidc-token-env=NAME",
    });
  });

  test.each(["empty", "line", "folder", "none", "/dev/null"])(
    "is lacking where the file with the token holds none: %s",
    async (file) => {
      const sts = await serve(assumed);
      const env = { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: ROLE };
      expect(await ask({ ...env, AWS_ENDPOINT_URL_STS: sts.url })).toEqual({
        lacking: `AWS_WEB_IDENTITY_TOKEN_FILE names ${file}, which holds nothing to read`,
        hint: "is it mounted into this container, and may the job read it?",
      });
      expect(sts.arrived).toEqual([]);
    },
  );

  test.each([["http://sts.example.test"], ["https://me:hunter2@sts.example.test"], ["hunter2"]])(
    "is not asked for at %s",
    async (url) => {
      expect(await ask({ MY_TOKEN, AWS_ENDPOINT_URL_STS: url }, { role: ROLE })).toEqual({
        lacking: "AWS_ENDPOINT_URL_STS is not a URL of https",
        hint: "correct it, or do not set it",
      });
    },
  );
});

const FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

describe("the container's credentials", () => {
  /** What is asked for them, without asking. */
  const asked = async (env: Variables) => {
    const requests: unknown[] = [];
    const asker: Asker = {
      ...makeAsker(HOST, env, { cwd: folder.path }),
      ask: async (step, request) => {
        requests.push([step, opened(request)]);
        return CONTAINERS;
      },
    };
    const outcome = await found(() => awsCredentials(undefined, place(), asker));
    return { outcome, requests };
  };
  const got = (url: string, authorization?: string) => ({
    outcome: ofContainer,
    requests: [
      [
        "the credentials of the container",
        {
          ...{ method: "GET", url },
          ...(authorization && { headers: { authorization: { secret: authorization } } }),
        },
      ],
    ],
  });

  test.each([
    ["http://127.0.0.1:8080/creds"],
    ["http://127.1.2.3/"],
    ["http://localhost/creds?a=b"],
    ["http://[::1]:1234/creds"],
    ["http://169.254.170.2/v2/credentials/0a1b"],
    ["http://169.254.170.23/v1/credentials"],
    ["http://[fd00:ec2::23]/v1/credentials"],
    ["https://creds.example.test:8443/a/b"],
    ["https://169.254.169.254/"],
  ])("are had from %s", async (url) => {
    expect(await asked({ [FULL]: url })).toEqual(got(url));
  });

  test.each([
    ["/v2/credentials/0a1b", "http://169.254.170.2/v2/credentials/0a1b"],
    ["/", "http://169.254.170.2/"],
    ["?a=b", "http://169.254.170.2?a=b"],
  ])("are had from the usual place: %s", async (path, url) => {
    const env = { [RELATIVE]: path };
    expect(await asked(env)).toEqual(got(url));
    expect(await asked({ ...env, [FULL]: "https://other.example" })).toEqual(got(url));
  });

  test.each([
    [FULL, "http://creds.example.test/"],
    [FULL, "http://169.254.169.254/latest/meta-data"],
    [FULL, "http://169.254.170.3/"],
    [FULL, "http://[fd00:ec2::254]/"],
    [FULL, "http://10.0.0.1/"],
    [FULL, "http://127.0.0.1.evil.example/"],
    [FULL, "http://127.0.0.1@evil.example/"],
    [FULL, "http://localhost.evil.example/"],
    [FULL, "ftp://localhost/"],
    [FULL, "file:///etc/passwd"],
    [FULL, "/creds"],
    [FULL, "localhost/creds"],
    [FULL, "hunter2"],
    [RELATIVE, "@evil.example/creds"],
    [RELATIVE, ".evil.example/creds"],
    [RELATIVE, ":80@evil.example/"],
    [RELATIVE, "hunter2"],
  ])("are had from nowhere else (%s=%s)", async (name, value) => {
    expect(await asked({ [name]: value, [TOKEN]: "hunter2-authorization" })).toEqual({
      outcome: {
        lacking: `${name} leads neither to this machine nor to a server of https`,
        hint: "correct it",
      },
      requests: [],
    });
  });

  const URL = "http://127.0.0.1:8080/creds";

  test.each<[how: string, env: Variables, authorization: string | undefined]>([
    ["without anything", {}, undefined],
    ["with what a variable holds", { [TOKEN]: "hunter2" }, "hunter2"],
    [
      "with what a variable holds, as it is",
      { [TOKEN]: "Basic aHVudGVyMg==" },
      "Basic aHVudGVyMg==",
    ],
    ["with what a file holds", { [TOKEN_FILE]: "authorization" }, "hunter2-authorization"],
    [
      "with what a file holds, first",
      { [TOKEN]: "x", [TOKEN_FILE]: "authorization" },
      "hunter2-authorization",
    ],
    [
      "with what the variable holds, the other being empty",
      { [TOKEN]: "x", [TOKEN_FILE]: "" },
      "x",
    ],
  ])("are asked for %s", async (_, env, authorization) => {
    expect(await asked({ [FULL]: URL, ...env })).toEqual(got(URL, authorization));
  });

  test.each(["empty", "line", "folder", "none"])(
    "are not asked for where the file holds nothing: %s",
    async (file) => {
      expect(await asked({ [FULL]: URL, [TOKEN]: "hunter2", [TOKEN_FILE]: file })).toEqual({
        outcome: {
          lacking: `${TOKEN_FILE} names ${file}, which holds nothing to read`,
          hint: "is it mounted into this container, and may the job read it?",
        },
        requests: [],
      });
    },
  );

  test("come over the wire, and by no proxy", async () => {
    const server = await serve(json(200, CONTAINERS));
    const env = {
      ...{ [FULL]: `${server.url}/creds`, [TOKEN]: "hunter2-authorization" },
      HTTP_PROXY: "http://proxy.invalid:3128",
    };
    expect(await ask(env)).toEqual(ofContainer);
    expect(server.arrived).toEqual([
      {
        ...{ method: "GET", path: "/creds", body: "" },
        headers: expect.objectContaining({
          ...{ accept: "application/json", authorization: "hunter2-authorization" },
        }),
      },
    ]);
  });

  test.each<[what: string, answer: Answer, why: string]>([
    [
      "refuses",
      json(403, { Code: "AccessDenied", Message: "not\nyou" }),
      " (127.0.0.1): HTTP 403, AccessDenied: not you",
    ],
    [
      "repeats what it was asked with",
      json(400, { message: "hunter2-authorization?" }),
      " (127.0.0.1): HTTP 400, [redacted]?",
    ],
    ["is no such server", { status: 200, body: "<html/>" }, " (127.0.0.1): its answer is not JSON"],
    [
      "has no id",
      json(200, { ...CONTAINERS, AccessKeyId: null }),
      ": there is no AccessKeyId in its answer",
    ],
    [
      "has no key",
      json(200, { ...CONTAINERS, SecretAccessKey: "" }),
      ": there is no SecretAccessKey in its answer",
    ],
    [
      "has no session",
      json(200, { ...CONTAINERS, Token: undefined }),
      ": there is no Token in its answer",
    ],
  ])("are lacking where the server %s", async (_, answer, why) => {
    const { url } = await serve(answer);
    expect(await ask({ [FULL]: url, [TOKEN]: "hunter2-authorization" })).toEqual({
      ...{ lacking: `the credentials of the container${why}`, hint: expect.any(String) },
    });
  });
});

test("nothing that is lacking is told with a secret", async () => {
  const bad = await serve(json(400, { message: "bad hunter2-authorization" }));
  const worse = await serve(json(400, { message: "bad hunter2" }));
  const short = await serve(json(200, { ...CONTAINERS, Token: "" }));
  const half = await serve({ status: 200, body: ASSUMED.replace(/<AccessKeyId>.*/, "") });
  const secrets = { [TOKEN]: "hunter2-authorization", AWS_SESSION_TOKEN: "hunter2" };
  const byFile = { AWS_WEB_IDENTITY_TOKEN_FILE: "token", AWS_ROLE_ARN: ROLE };
  const all: readonly (readonly [Variables, Options?])[] = [
    [{}],
    [{ AWS_SECRET_ACCESS_KEY: "hunter2" }],
    [{ [FULL]: bad.url }],
    [{ [FULL]: short.url }],
    [{ [FULL]: "http://me:hunter2@evil.example/" }],
    [{ [FULL]: `${bad.url.replace("//", "//me:hunter2@")}` }],
    [{ [FULL]: bad.url, [TOKEN]: "hunter2\r\nx-injected: 1" }],
    [{ [FULL]: bad.url, [TOKEN_FILE]: "none" }],
    [{ [RELATIVE]: "@hunter2.example" }],
    [{ ...byFile, AWS_ENDPOINT_URL_STS: half.url }],
    [{ ...byFile, AWS_ENDPOINT_URL_STS: "http://me:hunter2@evil.example" }],
    [{ MY_TOKEN: "hunter2", AWS_ENDPOINT_URL_STS: half.url }, { role: ROLE }],
    [{ MY_TOKEN: "hunter2", AWS_ENDPOINT_URL_STS: worse.url }, { role: ROLE }],
    [{ MY_TOKEN: "" }, { role: ROLE }],
  ];
  const outcomes = await Promise.all(
    all.map(([env, options]) => ask({ ...secrets, ...env }, options)),
  );
  expect(outcomes.filter((outcome) => !Object.hasOwn(Object(outcome), "lacking"))).toEqual([]);
  expect(outcomes.filter((outcome) => JSON.stringify(outcome).includes("hunter2"))).toEqual([]);
});
