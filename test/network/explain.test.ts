import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { explain } from "../../src/network/explain.ts";
import { anyText } from "../fixtures/hostile-text.ts";

const xml = (code: string, message: string): string =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>${code}</Code>
    <Message>${message}</Message>
  </Error>
  <RequestId>0a1b2c3d-0000-0000-0000-000000000000</RequestId>
</ErrorResponse>
`;

const NO_PROVIDER =
  "No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com";
const NOT_ALLOWED =
  "User: arn:aws:sts::123456789012:assumed-role/ci/berth-1 is not authorized to perform: ecr:GetAuthorizationToken on resource: *";
const NOT_FOUND =
  "AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:o/r:ref:refs/heads/main'. Trace ID: 0a1b";
const DENIED =
  "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
const VISIT =
  "authentication required, visit https://aka.ms/acr/authorization for more information.";
const CONDITION = "The given credential is rejected by the attribute condition.";

describe("explain() gives the code and message of", () => {
  test.each<[whose: string, answer: unknown, expected: string]>([
    [
      "AWS STS, in XML",
      xml("InvalidIdentityToken", NO_PROVIDER),
      `InvalidIdentityToken: ${NO_PROVIDER}`,
    ],
    ["AWS STS, in XML without a message", xml("AccessDenied", ""), "AccessDenied"],
    [
      "AWS STS, in XML of one line",
      xml("ExpiredTokenException", "Token too old: 441398").replace(/\n\s*/g, ""),
      "ExpiredTokenException: Token too old: 441398",
    ],
    [
      "AWS STS, with what XML writes otherwise",
      xml("ValidationError", "Value &#39;a b&#39; &lt; &quot;2&quot; &amp;amp; &apos;x&apos;"),
      `ValidationError: Value 'a b' < "2" &amp; 'x'`,
    ],
    [
      "AWS STS, in JSON",
      {
        Error: { Code: "AccessDenied", Message: "Not authorized", Type: "Sender" },
        RequestId: "1",
      },
      "AccessDenied: Not authorized",
    ],
    [
      "Amazon ECR",
      { __type: "AccessDeniedException", Message: NOT_ALLOWED },
      `AccessDeniedException: ${NOT_ALLOWED}`,
    ],
    [
      "Amazon ECR, with the name of a service and a small m",
      { __type: "com.amazonaws.ecr#ServerException", message: "try again" },
      "ServerException: try again",
    ],
    [
      "AWS, with the address of a type",
      { __type: "AccessDeniedException:http://internal.amazon.com/coral/", message: "no" },
      "AccessDeniedException: no",
    ],
    ["AWS, without a message", { __type: "ThrottlingException" }, "ThrottlingException"],
    [
      "a container's credentials",
      { Code: "AccessDenied", Message: "no such role" },
      "AccessDenied: no such role",
    ],
    [
      "Google STS",
      { error: "unauthorized_client", error_description: CONDITION },
      `unauthorized_client: ${CONDITION}`,
    ],
    [
      "Google IAM",
      { error: { code: 403, message: DENIED, status: "PERMISSION_DENIED", details: [{ a: 1 }] } },
      `PERMISSION_DENIED: ${DENIED}`,
    ],
    [
      "Microsoft Entra",
      {
        ...{ error: "invalid_client", error_description: NOT_FOUND, error_codes: [700213] },
        ...{ timestamp: "2026-01-01 00:00:00Z", trace_id: "1", correlation_id: "2" },
      },
      `invalid_client: ${NOT_FOUND}`,
    ],
    [
      "Azure Container Registry",
      { errors: [{ code: "UNAUTHORIZED", message: VISIT }] },
      `UNAUTHORIZED: ${VISIT}`,
    ],
    [
      "a registry that has more of them: the first",
      {
        errors: [
          { code: "DENIED", message: "one", detail: null },
          { code: "B", message: "two" },
        ],
      },
      "DENIED: one",
    ],
    [
      "JFrog",
      { errors: [{ code: "BAD_REQUEST", message: "Invalid audience" }] },
      "BAD_REQUEST: Invalid audience",
    ],
    ["an older JFrog", { errors: [{ status: 404, message: "Not Found" }] }, "Not Found"],
    [
      "an old JFrog",
      { status: 400, message: "Failed to get public key" },
      "Failed to get public key",
    ],
    [
      "Azure DevOps",
      { $id: "1", message: "TF400813: not authorized", typeKey: "UnauthorizedRequestException" },
      "TF400813: not authorized",
    ],
    ["Docker Hub", { message: "unknown connection" }, "unknown connection"],
    ["Cloudsmith", { detail: "Invalid OIDC token." }, "Invalid OIDC token."],
    ["Quay", { error: "Could not validate the token" }, "Could not validate the token"],
    ["OAuth, with its code alone", { error: "invalid_request" }, "invalid_request"],
    [
      "OAuth, with an empty description",
      { error: "access_denied", error_description: "" },
      "access_denied",
    ],
  ])("%s", (_, answer, expected) => {
    expect(explain(typeof answer === "string" ? answer : JSON.stringify(answer))).toBe(expected);
  });
});

describe("explain() has nothing to say of", () => {
  test.each([
    ["nothing", ""],
    ["blanks", " \r\n\t"],
    ["a page", "<!DOCTYPE html><html><body><h1>403 Forbidden</h1></body></html>"],
    ["a line of text", "Bad credentials"],
    ["XML of another kind", '<?xml version="1.0"?><a><Codes>1</Codes><Message/></a>'],
    ["XML that breaks off", "<Error><Code>Access"],
    ["JSON that breaks off", '{"error":"invalid_client","error_descr'],
    ["JSON that is no object", '["error"]'],
    ["JSON that is a text", '"error"'],
    ["JSON that is null", "null"],
    ["JSON that is a number", "403"],
    ["an empty object", "{}"],
    ["values of other types", '{"error":1,"code":{},"message":["x"],"detail":null}'],
    ["no errors", '{"errors":[]}'],
    ["errors of other types", '{"errors":[["x"]],"Error":true}'],
    ["what every object has", '{"constructor":"x","toString":"y"}'],
    ["what objects are made of", '{"__proto__":{"code":"x","message":"y"}}'],
  ])("%s", (_, text) => {
    expect(explain(text)).toBe("");
  });
});

describe("explain() gives one line", () => {
  test.each([
    ["of several", "a\r\n\tb\n\n  c", "a b c"],
    ["without blanks around it", "  a  ", "a"],
    ["of 400 characters, as it is", "x".repeat(400), "x".repeat(400)],
    ["of more, cut off", "x".repeat(401), `${"x".repeat(400)}…`],
    ["of a megabyte, cut off", "x".repeat(1024 * 1024), `${"x".repeat(400)}…`],
  ])("%s", (_, message, expected) => {
    expect(explain(JSON.stringify({ message }))).toBe(expected);
  });

  const piece = fc.constantFrom(
    ...["{", "}", "[", "]", '"', ":", ",", "error", "errors", "message", "code", "null", "1"],
    ...["<Code>", "</Code>", "<Message>", "</Message>", "<", "#", "\\u0000", "\n", "\u001b[31m"],
  );
  const name = fc.constantFrom(
    ...["error", "Error", "errors", "code", "Code", "__type", "status", "message", "Message"],
    ...["error_description", "detail", "__proto__", "other"],
  );
  const { tree } = fc.letrec((tie) => ({
    // The first is what ends it.
    tree: fc.oneof(
      { maxDepth: 4 },
      ...[fc.string(), fc.integer(), fc.boolean(), fc.constant(null)],
      fc.dictionary(name, tie("tree")),
      fc.array(tie("tree"), { maxLength: 3 }),
    ),
  }));

  test("of at most 401 characters, whatever the answer is", () => {
    const answer = fc.oneof(
      ...[anyText, fc.string({ maxLength: 2000 }), fc.json()],
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("")),
      tree.map((it) => JSON.stringify(it)),
      fc.tuple(anyText, anyText).map(([code, message]) => xml(code, message)),
    );
    fc.assert(
      fc.property(answer, (text) => {
        const line = explain(text);
        expect([line.length <= 401, line === line.trim(), /[\n\r\t]/.test(line)]).toEqual([
          ...[true, true, false],
        ]);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["of open brackets", "[".repeat(1024 * 1024)],
    ["of nested objects", '{"error":'.repeat(100_000)],
    ["of open tags", "<Code>".repeat(170_000)],
    ["of signs before a name", `{"code":"${"#".repeat(1024 * 1024)}"}`],
    ["of blanks", `{"message":"x${" ".repeat(1024 * 1024)}x"}`],
  ])("in no time, also for a megabyte %s", (_, text) => {
    const start = performance.now();
    explain(text);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
