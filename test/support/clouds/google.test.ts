import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  type Client,
  forged,
  form,
  jsonBody,
  makeClient,
  SECONDS,
  type Settled,
} from "./client.ts";
import { type Clouds, startClouds } from "./clouds.ts";
import {
  CLOSED_ACCOUNT,
  NOBODY,
  ORPHAN_PROVIDER,
  OTHER_AUDIENCE,
  OTHER_PROVIDER,
  PROVIDER,
  SERVICE_ACCOUNT,
  SUBJECT,
} from "./world.ts";

let clouds: Clouds;
let client: Client;

beforeAll(async () => {
  clouds = await startClouds();
  client = await makeClient(clouds);
}, 30_000);
afterAll(async () => {
  await client.stop();
  await clouds.stop();
});

const STS = "https://sts.googleapis.com/v1/token";
const JSON_TYPE = "application/json; charset=utf-8";
const PREFIX = "urn:ietf:params:oauth";
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

const issue = (request: object = {}): Promise<string> =>
  clouds.issuer.issue({
    ...{ audience: `https://iam.googleapis.com/${PROVIDER}`, subject: SUBJECT, expiresIn: 7200 },
    ...request,
  });

const fieldsWith = (subjectToken: string) => ({
  audience: `//iam.googleapis.com/${PROVIDER}`,
  grantType: `${PREFIX}:grant-type:token-exchange`,
  requestedTokenType: `${PREFIX}:token-type:access_token`,
  scope: SCOPE,
  subjectTokenType: `${PREFIX}:token-type:jwt`,
  subjectToken,
});

const exchange = async (fields: object = {}, token?: string): Promise<Settled> =>
  client.ask(STS, jsonBody({ ...fieldsWith(token ?? (await issue())), ...fields }));

const answered = (seconds: number): Settled => ({
  ...{ status: 200, type: JSON_TYPE },
  body: {
    access_token: "[google federated token]",
    issued_token_type: `${PREFIX}:token-type:access_token`,
    ...{ token_type: "Bearer", expires_in: seconds },
  },
});

test("a provider that trusts the job; JSON or a form", async () => {
  const snake = Object.fromEntries(
    Object.entries(fieldsWith(await issue())).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
  const other = { audience: `//iam.googleapis.com/${OTHER_PROVIDER}` };
  const bare = await issue({ audience: `//iam.googleapis.com/${PROVIDER}` });
  expect([
    await exchange(),
    await exchange({}, bare),
    await exchange(other, await issue({ audience: OTHER_AUDIENCE })),
    await client.ask(STS, form(snake)),
  ]).toEqual(["", "", "", ""].map(() => answered(3599)));
});

test("a token is good for no longer than the job's", async () => {
  const { body } = await exchange({}, await issue({ expiresIn: 300 }));
  expect((body as { expires_in: number }).expires_in).toBeGreaterThan(295);
  expect((body as { expires_in: number }).expires_in).toBeLessThan(300);
});

const refusal = (error: string, error_description: string, status = 400): Settled => ({
  ...{ status, type: JSON_TYPE, body: { error, error_description } },
});

test.each<[string, object, Settled]>([
  [
    "an audience of another form",
    { audience: PROVIDER },
    refusal(
      "invalid_request",
      'Invalid value for "audience". This value should be the full resource name of the Identity Provider. See https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token for the list of possible formats.',
    ),
  ],
  [
    "a provider that is not there",
    { audience: `//iam.googleapis.com/${PROVIDER}-2` },
    refusal(
      "invalid_target",
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
    ),
  ],
  [
    "another grant",
    { grantType: "client_credentials" },
    refusal("invalid_request", 'Invalid value for "grantType".'),
  ],
  [
    "another token to ask for",
    { requestedTokenType: `${PREFIX}:token-type:jwt` },
    refusal("invalid_request", 'Invalid value for "requestedTokenType".'),
  ],
  [
    "a token of another type",
    { subjectTokenType: `${PREFIX}:token-type:saml2` },
    refusal("invalid_request", 'Invalid value for "subjectTokenType".'),
  ],
  ["no scope", { scope: "" }, refusal("invalid_request", 'Invalid value for "scope".')],
  [
    "no token",
    { subjectToken: "" },
    refusal("invalid_request", 'Invalid value for "subjectToken".'),
  ],
  [
    "no JWT",
    { subjectToken: "test-token" },
    refusal("invalid_grant", "Unable to parse the ID Token."),
  ],
])("Google refuses %s", async (_, fields, expected) => {
  expect(await exchange(fields)).toEqual(expected);
});

test.each<[string, object, Settled]>([
  [
    "another issuer",
    { iss: "https://other.example" },
    refusal(
      "invalid_grant",
      "The issuer in ID Token https://other.example does not match the expected ones.",
    ),
  ],
  [
    "another audience",
    { audience: "sts.amazonaws.com" },
    refusal(
      "invalid_grant",
      "The audience in ID Token [sts.amazonaws.com] does not match the expected audience.",
    ),
  ],
  [
    "one that has ended",
    { expiresIn: -1 },
    refusal("invalid_grant", `ID Token issued at ${SECONDS} is stale to sign-in.`),
  ],
  [
    "more than a day",
    { expiresIn: 90_000 },
    refusal("invalid_grant", `ID Token issued at ${SECONDS} is stale to sign-in.`),
  ],
  [
    "another subject",
    { subject: "repo:other/app" },
    refusal(
      "unauthorized_client",
      "The given credential is rejected by the attribute condition.",
      401,
    ),
  ],
])("Google refuses a token of %s", async (_, request, expected) => {
  expect(await exchange({}, await issue(request))).toEqual(expected);
});

const apiError = (code: number, status: string, message: unknown, details?: unknown): Settled => ({
  ...{ status: code, type: JSON_TYPE },
  body: { error: { code, message, status, ...(details !== undefined && { details }) } },
});

const UNAUTHENTICATED = apiError(
  401,
  "UNAUTHENTICATED",
  expect.stringContaining("Request had invalid authentication credentials. "),
);

test("Google refuses a token that is not the issuer's, and cannot reach some issuers", async () => {
  const orphan = { audience: `//iam.googleapis.com/${ORPHAN_PROVIDER}` };
  expect([
    await exchange({}, forged(await issue(), await issue())),
    await exchange(orphan, await issue({ iss: NOBODY })),
    await client.ask(STS, jsonBody(fieldsWith(await issue()), { authorization: "Bearer x" })),
    await client.ask(STS),
  ]).toEqual([
    refusal("invalid_grant", "Invalid JWT Signature."),
    refusal("invalid_grant", "Error connecting to the given credential's issuer."),
    UNAUTHENTICATED,
    {
      ...{ status: 404, type: "text/html; charset=UTF-8" },
      body: expect.stringContaining("Error 404 (Not Found)!!1"),
    },
  ]);
});

const impersonate = async (
  email: string,
  body: object = { scope: [SCOPE], lifetime: "3600s" },
  token?: string,
): Promise<Settled> => {
  if (token === undefined) await exchange();
  const bearer = token ?? client.last("google federated token");
  return client.ask(
    `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
    jsonBody(body, { authorization: `Bearer ${bearer}` }),
  );
};

test("a service account that the job may act as", async () => {
  expect(await impersonate(SERVICE_ACCOUNT)).toEqual({
    ...{ status: 200, type: JSON_TYPE },
    body: { accessToken: "[google access token]", expireTime: "[time]" },
  });
});

test("Google refuses to let the job act as another, for long, or for nothing", async () => {
  const permission = "iam.serviceAccounts.getAccessToken";
  const denied = apiError(
    403,
    "PERMISSION_DENIED",
    `Permission '${permission}' denied on resource (or it may not exist).`,
    [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        ...{ reason: "IAM_PERMISSION_DENIED", domain: "iam.googleapis.com" },
        metadata: { permission },
      },
    ],
  );
  expect([
    await impersonate(CLOSED_ACCOUNT),
    await impersonate("other@acme-images.iam.gserviceaccount.com"),
    await impersonate(SERVICE_ACCOUNT, { scope: [SCOPE], lifetime: "7200s" }),
    await impersonate(SERVICE_ACCOUNT, { lifetime: "3600s" }),
    await impersonate(SERVICE_ACCOUNT, { scope: [SCOPE] }, "ya29.d.other"),
  ]).toEqual([
    denied,
    denied,
    apiError(400, "INVALID_ARGUMENT", "The lifetime is not valid."),
    apiError(400, "INVALID_ARGUMENT", "Scope required."),
    UNAUTHENTICATED,
  ]);
});
