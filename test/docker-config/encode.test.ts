import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  decodeAuth,
  encodeAuth,
  encodeConfig,
  fingerprints,
  secretsIn,
} from "../../src/docker-config/encode.ts";
import { parseConfig } from "../../src/docker-config/parse.ts";
import { fingerprint } from "../../src/fingerprint.ts";
import { Secret } from "../../src/secret.ts";
import { base64, configOf, inStore, login } from "../fixtures/configs.ts";
import { opened } from "../fixtures/opened.ts";

const auth = (user: string, password: string): string =>
  Secret.open(encodeAuth(user, new Secret(password)));

describe("encodeAuth()", () => {
  test.each([
    ["RFC 7617's example", "Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
    ["TRAP 17: colons in the password", "me", "a:b:", "bWU6YTpiOg=="],
    ["standard letters, not those of URLs", "me", "??>>", "bWU6Pz8+Pg=="],
    ["UTF-8", "é", "ü😀", "w6k6w7zwn5iA"],
    ["an empty password", "me", "", "bWU6"],
  ])("%s", (_, user, password, expected) => {
    expect(auth(user, password)).toBe(expected);
  });

  test("TRAP 17: a job token of 8 KB stays on one line", () => {
    const token = `eyJ.${"aB-_".repeat(2048)}.sig`;
    expect(auth("gitlab-ci-token", token)).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(auth("gitlab-ci-token", token), "base64").toString()).toBe(
      `gitlab-ci-token:${token}`,
    );
  });

  test("gives user and password back, whatever they are", () => {
    const user = fc.string({ unit: "grapheme" }).map((name) => name.replaceAll(":", ""));
    fc.assert(
      fc.property(user, fc.string({ unit: "grapheme" }), (name, password) => {
        expect(Buffer.from(auth(name, password), "base64").toString("utf8")).toBe(
          `${name}:${password}`,
        );
      }),
    );
  });
});

const decoded = (text: string) => opened(decodeAuth(new Secret(text)));

describe("decodeAuth() splits what stands in a config", () => {
  test.each([
    ["a user and a password", base64("me:pw"), "me", "pw"],
    ["a password with colons and line breaks", base64("me:a:b\n:"), "me", "a:b\n:"],
    ["no user", base64(":pw"), "", "pw"],
    ["letters of any kind", base64("é:ü😀"), "é", "ü😀"],
  ])("%s", (_, text, user, password) => {
    expect(decoded(text)).toEqual({ user, password: { secret: password } });
  });

  test("a user alone", () => {
    expect(decoded(base64("me:"))).toEqual({ user: "me" });
  });

  test.each([
    ["nothing", ""],
    ["no colon", base64("me")],
    ["no base64", "me:pw"],
    ["the letters of URLs", Buffer.from("me:??>>").toString("base64url").padEnd(12, "=")],
    ["no padding", base64("me:pw").replace(/=+$/, "")],
    ["a line break", `${base64("me:pw")}\n`],
  ])("into nothing where it is %s", (_, text) => {
    expect(decodeAuth(new Secret(text))).toBeUndefined();
  });

  test("as encodeAuth() has joined it", () => {
    const user = fc.string({ unit: "grapheme" }).map((name) => name.replaceAll(":", ""));
    fc.assert(
      fc.property(user, fc.string({ unit: "grapheme" }), (name, password) => {
        expect(opened(decodeAuth(encodeAuth(name, new Secret(password))))).toEqual({
          ...{ user: name, ...(password && { password: { secret: password } }) },
        });
      }),
    );
  });
});

describe("encodeConfig()", () => {
  test("writes what Docker would, secrets in the open, and nothing that is not there", () => {
    const config = configOf({
      auths: {
        "r.example": login("me", "pw"),
        "t.example": {
          ...login("<token>", ""),
          identityToken: new Secret("it"),
          registryToken: new Secret("rt"),
        },
        "berth.invalid": inStore(),
      },
      credHelpers: { "gcr.io": "gcloud" },
      currentContext: "remote",
      cliPluginsExtraDirs: ["/opt/plugins"],
      other: { HttpHeaders: { a: "b" }, "future.key": [null] },
    });
    const expected = {
      HttpHeaders: { a: "b" },
      "future.key": [null],
      auths: {
        "r.example": { auth: base64("me:pw") },
        "t.example": { auth: base64("<token>:"), identitytoken: "it", registrytoken: "rt" },
        "berth.invalid": {},
      },
      credHelpers: { "gcr.io": "gcloud" },
      currentContext: "remote",
      cliPluginsExtraDirs: ["/opt/plugins"],
    };
    expect(encodeConfig(config)).toBe(`${JSON.stringify(expected, null, "\t")}\n`);
  });

  test("RULE 9: never writes a credential store", () => {
    expect(JSON.parse(encodeConfig(configOf({ credsStore: "desktop" })))).toEqual({ auths: {} });
  });

  test("keys named like parts of objects are written as any other", () => {
    const text = `{"__proto__":{"a":"b"},"auths":{"__proto__":{"auth":"${base64("me:pw")}"},"constructor":{}},"credHelpers":{"__proto__":"pass"}}`;
    const read = parseConfig(text, "base");
    if ("problem" in read) throw new Error(read.problem);
    expect(encodeConfig(read.config).replace(/\s/g, "")).toBe(text);
  });
});

const key = fc.oneof(
  fc.constantFrom("r.example", "R.example:443", "__proto__", "constructor", "https://r/v1/"),
  fc.string(),
);
const name = fc.string({ minLength: 1 }).map((text) => `u${text.replaceAll(":", "")}`);
const entry = fc.tuple(name, fc.string()).map(([user, password]) => login(user, password));
const dictionary = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(key, value)).map((pairs) => Object.fromEntries(pairs));
const otherKey = fc.string().map((text) => `x-${text}`);
const config = fc
  .record({
    auths: dictionary(fc.oneof(entry, fc.constant(inStore()))),
    credHelpers: dictionary(fc.string()),
    cliPluginsExtraDirs: fc.array(fc.string()),
    currentContext: fc.string({ minLength: 1 }),
    other: fc.dictionary(
      otherKey,
      fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json))),
    ),
  })
  .map(configOf);

test("a config that is written and read again is the same, unknown keys included", () => {
  fc.assert(
    fc.property(config, (it) => {
      expect(opened(parseConfig(encodeConfig(it), "base"))).toEqual(
        opened({ config: it, badAuths: [] }),
      );
    }),
  );
});

test("secretsIn() gives each secret as it is and as it stands in the file, once, and no user name", () => {
  const auths = {
    "r.example": login("me", "p:w\nx"),
    "same.example": login("me", "p:w\nx"),
    "t.example": {
      ...login("<token>", ""),
      identityToken: new Secret("it"),
      registryToken: new Secret("rt"),
    },
    "berth.invalid": inStore(),
  };
  const found = secretsIn(configOf({ auths })).filter((form) => form !== "");
  expect(found).toEqual(["p:w\nx", base64("me:p:w\nx"), "it", "rt"]);
});

describe("fingerprints()", () => {
  test("name each value that berth wrote, and hold no secret", () => {
    const config = configOf({
      auths: { r: login("me", "pw") },
      credHelpers: { r: "pass" },
      currentContext: "remote",
      other: { proxies: { a: "b" } },
    });
    expect(fingerprints(config)).toEqual({
      "auths r": fingerprint(`{"auth":"${base64("me:pw")}"}`),
      "credHelpers r": fingerprint('"pass"'),
      "other proxies": fingerprint('{"a":"b"}'),
      currentContext: fingerprint('"remote"'),
    });
  });

  test("change with each part of an entry", () => {
    const entries = [
      login("me", "pw"),
      login("me", "other"),
      { ...login("me", "pw"), identityToken: new Secret("it") },
      { ...login("me", "pw"), registryToken: new Secret("it") },
      inStore(),
    ];
    const sums = entries.map((it) => fingerprints(configOf({ auths: { r: it } }))["auths r"]);
    expect(new Set(sums).size).toBe(entries.length);
  });
});
