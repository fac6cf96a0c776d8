import { inspect } from "node:util";
import { Sha256 } from "@aws-crypto/sha256-js";
import { describe, expect, test } from "@jest/globals";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import type { AwsCredentials } from "../../src/aws/credentials.ts";
import { signed } from "../../src/aws/signature.ts";
import { Secret } from "../../src/secret.ts";
import { opened } from "../fixtures/opened.ts";

const KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SESSION = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJ+hunter2==";
const forever: AwsCredentials = {
  ...{ id: "AKIAIOSFODNN7EXAMPLE", key: new Secret(KEY), from: "AWS_ACCESS_KEY_ID" },
};
const forNow: AwsCredentials = { ...forever, session: new Secret(SESSION) };

const TARGET = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
const PUBLIC_TARGET = "SpencerFrontendService.GetAuthorizationToken";

interface Request {
  readonly url: string;
  readonly target: string;
  readonly body: string;
}

interface Place {
  readonly service: string;
  readonly region: string;
}

type Headers = Readonly<Record<string, string>>;

const timeOf = (stamp = ""): Date =>
  new Date(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

/** The headers of the same request, at the same time, by what AWS' own SDK signs with. */
const byAws = async (
  { url, target, body }: Request,
  { key, session }: { readonly key: string; readonly session?: string | undefined },
  place: Place,
  at: Date,
): Promise<Headers> => {
  const { protocol, hostname, host, pathname } = new URL(url);
  const signer = new SignatureV4({
    ...{ ...place, sha256: Sha256, applyChecksum: false },
    credentials: {
      ...{ accessKeyId: forever.id, secretAccessKey: key },
      ...(session !== undefined && { sessionToken: session }),
    },
  });
  const { headers } = await signer.sign(
    {
      ...{ method: "POST", protocol, hostname, path: pathname, body },
      headers: { "content-type": "application/x-amz-json-1.1", host, "x-amz-target": target },
    },
    { signingDate: at },
  );
  const { host: _, ...others } = headers;
  return others;
};

const sign = async (request: Request, credentials: AwsCredentials, place: Place) => {
  const result = await signed(request, credentials, place);
  const stamp = result.headers?.["x-amz-date"];
  const at = timeOf(String(stamp));
  return { result: opened(result), at };
};

const ecr: Place = { service: "ecr", region: "eu-central-1" };
const request: Request = {
  ...{ url: "https://api.ecr.eu-central-1.amazonaws.com/", target: TARGET, body: "{}" },
};

describe("a request is signed as AWS' own SDK does", () => {
  const cases: readonly (readonly [string, Partial<Request>, Partial<Place>])[] = [
    ["for ECR", {}, {}],
    ["for ECR, without a slash", { url: "https://api.ecr.eu-central-1.amazonaws.com" }, {}],
    [
      "for the public ECR",
      { url: "https://api.ecr-public.us-east-1.amazonaws.com/", target: PUBLIC_TARGET },
      { service: "ecr-public", region: "us-east-1" },
    ],
    [
      "for FIPS",
      { url: "https://api.ecr-fips.us-gov-west-1.amazonaws.com/" },
      { region: "us-gov-west-1" },
    ],
    ["for both versions of IP", { url: "https://ecr.us-east-1.api.aws/" }, { region: "us-east-1" }],
    [
      "for China",
      { url: "https://api.ecr.cn-north-1.amazonaws.com.cn/" },
      { region: "cn-north-1" },
    ],
    ["for another endpoint, with its port", { url: "http://127.0.0.1:4566/" }, {}],
    ["for another endpoint, with its path", { url: "https://vpce.example:8443/base/ecr/" }, {}],
    ["with another body", { body: '{"registryIds":["123456789012"],"é":"😀"}' }, {}],
    ["without a body", { body: "" }, {}],
  ];

  test.each(cases)("%s, without a session", async (_, parts, place) => {
    const given = { ...request, ...parts };
    const { result, at } = await sign(given, forever, { ...ecr, ...place });
    expect(result).toEqual({
      ...{ method: "POST", url: given.url, body: { text: given.body } },
      headers: await byAws(given, { key: KEY }, { ...ecr, ...place }, at),
    });
  });

  test.each(cases)("%s, with a session, which stays sealed", async (_, parts, place) => {
    const given = { ...request, ...parts };
    const { result, at } = await sign(given, forNow, { ...ecr, ...place });
    const headers = await byAws(given, { key: KEY, session: SESSION }, { ...ecr, ...place }, at);
    expect(result).toEqual({
      ...{ method: "POST", url: given.url, body: { text: given.body } },
      headers: { ...headers, "x-amz-security-token": { secret: SESSION } },
    });
  });

  test("for now", async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const { at } = await sign(request, forever, ecr);
    expect([at.getTime() >= before, at.getTime() <= Date.now()]).toEqual([true, true]);
  });

  test("with all that the signature covers", async () => {
    const { headers } = await signed(request, forNow, ecr);
    expect(headers?.["authorization"]).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/eu-central-1\/ecr\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$/,
    );
  });

  test("whatever the secrets and the body are", async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
    const ascii = fc.string({ unit: fc.constantFrom(..."azAZ09+/="), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(text, ascii, fc.string({ unit: "grapheme" }), async (key, session, body) => {
        const given = { ...request, body };
        const credentials = { ...forever, key: new Secret(key), session: new Secret(session) };
        const { result, at } = await sign(given, credentials, ecr);
        const headers = await byAws(given, { key, session }, ecr, at);
        expect(result).toMatchObject({ headers: { authorization: headers["authorization"] } });
      }),
      { numRuns: 30 },
    );
  });
});

test("a signed request shows neither the key nor the session", async () => {
  const it = await signed(request, forNow, ecr);
  const shown = [inspect(it, { depth: null }), JSON.stringify(it)].join();
  expect([KEY, SESSION].filter((secret) => shown.includes(secret))).toEqual([]);
});

test("the id of a key that no header can hold is refused", async () => {
  for (const id of ["AKIA\n", "AKIA x", "ü", ""]) {
    await expect(
      signed(
        { url: "https://api.ecr.eu-west-1.amazonaws.com", target: TARGET, body: "{}" },
        { ...forever, id },
        { service: "ecr", region: "eu-west-1" },
      ),
    ).rejects.toThrow("the id of the access key of AWS is none");
  }
});
