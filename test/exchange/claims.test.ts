import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { claimsOf, shownClaims } from "../../src/exchange/claims.ts";
import { Secret } from "../../src/secret.ts";
import { anyText } from "../fixtures/hostile-text.ts";
import { tokenWith, tokenWithPayload } from "../fixtures/unsigned-token.ts";

const of = (claims: unknown) => claimsOf(new Secret(tokenWith(claims)));

describe("claimsOf() reads what a token says of itself", () => {
  test.each<[what: string, claims: unknown, expected: unknown]>([
    [
      "that of GitHub Actions",
      {
        ...{ iss: "https://token.actions.githubusercontent.com", aud: "sts.amazonaws.com" },
        ...{ sub: "repo:o/r:ref:refs/heads/main", exp: 1_767_366_245, iat: 1_767_365_945 },
        ...{ repository: "o/r", actor: "octocat" },
      },
      {
        issuer: "https://token.actions.githubusercontent.com",
        subject: "repo:o/r:ref:refs/heads/main",
        audiences: ["sts.amazonaws.com"],
        until: new Date("2026-01-02T15:04:05Z"),
      },
    ],
    ["several audiences", { aud: ["a", "b"] }, { audiences: ["a", "b"] }],
    ["no audience", { aud: [] }, {}],
    [
      "texts among others",
      { aud: ["a", 1, null, ["b"], "c"], iss: {}, sub: 7 },
      { audiences: ["a", "c"] },
    ],
    ["letters of any kind", { sub: "é😀" }, { subject: "é😀" }],
    ["an end with a fraction", { exp: 1.5 }, { until: new Date(1500) }],
    ["an end before 1970", { exp: -1 }, { until: new Date(-1000) }],
    ["an end in 1970", { exp: 0 }, { until: new Date(0) }],
    ["an end that is a text", { exp: "1767366245" }, {}],
    ["an end that no calendar has", { exp: 1e20 }, {}],
    ["an end that no calendar had", { exp: -1e20 }, {}],
    ["nothing", {}, {}],
    ["empty texts", { iss: "", sub: "", aud: "" }, {}],
    ["nothing but nulls", { iss: null, sub: null, aud: null, exp: null }, {}],
    ["what every object has", { constructor: { exp: 1 } }, {}],
    ["a list", [{ iss: "x" }], {}],
    ["a text", "iss", {}],
    ["a number", 1, {}],
    ["null", null, {}],
  ])("%s", (_, claims, expected) => {
    expect(of(claims)).toEqual(expected);
  });

  test.each([
    ["an end without end", '{"exp":1e999}', {}],
    ["a claim that is there twice: the last one counts", '{"sub":"a","sub":"b"}', { subject: "b" }],
    ["what objects are made of", '{"__proto__":{"sub":"a"}}', {}],
    ["blanks around it", ' {"sub":"a"}\n', { subject: "a" }],
    ["JSON that breaks off", '{"sub":"a"', {}],
    ["no JSON", "sub=a", {}],
    ["nothing at all", "", {}],
  ])("%s", (_, payload, expected) => {
    expect(claimsOf(new Secret(tokenWithPayload(payload)))).toEqual(expected);
  });

  test.each([
    ["no JWT", "hunter2"],
    ["nothing", ""],
    ["points alone", "..."],
    ["one part", `.${"x".repeat(10_000)}`],
    ["five parts, which are encrypted", "eyJhbGciOiJSU0EifQ.a.b.c.d"],
    ["other signs", "a.§$%&/()=?.b"],
    ["a JWT without its first part", tokenWith({ sub: "a" }).split(".")[1] ?? ""],
  ])("nothing of %s", (_, token) => {
    expect(claimsOf(new Secret(token))).toEqual({});
  });

  test("and never fails, nor gives what cannot be shown", () => {
    const payload = fc.oneof(
      ...[anyText, fc.string(), fc.json()],
      fc
        .record(
          { iss: fc.jsonValue(), sub: fc.jsonValue(), aud: fc.jsonValue(), exp: fc.jsonValue() },
          { requiredKeys: [] },
        )
        .map((claims) => JSON.stringify(claims)),
      fc.double({ noNaN: true }).map((exp) => `{"exp":${exp}}`),
    );
    const token = fc.oneof(anyText, fc.base64String(), payload.map(tokenWithPayload));
    fc.assert(
      fc.property(token, (text) => {
        const claims = claimsOf(new Secret(text));
        expect(() => [shownClaims(claims), claims.until?.toISOString()]).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });
});

describe("shownClaims() shows", () => {
  test.each([
    ["nothing of nothing", {}, ""],
    [
      "what is compared, in the order in which it is set up, and not until when",
      { subject: "s", audiences: ["a", "b"], issuer: "i", until: new Date(0) },
      "iss i, aud a, b, sub s",
    ],
    ["what there is", { subject: "s" }, "sub s"],
    [
      "what cannot forge a line of the log",
      { subject: "a\n::error::b", issuer: "\u001b[31m##vso[x]" },
      "iss \\x1b[31m#\\x23vso[x], sub a\\x0a::error::b",
    ],
  ])("%s", (_, claims, expected) => {
    expect(shownClaims(claims)).toBe(expected);
  });
});
