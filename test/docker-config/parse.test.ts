import { describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../src/docker-config/parse.ts";
import { base64, configOf, inStore, login } from "../fixtures/configs.ts";
import { opened } from "../fixtures/opened.ts";

const read = (content: unknown) => opened(parseConfig(JSON.stringify(content), "base"));

const parsed = (parts: Parameters<typeof configOf>[0], ...badAuths: string[]) =>
  opened({ config: configOf(parts), badAuths });

/** As login(), from an entry with a user name and a password of its own. */
const split = (password: string) => ({ ...login("me", password), isSplit: true as const });

const auths = (entry: unknown) => ({ auths: { "r.example": entry } });

describe("an entry of auths", () => {
  test.each([
    ["auth", { auth: base64("me:pw") }, login("me", "pw")],
    ["colons in the password", { auth: base64("me:p:w:") }, login("me", "p:w:")],
    [
      "other letters than ASCII",
      { auth: base64("jürgen:pässwörd😀") },
      login("jürgen", "pässwörd😀"),
    ],
    ["no password, as for an identity token", { auth: base64("me:") }, login("me", "")],
    ["line breaks in auth", { auth: `${base64("me:pw")}\r\n` }, login("me", "pw")],
    ["user name and password", { username: "me", password: "pw" }, split("pw")],
    [
      "auth before user name",
      { auth: base64("a:b"), username: "me", password: "pw" },
      login("a", "b"),
    ],
    ["an empty auth", { auth: "", username: "me", password: "pw" }, split("pw")],
    ["a user name alone", { username: "me" }, split("")],
    ["Go's spelling in any case", { AUTH: base64("me:pw"), Email: "x" }, login("me", "pw")],
    ["null for nothing", { auth: base64("me:pw"), identitytoken: null }, login("me", "pw")],
    ["fields that Docker does not know", { auth: base64("me:pw"), note: "x" }, login("me", "pw")],
    [
      "such fields of other types",
      { auth: base64("me:pw"), insecure: true, n: 1 },
      login("me", "pw"),
    ],
    ["nothing: it is in the credential store", {}, inStore()],
    ["null", null, inStore()],
  ])("may have %s", (_, entry, expected) => {
    expect(read(auths(entry))).toEqual(parsed({ auths: { "r.example": expected } }));
  });

  test("may have tokens, which are kept", () => {
    const entry = { auth: base64("<token>:"), identitytoken: "it", registrytoken: "rt" };
    expect(read(auths(entry))).toEqual({
      config: {
        ...(opened(configOf({})) as object),
        auths: new Map([
          [
            "r.example",
            {
              user: "<token>",
              auth: { secret: base64("<token>:") },
              identityToken: { secret: "it" },
              registryToken: { secret: "rt" },
              from: "base",
            },
          ],
        ]),
      },
      badAuths: [],
    });
  });

  test.each([
    ["no colon", { auth: base64("me") }],
    ["no user", { auth: base64(":pw") }],
    ["text that is no base64", { auth: "me:pw" }],
    ["base64 without its padding", { auth: base64("me:p").replace(/=+$/, "") }],
    ["the base64 of URLs", { auth: base64("me:??>>").replace("+", "-") }],
    ["a blank inside", { auth: "bWU6 cHc=" }],
    ["a number", { auth: 1 }],
    ["a colon in the user name", { username: "m:e", password: "pw" }],
    ["a password without a user", { password: "pw" }],
    ["a user name that is none", { auth: base64("me:pw"), username: 1 }],
    ["a password that is none", { auth: base64("me:pw"), Password: ["pw"] }],
    ["a list for a token", { auth: base64("me:pw"), identitytoken: [] }],
  ])("RULE 5: with %s is left out, and the others stay", (_, entry) => {
    expect(read({ auths: { bad: entry, good: { auth: base64("me:pw") } } })).toEqual(
      parsed({ auths: { good: login("me", "pw") } }, "bad"),
    );
  });
});

test("RULE 4: the top level is told apart, and keys that berth does not change are kept as they are", () => {
  const other = {
    HttpHeaders: { "X-Meta": "1" },
    proxies: { default: { httpProxy: "http://u:p@proxy:3128", noProxy: null } },
    plugins: { "-x-cli-hints": { enabled: "true" } },
    psFormat: "table {{.ID}}",
    experimental: "enabled",
    "future.key": [1, { a: null }],
    constructor: { prototype: 1 },
  };
  const known = {
    credsStore: "desktop",
    credHelpers: { "gcr.io": "gcloud", "no.helper": "" },
    currentContext: "remote",
    cliPluginsExtraDirs: ["/opt/plugins"],
  };
  expect(read({ ...other, ...known })).toEqual(parsed({ ...known, other }));
});

test.each([
  ["an empty object", {}],
  ["null for each key", { auths: null, credHelpers: null, credsStore: null, currentContext: null }],
  ["empty values", { auths: {}, credHelpers: {}, credsStore: "", cliPluginsExtraDirs: null }],
])("%s is an empty config", (_, content) => {
  expect(read(content)).toEqual(parsed({}));
});

test("null in a map or a list, which Go reads as nothing, is none", () => {
  const content = {
    credHelpers: { "gcr.io": "gcloud", "r.example": null },
    cliPluginsExtraDirs: [null, "/opt/plugins"],
  };
  expect(read(content)).toEqual(
    parsed({ credHelpers: { "gcr.io": "gcloud" }, cliPluginsExtraDirs: ["/opt/plugins"] }),
  );
});

test("keys that differ in case alone are merged where both are objects, as Go does it; else the last counts", () => {
  const content = {
    auths: { a: { auth: base64("a:1") }, b: { auth: base64("b:1") } },
    AUTHS: { b: { auth: base64("b:2") }, c: { auth: base64("c:2") } },
    credHelpers: { a: "pass" },
    CredHelpers: null,
    credsStore: "one",
    CREDSSTORE: "two",
    httpheaders: { x: "1", y: "1" },
    HttpHeaders: { y: "2" },
    "Future.Key": { x: 1 },
    "future.key": { y: 2 },
  };
  expect(read(content)).toEqual(
    parsed({
      auths: { a: login("a", "1"), b: login("b", "2"), c: login("c", "2") },
      credsStore: "two",
      other: {
        HttpHeaders: { x: "1", y: "2" },
        "Future.Key": { x: 1 },
        "future.key": { y: 2 },
      },
    }),
  );
});

test("keys count in any case, as Go reads them", () => {
  const content = {
    AUTHS: { r: { auth: base64("me:pw") } },
    credsstore: "pass",
    httpheaders: { a: "b" },
  };
  expect(read(content)).toEqual(
    parsed({
      auths: { r: login("me", "pw") },
      credsStore: "pass",
      other: { HttpHeaders: { a: "b" } },
    }),
  );
});
