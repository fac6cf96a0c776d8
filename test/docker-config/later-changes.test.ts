import { describe, expect, test } from "@jest/globals";
import { encodeConfig, fingerprints } from "../../src/docker-config/encode.ts";
import { changesSince, keepChanges } from "../../src/docker-config/later-changes.ts";
import { configOf, inStore, login } from "../fixtures/configs.ts";
import { opened } from "../fixtures/opened.ts";

const written = configOf({
  auths: { "r.example": login("job", "token"), "berth.invalid": inStore() },
  credHelpers: { "gcr.io": "gcloud" },
  currentContext: "remote",
  cliPluginsExtraDirs: ["/opt/plugins"],
  other: { HttpHeaders: { a: "b" } },
});
const { currentContext: _, ...withoutContext } = written;
const record = fingerprints(written);

describe("changesSince()", () => {
  test.each([
    ["nothing, where nothing was changed", written, {}],
    [
      "nothing, where Docker dropped what it does not know",
      configOf({ currentContext: "remote" }),
      {},
    ],
    [
      "a login to another registry",
      { ...written, auths: new Map([...written.auths, ["new.example", login("me", "pw")]]) },
      { auths: { "new.example": login("me", "pw") } },
    ],
    [
      "a login as another user",
      { ...written, auths: new Map([["r.example", login("me", "pw")]]) },
      { auths: { "r.example": login("me", "pw") } },
    ],
    [
      "another password of the same user",
      { ...written, auths: new Map([["r.example", login("job", "other")]]) },
      { auths: { "r.example": login("job", "other") } },
    ],
    [
      "a helper that was set up",
      { ...written, credHelpers: new Map([["gcr.io", "gcr"]]) },
      { credHelpers: { "gcr.io": "gcr" } },
    ],
    [
      "no entry that only points to a store",
      { ...written, auths: new Map([["new.example", inStore()]]) },
      {},
    ],
    ["that the default context is chosen", withoutContext, { currentContext: "" }],
    ["a chosen context", { ...written, currentContext: "other" }, { currentContext: "other" }],
    [
      "other keys",
      configOf({ currentContext: "remote", other: { HttpHeaders: { a: "c" }, psFormat: "x" } }),
      { other: { HttpHeaders: { a: "c" }, psFormat: "x" } },
    ],
    ["no store: berth writes none", { ...written, credsStore: "desktop" }, {}],
  ])("finds %s", (_, now, changes) => {
    expect(opened(changesSince(now, [record]))).toEqual(opened(configOf(changes)));
  });

  test("does not take names of objects' parts for a record", () => {
    const now = configOf({
      auths: { constructor: login("me", "pw"), __proto__: login("me", "pw") },
    });
    expect(opened(changesSince(now, [{}]))).toEqual(opened(now));
  });
});

describe("keepChanges()", () => {
  const derived = configOf({
    auths: { "r.example": login("job", "new-token"), "b.example": login("base", "pw") },
    credHelpers: { "gcr.io": "gcloud" },
    cliPluginsExtraDirs: ["/opt/plugins"],
    currentContext: "remote",
    other: { HttpHeaders: { a: "b" } },
  });
  const renewed = new Set(["r.example"]);

  test.each([
    ["nothing, where nothing was changed", {}, derived],
    [
      "a login, over what the base has for it under whatever key",
      { auths: { "https://b.example/v1/": login("me", "pw") } },
      {
        ...derived,
        auths: new Map([
          ["r.example", login("job", "new-token")],
          ["https://b.example/v1/", login("me", "pw")],
        ]),
      },
    ],
    [
      "a login in place of a helper",
      { auths: { "gcr.io": login("me", "pw") } },
      {
        ...derived,
        auths: new Map([...derived.auths, ["gcr.io", login("me", "pw")]]),
        credHelpers: new Map(),
      },
    ],
    [
      "no login to a registry that berth renews",
      {
        auths: { "https://R.example/": login("me", "old-token") },
        credHelpers: { "r.example": "pass" },
      },
      derived,
    ],
    [
      "the choice of the default context",
      { currentContext: "" },
      { ...derived, currentContext: "" },
    ],
    ["a chosen context", { currentContext: "mine" }, { ...derived, currentContext: "mine" }],
    [
      "other keys",
      { other: { psFormat: "x", HttpHeaders: {} } },
      { ...derived, other: configOf({ other: { HttpHeaders: {}, psFormat: "x" } }).other },
    ],
  ])("keeps %s", (_, changes, expected) => {
    expect(opened(keepChanges(derived, configOf(changes), renewed))).toEqual(opened(expected));
  });
});

test("a file that is only written anew, with its keys in another order, has no changes", () => {
  const reordered = {
    ...written,
    auths: new Map([...written.auths].reverse()),
    other: new Map([...written.other].reverse()),
  };
  expect(encodeConfig(changesSince(reordered, [record]))).toBe(encodeConfig(configOf({})));
});
