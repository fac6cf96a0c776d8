import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Client, forged, form, makeClient, SECONDS, type Settled } from "./client.ts";
import { type Clouds, startClouds } from "./clouds.ts";
import { NOBODY, ORPHAN_ROLE, ROLE, SUBJECT } from "./world.ts";

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

const URL_OF_STS = "https://sts.eu-west-1.amazonaws.com/";
const AUDIENCE = "sts.amazonaws.com";

const issue = (request: object = {}): Promise<string> =>
  clouds.issuer.issue({ audience: AUDIENCE, subject: SUBJECT, ...request });

type Fields = Readonly<Record<string, string | undefined>>;

const assume = async (
  fields: Fields = {},
  headers: Record<string, string> = {},
): Promise<Settled> => {
  const token = await issue();
  const { headers: ofForm, ...request } = form({
    ...{ Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleArn: ROLE },
    ...{ RoleSessionName: "berth-1", WebIdentityToken: token, ...fields },
  });
  return client.ask(URL_OF_STS, { ...request, headers: { ...(ofForm as object), ...headers } });
};

const refusal = (status: number, code: string, message: string): Settled => ({
  ...{ status, type: "text/xml" },
  body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>${code}</Code>
    <Message>${message}</Message>
  </Error>
  <RequestId>[uuid]</RequestId>
</ErrorResponse>
`,
});

test("a role that trusts the job", async () => {
  expect(await assume()).toEqual({
    ...{ status: 200, type: "text/xml" },
    body: `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>${SUBJECT}</SubjectFromWebIdentityToken>
    <Audience>sts.amazonaws.com</Audience>
    <AssumedRoleUser>
      <Arn>arn:aws:sts::123456789012:assumed-role/push/berth-1</Arn>
      <AssumedRoleId>[id]:berth-1</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <SessionToken>[session token]</SessionToken>
      <SecretAccessKey>[secret access key]</SecretAccessKey>
      <Expiration>[time]</Expiration>
      <AccessKeyId>[id]</AccessKeyId>
    </Credentials>
    <Provider>arn:aws:iam::123456789012:oidc-provider/127.0.0.1</Provider>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata>
    <RequestId>[uuid]</RequestId>
  </ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>
`,
  });
});

const violation = (value: string, must: string) =>
  refusal(
    400,
    "ValidationError",
    `1 validation error detected: ${value} failed to satisfy constraint: Member must ${must}`,
  );

test.each<[string, Fields, Settled]>([
  ["no action", { Action: undefined }, refusal(400, "MissingAction", "Action is missing")],
  [
    "no version",
    { Version: undefined },
    refusal(
      400,
      "InvalidAction",
      "Could not find operation AssumeRoleWithWebIdentity for version NO_VERSION_SPECIFIED",
    ),
  ],
  [
    "no name of the session",
    { RoleSessionName: undefined },
    violation("Value 'null' at 'roleSessionName'", "not be null"),
  ],
  [
    "a short name",
    { RoleSessionName: "b" },
    violation("Value 'b' at 'roleSessionName'", "have length greater than or equal to 2"),
  ],
  [
    "a long name",
    { RoleSessionName: "b".repeat(65) },
    violation(
      `Value '${"b".repeat(65)}' at 'roleSessionName'`,
      "have length less than or equal to 64",
    ),
  ],
  [
    "a name with a slash",
    { RoleSessionName: "a/b" },
    violation(
      "Value 'a/b' at 'roleSessionName'",
      "satisfy regular expression pattern: [\\w+=,.@-]*",
    ),
  ],
  [
    "no token",
    { WebIdentityToken: "" },
    violation("at 'webIdentityToken'", "have length greater than or equal to 4"),
  ],
  [
    "no role's ARN",
    { RoleArn: "arn:aws:iam::1:user/somebody" },
    refusal(400, "ValidationError", "arn:aws:iam::1:user/somebody is invalid"),
  ],
  [
    "a short time",
    { DurationSeconds: "60" },
    violation("Value '60' at 'durationSeconds'", "have value greater than or equal to 900"),
  ],
  [
    "a long time",
    { DurationSeconds: "7200" },
    refusal(
      400,
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    ),
  ],
  [
    "a role that is not there",
    { RoleArn: `${ROLE}-2` },
    refusal(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
  ],
  [
    "no JWT",
    { WebIdentityToken: "test-token" },
    refusal(
      400,
      "InvalidIdentityToken",
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    ),
  ],
])("STS refuses %s", async (_, fields, expected) => {
  expect(await assume(fields)).toEqual(expected);
});

test.each<[string, object, Settled]>([
  [
    "another issuer",
    { iss: NOBODY },
    refusal(
      400,
      "InvalidIdentityToken",
      `No OpenIDConnect provider found in your account for ${NOBODY.replace(/:\d+$/, "")}`,
    ),
  ],
  [
    "one that has ended",
    { expiresIn: -60 },
    refusal(
      400,
      "ExpiredTokenException",
      `Token expired: current date/time ${SECONDS} must be before the expiration date/time ${SECONDS}`,
    ),
  ],
  [
    "another audience",
    { audience: "sigstore" },
    refusal(400, "InvalidIdentityToken", "Incorrect token audience"),
  ],
  [
    "another subject",
    { subject: "repo:other/app:ref:refs/heads/main" },
    refusal(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
  ],
])("STS refuses a token of %s", async (_, request, expected) => {
  expect(await assume({ WebIdentityToken: await issue(request) })).toEqual(expected);
});

test("STS refuses a token that is not the issuer's", async () => {
  const token = forged(await issue(), await issue());
  expect(await assume({ WebIdentityToken: token })).toEqual(
    refusal(
      400,
      "InvalidIdentityToken",
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    ),
  );
});

test("STS cannot reach the issuer", async () => {
  const token = await issue({ iss: NOBODY });
  expect(await assume({ RoleArn: ORPHAN_ROLE, WebIdentityToken: token })).toEqual(
    refusal(400, "IDPCommunicationError", "The identity provider could not be reached"),
  );
});

test("STS refuses what is signed, or no form", async () => {
  expect([
    await assume({}, { authorization: "AWS4-HMAC-SHA256 Credential=x" }),
    await assume({}, { "content-type": "text/plain" }),
    await client.ask(URL_OF_STS),
  ]).toEqual([
    refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid"),
    refusal(400, "MissingAction", "Action is missing"),
    refusal(400, "MissingAction", "Action is missing"),
  ]);
});
