import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { decodeJwt } from "jose";
import { type Client, makeClient } from "./client.ts";
import { type Clouds, startClouds } from "./clouds.ts";
import { flawOf } from "./token.ts";
import { CONNECTION, SUBJECT } from "./world.ts";

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

const shown = (token: string) => {
  const { iss, aud, sub, iat = 0, exp = 0 } = decodeJwt(token);
  return { iss, aud, sub, seconds: exp - iat };
};

test("the issuer's document leads to the keys of its tokens", async () => {
  const { url, issue } = clouds.issuer;
  const token = await issue({ audience: "a", subject: "s", ref: "main" });
  expect(decodeJwt(token)).toEqual({
    ...{ iss: url, aud: "a", sub: "s", ref: "main", jti: expect.any(String) },
    ...{ iat: expect.any(Number), nbf: expect.any(Number), exp: expect.any(Number) },
  });
  expect(await flawOf(token, url)).toBe(undefined);
  const ended = await issue({ audience: "a", subject: "s", expiresIn: -1 });
  expect(await flawOf(ended, url)).toBe("expired");
});

test("a job of GitHub's or Forgejo's asks for a token", async () => {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } =
    clouds.issuer.githubEnv;
  const headers = { authorization: `Bearer ${token}` };
  const good = await client.ask(`${url}&audience=sts.amazonaws.com`, { headers });
  const value = client.last("id token");
  expect([good, shown(value)]).toEqual([
    { status: 200, type: JSON_TYPE, body: { count: value.length, value: "[id token]" } },
    { iss: clouds.issuer.url, aud: "sts.amazonaws.com", sub: SUBJECT, seconds: 300 },
  ]);
  await client.ask(url, { headers });
  expect(shown(client.last("id token")).aud).toBe("https://github.com/acme");
});

test.each([
  [
    "a wrong bearer",
    "?api-version=2.0",
    { authorization: "Bearer other" },
    "GET",
    403,
    "Forbidden",
  ],
  ["no bearer", "?api-version=2.0", {}, "GET", 403, "Forbidden"],
  ["a POST", "?api-version=2.0", {}, "POST", 405, "Method Not Allowed"],
])("GitHub refuses %s", async (_, query, headers, method, status, message) => {
  const url = `${clouds.issuer.url}/github/token${query}`;
  expect(await client.ask(url, { method, headers })).toEqual({
    ...{ status, type: JSON_TYPE, body: { message } },
  });
});

const azureHeaders = () => ({
  authorization: `Bearer ${clouds.issuer.azureEnv.SYSTEM_ACCESSTOKEN}`,
  "content-type": "application/json",
  "x-tfs-fedauthredirect": "Suppress",
});

const askAzure = (
  query: string,
  headers: Readonly<Record<string, string>> = azureHeaders(),
  more: { readonly body?: string } = {},
) => {
  const url = clouds.issuer.azureEnv.SYSTEM_OIDCREQUESTURI + query;
  return client.ask(url, { method: "POST", headers, ...more });
};

test.each(["?api-version=7.1", `?api-version=7.1&serviceConnectionId=${CONNECTION}`])(
  "a job of Azure Pipelines asks for a token: %s",
  async (query) => {
    const good = await askAzure(query);
    expect([good, shown(client.last("id token"))]).toEqual([
      { status: 200, type: JSON_TYPE, body: { oidcToken: "[id token]" } },
      {
        ...{ iss: clouds.issuer.url, aud: "api://AzureADTokenExchange" },
        ...{ sub: SUBJECT, seconds: 300 },
      },
    ]);
  },
);

test("Azure Pipelines refuses a wrong bearer, and what is not of its form", async () => {
  const other = { ...azureHeaders(), authorization: "Bearer other" };
  const { "x-tfs-fedauthredirect": _, ...others } = other;
  const message = (text: string) => ({ type: JSON_TYPE, body: { message: text } });
  const version = { status: 400, type: JSON_TYPE, body: expect.objectContaining({ errorCode: 0 }) };
  expect([
    await askAzure("?api-version=7.1", other),
    await askAzure("?api-version=7.1", others),
    await askAzure(""),
    await askAzure("?api-version=7.1", { ...azureHeaders(), "content-type": "text/plain" }),
    await askAzure("?api-version=7.1", azureHeaders(), { body: "{}" }),
    await askAzure("?api-version=7.1&serviceConnectionId=other"),
    await client.ask(`${clouds.issuer.url}/azure/other`),
    await client.ask(clouds.issuer.azureEnv.SYSTEM_OIDCREQUESTURI),
  ]).toEqual([
    { status: 401, type: null, body: "" },
    { status: 302, type: "text/html", body: expect.stringContaining("Object moved to") },
    version,
    { status: 415, ...message("Unsupported Media Type") },
    { status: 415, ...message("Unsupported Media Type") },
    { status: 404, ...message("Not Found") },
    { status: 404, ...message("Not Found") },
    { status: 405, ...message("Method Not Allowed") },
  ]);
});

test("GitHub wants a version", async () => {
  const headers = {
    authorization: `Bearer ${clouds.issuer.githubEnv.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`,
  };
  const url = `${clouds.issuer.url}/github/token`;
  const accept = { accept: "application/json; api-version=2.0" };
  expect([
    (await client.ask(url, { headers })).status,
    (await client.ask(url, { headers: { ...headers, ...accept } })).status,
  ]).toEqual([400, 200]);
});
