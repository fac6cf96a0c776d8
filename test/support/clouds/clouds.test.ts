import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ProxyAgent, request } from "undici";
import { type Client, makeClient } from "./client.ts";
import { type Clouds, startClouds } from "./clouds.ts";

let clouds: Clouds;
let client: Client;

beforeAll(async () => {
  clouds = await startClouds({ subject: "repo:other/app", expiresIn: 60 });
  client = await makeClient(clouds);
}, 30_000);
afterAll(async () => {
  await client.stop();
  await clouds.stop();
});

test("the log tells the requests, of the jobs, too, with none of their secrets", async () => {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } =
    clouds.issuer.githubEnv;
  clouds.misbehave("close", { at: /^acme\.jfrog\.io/ });
  await client.ask(url, { headers: { authorization: `Bearer ${token}` } });
  await client.ask("https://sts.us-east-1.amazonaws.com/?x=y");
  await client.ask(`${clouds.endpoints["AWS_ENDPOINT_URL_ECR"]}/`);
  await client.ask("https://acme.jfrog.io/").catch(() => undefined);
  await client.ask(clouds.containerEnv["AWS_CONTAINER_CREDENTIALS_FULL_URI"] ?? "");
  expect(clouds.log).toEqual([
    { method: "GET", host: "127.0.0.1", path: "/github/token", status: 200 },
    { method: "GET", host: "sts.us-east-1.amazonaws.com", path: "/", status: 400 },
    { method: "GET", host: "api.ecr.eu-west-1.amazonaws.com", path: "/", status: 400 },
    { method: "GET", host: "acme.jfrog.io", path: "/", status: "close" },
    { method: "GET", host: "169.254.170.2", path: "/v2/credentials/ci", status: 403 },
  ]);
});

test("each host is the one that it is asked as, and others are not there", async () => {
  const ask = async (host: string, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await client.ask(`https://${host}/`, { headers }).catch(() => undefined);
    return answer?.status;
  };
  expect([
    await ask("sts.googleapis.com"),
    await ask("elsewhere.example"),
    await ask("unknown.example"),
    await ask("sts.googleapis.com:444"),
  ]).toEqual([404, 200, undefined, undefined]);
});

test("a host that is asked as another is refused", async () => {
  const ca = await readFile(clouds.env["SSL_CERT_FILE"] ?? "", "utf8");
  const agent = new ProxyAgent({ uri: clouds.env["HTTPS_PROXY"] ?? "", requestTls: { ca } });
  const { statusCode } = await request("https://sts.googleapis.com/", {
    ...{ dispatcher: agent, headers: { host: "acme.azurecr.io" } },
  });
  await agent.close();
  expect(statusCode).toBe(421);
});
