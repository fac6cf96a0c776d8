import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type HttpRequest, inTheOpen, quotableIn, redacted } from "../../src/network/request.ts";
import { Secret } from "../../src/secret.ts";
import { tokenWith } from "../fixtures/unsigned-token.ts";

const post: HttpRequest = { method: "POST", url: "https://sts.example.test/" };
const secret = new Secret("hunter2 & more=ü");
const usual = { accept: "application/json", "user-agent": "berth" };

describe("inTheOpen() gives a request as it goes over the wire", () => {
  test.each<[what: string, parts: Partial<HttpRequest>, expected: unknown]>([
    ["without anything", {}, { headers: usual }],
    [
      "with headers",
      { headers: { accept: "application/xml", "x-one": "1" } },
      { headers: { ...usual, accept: "application/xml", "x-one": "1" } },
    ],
    [
      "with a secret for a header",
      { headers: { authorization: new Secret("hunter2") } },
      { headers: { ...usual, authorization: "hunter2" } },
    ],
    [
      "with a header that is a list, joined",
      { headers: { authorization: ["Bearer ", new Secret("hunter2"), ""] } },
      { headers: { ...usual, authorization: "Bearer hunter2" } },
    ],
    ["with an empty list", { headers: { "x-none": [] } }, { headers: { ...usual, "x-none": "" } }],
    [
      "with a form, encoded, in its order",
      { body: { form: { z: "a b+c", a: secret, empty: "", "ä&=": "é/%" } } },
      {
        headers: { ...usual, "content-type": "application/x-www-form-urlencoded" },
        body: "z=a+b%2Bc&a=hunter2+%26+more%3D%C3%BC&empty=&%C3%A4%26%3D=%C3%A9%2F%25",
      },
    ],
    [
      "with an empty form",
      { body: { form: {} } },
      { headers: { ...usual, "content-type": "application/x-www-form-urlencoded" }, body: "" },
    ],
    [
      "with JSON",
      { body: { json: { z: 'a"b\n', a: secret, list: ["x", "y"], none: [] } } },
      {
        headers: { ...usual, "content-type": "application/json" },
        body: '{"z":"a\\"b\\n","a":"hunter2 & more=ü","list":["x","y"],"none":[]}',
      },
    ],
    [
      "with JSON of another type",
      { headers: { "content-type": "application/x-amz-json-1.1" }, body: { json: {} } },
      { headers: { ...usual, "content-type": "application/x-amz-json-1.1" }, body: "{}" },
    ],
    ["with a text as it is", { body: { text: "a=b\n" } }, { headers: usual, body: "a=b\n" }],
    ["with an empty text", { body: { text: "" } }, { headers: usual, body: "" }],
  ])("%s", (_, parts, expected) => {
    expect(inTheOpen({ ...post, ...parts })).toEqual(expected);
  });

  test("which itself does not show its secrets", () => {
    const request: HttpRequest = {
      ...{ ...post, headers: { authorization: ["Bearer ", secret], "x-token": secret } },
      body: { form: { token: secret } },
    };
    const json: HttpRequest = { ...post, body: { json: { token: secret } } };
    const shown = [inspect(request, { depth: null }), JSON.stringify(request), inspect(json)];
    expect(shown.filter((text) => text.includes("hunter2"))).toEqual([]);
  });
});

const withForm = (...secrets: readonly string[]): HttpRequest => ({
  ...post,
  body: { form: Object.fromEntries(secrets.map((text, index) => [index, new Secret(text)])) },
});

describe("redacted() takes a request's secrets out of a text", () => {
  test.each<[what: string, request: HttpRequest, text: string, expected: string]>([
    ["that has none", post, "no such thing", "no such thing"],
    [
      "that are in a header",
      { ...post, headers: { authorization: new Secret("hunter2") } },
      "not hunter2!",
      "not [redacted]!",
    ],
    [
      "that are in a part of a header",
      { ...post, headers: { authorization: ["Bearer ", new Secret("hunter2")] } },
      "not Bearer hunter2",
      "not Bearer [redacted]",
    ],
    ["that are in a form", withForm("hunter2"), "hunter2hunter2", "[redacted][redacted]"],
    [
      "that are in JSON",
      { ...post, body: { json: { token: new Secret("hunter2"), list: ["a"], other: "open" } } },
      "hunter2 is not open",
      "[redacted] is not open",
    ],
    [
      "that are a user and a password for a registry",
      { ...post, headers: { authorization: ["Basic ", new Secret(btoa("me:hun:ter2"))] } },
      "hun:ter2 is not me's, bWU6aHVuOnRlcjI=",
      "[redacted] is not me's, [redacted]",
    ],
    ["beside a text", { ...post, body: { text: "hunter2" } }, "hunter2", "hunter2"],
    ["each of them", withForm("hunter1", "hunter2"), "hunter2 hunter1", "[redacted] [redacted]"],
    ["of any characters", withForm("(a|b)+$&\\"), "x(a|b)+$&\\x", "x[redacted]x"],
    ["of four characters", withForm("abcd"), "abcde", "[redacted]e"],
    ["but not what could be any word", withForm("abc", ""), "abc", "abc"],
    [
      "with one that begins as another does",
      withForm("hunter", "hunter22"),
      "hunter22!",
      "[redacted]!",
    ],
  ])("%s", (_, request, text, expected) => {
    expect(redacted(text, quotableIn(request))).toBe(expected);
  });

  const token = tokenWith({ sub: "hunter2" });
  const [head = "", payload = ""] = token.split(".");

  test.each([
    ["a JWT", token, "[redacted]"],
    ["its first two parts", `${head}.${payload}`, "[redacted]"],
    ["its first part", head, "[redacted]"],
    ["one in quotes", `token "${token}" is bad`, 'token "[redacted]" is bad'],
    ["two of them", `${token},${token}`, "[redacted],[redacted]"],
    ["one behind a sign", `Bearer=${token}`, "Bearer=[redacted]"],
    [
      "one behind a letter, but for its first part, which says nothing",
      `x${token}`,
      `x${head}.[redacted]`,
    ],
    ["no word that begins as one does", "eyJust a word", "eyJust a word"],
  ])("and what looks like a token, whoever's it is: %s", (_, text, expected) => {
    expect(redacted(text, quotableIn(post))).toBe(expected);
  });

  test("wherever they are", () => {
    const anySecret = fc.string({ unit: fc.constantFrom(..."AB01+/=$\\"), minLength: 4 });
    const pieces = fc.array(fc.oneof(fc.string(), fc.nat({ max: 2 })), { maxLength: 8 });
    fc.assert(
      fc.property(fc.tuple(anySecret, anySecret, anySecret), pieces, (secrets, parts) => {
        const text = parts
          .map((part) => (typeof part === "number" ? secrets[part] : part))
          .join("");
        const clean = redacted(text, quotableIn(withForm(...secrets)));
        expect(secrets.filter((it) => clean.includes(it))).toEqual([]);
      }),
    );
  });
});
