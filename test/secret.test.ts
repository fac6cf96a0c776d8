import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { format, inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { Secret } from "../src/secret.ts";

const TOKEN = "test-token-hunter2";
const secret = new Secret(TOKEN);
const object = new Secret({ password: TOKEN });
const nested = { list: [{ secret, object }], map: new Map([["key", secret]]) };

describe("a secret prints as [redacted]", () => {
  test.each([
    ["in a template", `${secret}`, "[redacted]"],
    ["joined", `a${[secret, secret].join()}`, "a[redacted],[redacted]"],
    ["by String()", String(object), "[redacted]"],
    [
      "in JSON",
      JSON.stringify({ secret, object }),
      '{"secret":"[redacted]","object":"[redacted]"}',
    ],
    ["in util.inspect", inspect(secret), "[redacted]"],
    [
      "in util.format, as the console does",
      format("%s %o", secret, object),
      "[redacted] [redacted]",
    ],
    [
      "nested, with all that is hidden",
      inspect({ a: { secret } }, { depth: null, showHidden: true, getters: true }),
      "{ a: { secret: [redacted] } }",
    ],
    [
      "in an error",
      inspect(new Error("x", { cause: secret })).split("[cause]: ")[1],
      "[redacted]\n}",
    ],
  ])("%s", (_, printed, expected) => {
    expect(printed).toBe(expected);
  });

  test("and is nowhere to be found in it", () => {
    const texts = [
      inspect(nested, { depth: null, showHidden: true, customInspect: false }),
      JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret).map(String)]),
      JSON.stringify({ ...secret }),
      JSON.stringify(structuredClone(secret)),
    ];
    expect(texts.filter((text) => text.includes(TOKEN))).toEqual([]);
  });
});

test("Secret.open() gives the value back", () => {
  expect([Secret.open(secret), Secret.open(object)]).toEqual([TOKEN, { password: TOKEN }]);
});

test.each([
  ["the same text", new Secret("a"), new Secret("a"), true],
  ["one secret twice", object, object, true],
  ["another text", new Secret("a"), new Secret("b"), false],
  ["the beginning of it", new Secret("a"), new Secret("ab"), false],
  ["nothing and a secret", undefined, new Secret("a"), false],
  ["a secret and nothing", new Secret("a"), undefined, false],
  ["nothing twice: who has no secret, knows none", undefined, undefined, false],
])("Secret.equal() of %s tells", (_, one, other, equal) => {
  expect(Secret.equal<unknown>(one, other)).toBe(equal);
});

test("few places open secrets: what encodes a config, a request and a signature, and what reads a token's claims", async () => {
  const sources = new URL("../src/", import.meta.url).pathname;
  const files = (await readdir(sources, { recursive: true })).filter((file) =>
    file.endsWith(".ts"),
  );
  const texts = await Promise.all(files.map((file) => readFile(join(sources, file), "utf8")));
  // As a call or as a function to pass on, also by brackets or taken apart. Secret.equal() gives nothing back.
  const opens = /\bSecret\s*(?:\?\.|\.(?!equal\()|\[(?!\]))|=\s*Secret\b|\bSecret\s+as\b/;
  const openers = files.filter((_, index) =>
    opens.test((texts[index] ?? "").replace(/\/\*\*.*?\*\//gs, "")),
  );
  expect(openers.sort()).toEqual([
    "aws/signature.ts",
    "docker-config/encode.ts",
    "exchange/claims.ts",
    "network/request.ts",
  ]);
});
