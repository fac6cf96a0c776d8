import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeAuth } from "../../src/docker-config/decode-auth.ts";
import { encodeAuth } from "../../src/docker-config/encode.ts";
import { Secret } from "../../src/secret.ts";
import { base64 } from "../fixtures/configs.ts";
import { opened } from "../fixtures/opened.ts";

const decoded = (text: string) => opened(decodeAuth(new Secret(text)));

describe("decodeAuth() splits what stands in a config", () => {
  test.each([
    ["a user and a password", base64("me:pw"), "me", "pw"],
    ["a password with colons and line breaks", base64("me:a:b\n:"), "me", "a:b\n:"],
    ["no password", base64("me:"), "me", ""],
    ["no user", base64(":pw"), "", "pw"],
    ["letters of any kind", base64("é:ü😀"), "é", "ü😀"],
  ])("%s", (_, text, user, password) => {
    expect(decoded(text)).toEqual({ user, password: { secret: password } });
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
          ...{ user: name, password: { secret: password } },
        });
      }),
    );
  });
});
