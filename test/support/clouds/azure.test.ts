import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { decodeJwt } from "jose";
import { type Client, forged, form, makeClient, type Settled } from "./client.ts";
import { type Clouds, startClouds } from "./clouds.ts";
import {
  ACR,
  ACR_CN,
  ACR_US,
  CLIENT,
  CLOSED_ACR,
  NOBODY,
  ORPHAN_CLIENT,
  SUBJECT,
  TENANT,
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

const JSON_TYPE = "application/json; charset=utf-8";

const issue = (request: object = {}): Promise<string> =>
  clouds.issuer.issue({ audience: "api://AzureADTokenExchange", subject: SUBJECT, ...request });

type Fields = Readonly<Record<string, string | undefined>>;

const ask = async (
  fields: Fields = {},
  tenant = TENANT,
  login = "login.microsoftonline.com",
): Promise<Settled> => {
  const assertion = await issue();
  return client.ask(
    `https://${login}/${tenant}/oauth2/v2.0/token`,
    form({
      ...{ grant_type: "client_credentials", client_id: CLIENT, client_assertion: assertion },
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      ...{ scope: "https://containerregistry.azure.net/.default", ...fields },
    }),
  );
};

const refusal = (status: number, error: string, code: number, message: string): Settled => ({
  ...{ status, type: JSON_TYPE },
  body: {
    error,
    error_description: `AADSTS${code}: ${message} Trace ID: [uuid] Correlation ID: [uuid] Timestamp: [time]`,
    ...{ error_codes: [code], timestamp: "[time]" },
    ...{ trace_id: expect.any(String), correlation_id: expect.any(String) },
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  },
});

const invalid = (code: number, message: string) => refusal(400, "invalid_request", code, message);

const CHECK =
  "Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation";

const unmatched = (code: number, what: string) =>
  refusal(
    401,
    "invalid_client",
    code,
    `No matching federated identity record found for presented assertion ${what}. ${CHECK}`,
  );

test("an application that trusts the job", async () => {
  expect(await ask()).toEqual({
    ...{ status: 200, type: JSON_TYPE },
    body: {
      ...{ token_type: "Bearer", expires_in: 3599, ext_expires_in: 3599 },
      access_token: "[entra token]",
    },
  });
});

const askIn = async (login: string, audience: string, host: string): Promise<unknown> => {
  const { status } = await ask({ client_assertion: await issue({ audience }) }, TENANT, login);
  return [status, (await exchange({}, host, false)).status];
};

test("an application of another cloud of Azure, with its own logins and registries", async () => {
  expect([
    await askIn("login.microsoftonline.us", "api://AzureADTokenExchangeUSGov", ACR_US),
    await askIn("login.chinacloudapi.cn", "api://AzureADTokenExchangeChina", ACR_CN),
    await askIn("login.microsoftonline.us", "api://AzureADTokenExchangeUSGov", ACR),
  ]).toEqual([
    [200, 200],
    [200, 200],
    [200, 403],
  ]);
});

test.each<[string, Fields, Settled]>([
  [
    "no assertion",
    { client_assertion: "" },
    invalid(900144, "The request body must contain the following parameter: 'client_assertion'."),
  ],
  [
    "an assertion of another type",
    { client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:saml2-bearer" },
    invalid(90014, "The value of 'client_assertion_type' is not supported."),
  ],
  [
    "another grant",
    { grant_type: "password" },
    refusal(
      400,
      "unsupported_grant_type",
      70003,
      "The app requested an unsupported grant type 'password'.",
    ),
  ],
  [
    "an application that is not there",
    { client_id: "other" },
    refusal(
      400,
      "unauthorized_client",
      700016,
      `Application with identifier 'other' was not found in the directory '${TENANT}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    ),
  ],
  [
    "a scope without .default",
    { scope: "https://containerregistry.azure.net" },
    refusal(
      400,
      "invalid_scope",
      1002012,
      "The provided value for scope https://containerregistry.azure.net is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
    ),
  ],
  [
    "a resource that is not there",
    { scope: "https://containerregistry.azure.us/.default" },
    refusal(
      400,
      "invalid_resource",
      500011,
      `The resource principal named https://containerregistry.azure.us was not found in the tenant named ${TENANT}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
    ),
  ],
  [
    "no JWT",
    { client_assertion: "test-token" },
    refusal(401, "invalid_client", 50027, "JWT token is invalid or malformed."),
  ],
])("Entra refuses %s", async (_, fields, expected) => {
  expect(await ask(fields)).toEqual(expected);
});

test.each<[string, object, Settled]>([
  ["another subject", { subject: "repo:other/app" }, unmatched(700213, "subject 'repo:other/app'")],
  [
    "another audience",
    { audience: "sts.amazonaws.com" },
    unmatched(700212, "audience 'sts.amazonaws.com'"),
  ],
  [
    "another issuer",
    { iss: "https://other.example" },
    unmatched(700211, "issuer 'https://other.example'"),
  ],
  [
    "one that has ended",
    { expiresIn: -1 },
    refusal(
      401,
      "invalid_client",
      700024,
      "Client assertion is not within its valid time range. Current time: [time], assertion valid from [time], expiry time of assertion [time]. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
    ),
  ],
])("Entra refuses an assertion of %s", async (_, request, expected) => {
  expect(await ask({ client_assertion: await issue(request) })).toEqual(expected);
});

test("Entra refuses another tenant, what the issuer has not signed, and what it cannot check", async () => {
  const orphan = { client_id: ORPHAN_CLIENT, client_assertion: await issue({ iss: NOBODY }) };
  expect([
    await ask({}, "other.example"),
    await ask({ client_assertion: forged(await issue(), await issue()) }),
    await ask(orphan),
    await client.ask(`https://login.microsoftonline.com/${TENANT}/oauth2/token`),
  ]).toEqual([
    invalid(
      90002,
      "Tenant 'other.example' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
    ),
    refusal(401, "invalid_client", 700027, "Client assertion failed signature validation."),
    invalid(90061, "Request to External OIDC endpoint failed."),
    { status: 404, type: null, body: "" },
  ]);
});

const exchange = async (fields: Fields = {}, host = ACR, isAsked = true): Promise<Settled> => {
  if (isAsked) await ask();
  return client.ask(
    `https://${host}/oauth2/exchange`,
    form({
      ...{ grant_type: "access_token", service: host, tenant: TENANT },
      ...{ access_token: client.last("entra token"), ...fields },
    }),
  );
};

const refused = (status: number, code: string, message: string): Settled => ({
  ...{ status, type: JSON_TYPE, body: { errors: [{ code, message }] } },
});

const UNAUTHORIZED = refused(
  401,
  "UNAUTHORIZED",
  "authentication required, visit https://aka.ms/acr/authorization for more information.",
);

test("a registry that the application has a role on", async () => {
  const good = { status: 200, type: JSON_TYPE, body: { refresh_token: "[acr refresh token]" } };
  expect([await exchange(), await exchange({ tenant: undefined })]).toEqual([good, good]);
  const { iat = 0, exp, ...claims } = decodeJwt(client.last("acr refresh token"));
  expect({ ...claims, exp }).toEqual({
    ...{ sub: CLIENT, iss: "Azure Container Registry", aud: ACR, version: "1.0", tenant: TENANT },
    ...{ grant_type: "refresh_token", permissions: { actions: ["read", "write"], notActions: [] } },
    ...{ roles: [], jti: expect.any(String), nbf: iat, exp: iat + 3 * 60 * 60 },
  });
});

test("a registry refuses other tokens, other names, and those without a role", async () => {
  const unsupported = refused(400, "UNSUPPORTED", "The operation is unsupported.");
  expect([
    await exchange({ access_token: await issue() }),
    await exchange({ access_token: undefined }),
    await exchange({ tenant: "other.example" }),
    await exchange({ service: "other.azurecr.io" }),
    await exchange({ grant_type: "refresh_token" }),
    await exchange({}, CLOSED_ACR),
    await client.ask(`https://${ACR}/oauth2/exchange`),
  ]).toEqual([
    ...[UNAUTHORIZED, UNAUTHORIZED, UNAUTHORIZED, unsupported, unsupported],
    refused(403, "DENIED", "retrieving permissions failed"),
    { status: 404, type: "text/plain", body: "404 page not found\n" },
  ]);
});
