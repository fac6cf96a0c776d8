import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { AwsV4Signer } from "aws4fetch";
import { type Client, FRACTION, form, makeClient, type Settled } from "./client.ts";
import { type Clouds, startClouds } from "./clouds.ts";
import { ACCESS_KEY, IDLE_ROLE, ROLE, SUBJECT } from "./world.ts";

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

const ECR = "https://api.ecr.eu-west-1.amazonaws.com/";
const PUBLIC = "https://api.ecr-public.us-east-1.amazonaws.com/";
const TYPE = "application/x-amz-json-1.1";
const TARGET = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";

interface Signing {
  readonly url: string;
  readonly target: string;
  readonly service: string;
  readonly region: string;
  readonly body: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly datetime?: string;
  readonly allHeaders?: boolean;
}

const GOOD: Signing = {
  ...{ url: ECR, target: TARGET, service: "ecr", region: "eu-west-1", body: "{}" },
  ...{ accessKeyId: ACCESS_KEY.id, secretAccessKey: ACCESS_KEY.secret },
};

// Another implementation than the server's.
const ask = async (
  signing: Partial<Signing> = {},
  change: (headers: Headers) => void = () => undefined,
  sent?: string,
): Promise<Settled> => {
  const { target, ...rest } = { ...GOOD, ...signing };
  const headers = { "content-type": TYPE, "x-amz-target": target };
  const signed = await new AwsV4Signer({ ...rest, method: "POST", headers }).sign();
  change(signed.headers);
  return client.ask(rest.url, {
    ...{ method: "POST", headers: Object.fromEntries(signed.headers), body: sent ?? rest.body },
  });
};

/** The credentials of a role that STS has given out. */
const inRole = async (role: string): Promise<Partial<Signing>> => {
  const token = await clouds.issuer.issue({ audience: "sts.amazonaws.com", subject: SUBJECT });
  const answer = await fetch(clouds.awsEndpoint["AWS_ENDPOINT_URL"] ?? "", {
    ...(form({
      ...{ Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleArn: role },
      ...{ RoleSessionName: "berth-1", WebIdentityToken: token },
    }) as object),
  });
  const accessKeyId = /<AccessKeyId>(.*)<\/AccessKeyId>/.exec(await answer.text())?.[1] ?? "";
  const [secretAccessKey, sessionToken] = [
    client.last("secret access key"),
    client.last("session token"),
  ];
  return { accessKeyId, secretAccessKey, sessionToken };
};

const answered = (authorizationData: unknown): Settled => ({
  ...{ status: 200, type: TYPE, body: { authorizationData } },
});

const TOKEN = { authorizationToken: "[ecr token]", expiresAt: FRACTION };
const PRIVATE = answered([
  { ...TOKEN, proxyEndpoint: "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com" },
]);

test("ECR, by a user's key, whether all headers are signed or those that have to be", async () => {
  expect([await ask(), await ask({ allHeaders: true })]).toEqual([PRIVATE, PRIVATE]);
  const token = Buffer.from(client.last("ecr token"), "base64").toString("utf8");
  expect(token).toBe(`AWS:${client.last("ecr password")}`);
});

test("ECR, by a role, also without TLS", async () => {
  const role = await inRole(ROLE);
  const url = `${clouds.endpoints["AWS_ENDPOINT_URL_ECR"]}/`;
  const ofAll = `${clouds.awsEndpoint["AWS_ENDPOINT_URL"]}/`;
  expect([
    await ask(role),
    await ask({ ...role, url }),
    await ask({ ...role, url: ofAll }),
  ]).toEqual([PRIVATE, PRIVATE, PRIVATE]);
});

test("ECR Public", async () => {
  const signing = {
    ...{ url: PUBLIC, target: "SpencerFrontendService.GetAuthorizationToken" },
    ...{ service: "ecr-public", region: "us-east-1" },
  };
  const ofAll = `${clouds.awsEndpoint["AWS_ENDPOINT_URL"]}/`;
  expect([await ask(signing), await ask({ ...signing, url: ofAll })]).toEqual([
    answered(TOKEN),
    answered(TOKEN),
  ]);
});

test("the credentials of a container", async () => {
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } =
    clouds.containerEnv;
  const headers = { authorization: token ?? "" };
  const type = "application/json; charset=utf-8";
  const good = await client.ask(url ?? "", { headers });
  expect([
    good,
    await client.ask(url ?? "", { headers: { authorization: "other" } }),
    await client.ask(url ?? ""),
    await client.ask(`${url}-2`, { headers }),
  ]).toEqual([
    {
      ...{ status: 200, type },
      body: {
        ...{ AccessKeyId: "[id]", SecretAccessKey: "[secret access key]" },
        ...{ Token: "[session token]", Expiration: "[time]", RoleArn: ROLE },
      },
    },
    ...["", ""].map(() => ({
      ...{ status: 403, type },
      body: { Code: "AccessDenied", Message: "the authorization token is not valid" },
    })),
    {
      ...{ status: 404, type },
      body: { Code: "NotFound", Message: "there are no credentials here" },
    },
  ]);
});

const refusal = (type: string, message?: string): Settled => ({
  ...{ status: 400, type: TYPE },
  body: { __type: type, ...(message !== undefined && { message }) },
});

const MISMATCH = refusal(
  "InvalidSignatureException",
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
);
const UNKNOWN = refusal(
  "UnrecognizedClientException",
  "The security token included in the request is invalid.",
);

const stampIn = (minutes: number): string =>
  new Date(Date.now() + minutes * 60_000).toISOString().replace(/[-:]|\.\d+/g, "");

test.each<[string, () => Partial<Signing>, Settled]>([
  ["another secret", () => ({ secretAccessKey: "other" }), MISMATCH],
  ["another key", () => ({ accessKeyId: "AKIAOTHEROTHEROTHERO" }), UNKNOWN],
  ["a session token that is not the key's", () => ({ sessionToken: "other" }), UNKNOWN],
  [
    "another region",
    () => ({ region: "us-east-1" }),
    refusal(
      "InvalidSignatureException",
      "Credential should be scoped to a valid region, not 'us-east-1'. ",
    ),
  ],
  [
    "another service",
    () => ({ service: "ecr-public" }),
    refusal("InvalidSignatureException", "Credential should be scoped to correct service: 'ecr'. "),
  ],
  [
    "an old signature",
    () => ({ datetime: stampIn(-6) }),
    refusal(
      "InvalidSignatureException",
      "Signature expired: [stamp] is now earlier than [stamp] ([stamp] - 5 min.)",
    ),
  ],
  [
    "a signature of the future",
    () => ({ datetime: stampIn(6) }),
    refusal(
      "InvalidSignatureException",
      "Signature not yet current: [stamp] is still later than [stamp] ([stamp] + 5 min.)",
    ),
  ],
  [
    "another operation",
    () => ({ target: "AmazonEC2ContainerRegistry_V20150921.Other" }),
    refusal("UnknownOperationException"),
  ],
  ["what is not JSON", () => ({ body: "" }), refusal("SerializationException")],
])("ECR refuses %s", async (_, signing, expected) => {
  expect(await ask(signing())).toEqual(expected);
});

test("ECR refuses a role that may not, and a role without its session token", async () => {
  const { sessionToken: _, ...half } = await inRole(ROLE);
  const idle = await inRole(IDLE_ROLE);
  expect([await ask(idle), await ask(half)]).toEqual([
    {
      ...{ status: 400, type: TYPE },
      body: {
        __type: "AccessDeniedException",
        Message:
          "User: arn:aws:sts::123456789012:assumed-role/idle/berth-1 is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action",
      },
    },
    UNKNOWN,
  ]);
});

test("ECR refuses what is not signed, or not all of it", async () => {
  const date = (headers: Headers) =>
    headers.set(
      "authorization",
      (headers.get("authorization") ?? "").replace(/\/20\d{6}\//, "/20200101/"),
    );
  expect([
    await ask({}, (headers) => headers.delete("authorization")),
    await ask({}, (headers) => headers.set("authorization", "Bearer x")),
    await ask({}, (headers) => headers.set("x-amz-more", "1")),
    await ask({}, (headers) => headers.set("content-type", "application/json")),
    await ask({ allHeaders: true }, () => undefined, '{"registryIds":[]}'),
    (await ask({}, date)).status,
  ]).toEqual([
    refusal("MissingAuthenticationTokenException", "Missing Authentication Token"),
    refusal("IncompleteSignatureException", "Authorization header is not of the form of AWS4"),
    refusal(
      "InvalidSignatureException",
      "'Host' and each 'X-Amz-*' must be a 'SignedHeader' in the AWS Authorization.",
    ),
    refusal("UnknownOperationException"),
    MISMATCH,
    400,
  ]);
});
