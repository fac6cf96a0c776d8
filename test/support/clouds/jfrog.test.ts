import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { decodeJwt } from "jose";
import { type Client, forged, form, jsonBody, makeClient, type Settled } from "./client.ts";
import { type Clouds, startClouds } from "./clouds.ts";
import {
  GROUP_INTEGRATION,
  INTEGRATION,
  JFROG,
  JFROG_AUDIENCE,
  JFROG_USER,
  NAMING_INTEGRATION,
  NOBODY,
  ORPHAN_INTEGRATION,
  STRICT_INTEGRATION,
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

const TOKENS = `https://${JFROG}/access/api/v1/oidc/token`;
const JSON_TYPE = "application/json; charset=utf-8";

const issue = (request: object = {}): Promise<string> =>
  clouds.issuer.issue({ audience: JFROG_AUDIENCE, subject: SUBJECT, ...request });

const exchange = async (fields: object = {}, url = TOKENS): Promise<Settled> =>
  client.ask(
    url,
    jsonBody({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      ...{ subject_token: await issue(), provider_name: STRICT_INTEGRATION, ...fields },
    }),
  );

const answered = (scope: string, more: object = {}): Settled => ({
  ...{ status: 200, type: JSON_TYPE },
  body: {
    ...{ access_token: "[jfrog access token]", expires_in: 3600, token_type: "Bearer" },
    ...{ scope, issued_token_type: "urn:ietf:params:oauth:token-type:access_token", ...more },
  },
});

test.each([
  [INTEGRATION, answered("applied-permissions/user"), `/users/${JFROG_USER}`],
  [STRICT_INTEGRATION, answered("applied-permissions/user"), `/users/${JFROG_USER}`],
  [
    NAMING_INTEGRATION,
    answered("applied-permissions/user", { username: JFROG_USER }),
    `/users/${JFROG_USER}`,
  ],
  [GROUP_INTEGRATION, answered("applied-permissions/groups:ci"), `${GROUP_INTEGRATION}/ci`],
])("the integration %s", async (provider_name, expected, subject) => {
  expect(await exchange({ provider_name })).toEqual(expected);
  expect(decodeJwt(client.last("jfrog access token")).sub).toMatch(new RegExp(`${subject}$`));
});

const refusal = (status: number, code: string, message: string): Settled => ({
  ...{ status, type: JSON_TYPE, body: { errors: [{ code, message }] } },
});

const bad = (message: string) => refusal(400, "BAD_REQUEST", message);

test.each<[string, object, Settled]>([
  ["another grant", { grant_type: "password" }, bad("Invalid grant type")],
  ["another type", { subject_token_type: "jwt" }, bad("Invalid subject token type")],
  ["another audience", { audience: "jfrog-github" }, bad("Invalid audience")],
  ["no token", { subject_token: undefined }, bad("Invalid subject token")],
  [
    "a provider that is not there",
    { provider_name: "other" },
    refusal(404, "NOT_FOUND", "OIDC provider was not found"),
  ],
])("JFrog refuses %s", async (_, fields, expected) => {
  expect(await exchange(fields)).toEqual(expected);
});

test.each<[string, object, Settled]>([
  ["another issuer", { iss: "https://other.example" }, bad("Invalid issuer")],
  ["another audience", { audience: "sts.amazonaws.com" }, bad("Invalid audience")],
  ["one that has ended", { expiresIn: -1 }, refusal(401, "UNAUTHORIZED", "Token has expired")],
  [
    "another subject",
    { subject: "repo:other/app" },
    refusal(403, "FORBIDDEN", "No identity mapping matches the token's claims"),
  ],
])("JFrog refuses a token of %s", async (_, request, expected) => {
  expect(await exchange({ subject_token: await issue(request) })).toEqual(expected);
});

test("JFrog refuses what the issuer has not signed, what it cannot check, and other requests", async () => {
  const orphan = { provider_name: ORPHAN_INTEGRATION, subject_token: await issue({ iss: NOBODY }) };
  expect([
    await exchange({ subject_token: forged(await issue(), await issue()) }),
    await exchange(orphan),
    await client.ask(TOKENS, form({ provider_name: INTEGRATION })),
    await client.ask(TOKENS),
    await exchange({}, TOKENS.replace("oidc", "other")),
  ]).toEqual([
    refusal(401, "UNAUTHORIZED", "Invalid token signature"),
    bad("Failed to get public key"),
    refusal(415, "UNSUPPORTED_MEDIA_TYPE", "HTTP 415 Unsupported Media Type"),
    refusal(405, "METHOD_NOT_ALLOWED", "HTTP 405"),
    refusal(404, "NOT_FOUND", "HTTP 404 Not Found"),
  ]);
});
