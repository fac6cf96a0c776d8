import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { endpoint } from "../../src/exchange/endpoint.ts";
import { Lacking } from "../../src/registries/kind.ts";
import { present } from "../../src/variables.ts";
import type { Variables } from "../fixtures/environments.ts";

const USUAL = "https://sts.eu-west-1.amazonaws.com";
const NAMES = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"];

/** The endpoint, or why there is none. */
const find = (env: Variables) => {
  try {
    return endpoint(USUAL, present(env), ...NAMES);
  } catch (error) {
    if (error instanceof Lacking) return [error.message, error.hint];
    throw error;
  }
};

const refusal = (name: string) => [`${name} is not a URL of https`, "correct it, or do not set it"];

describe("a service is", () => {
  test.each([
    ["where it usually is", {}, USUAL],
    ["where its variable says", { AWS_ENDPOINT_URL_STS: "https://a.example" }, "https://a.example"],
    ["where that of all says", { AWS_ENDPOINT_URL: "https://a.example" }, "https://a.example"],
    [
      "where its own says, before that of all",
      { AWS_ENDPOINT_URL: "https://all.example", AWS_ENDPOINT_URL_STS: "https://own.example" },
      "https://own.example",
    ],
    [
      "where that of all says, its own being empty",
      { AWS_ENDPOINT_URL: "https://all.example", AWS_ENDPOINT_URL_STS: "" },
      "https://all.example",
    ],
    ["where it is, whatever others say", { AWS_ENDPOINT_URL_ECR: "https://a.example" }, USUAL],
  ])("%s", (_, env, expected) => {
    expect(find(env)).toBe(expected);
  });
});

describe("the URL of a service", () => {
  test.each([
    ["https://a.example:8443", "https://a.example:8443"],
    ["HTTPS://A.example", "https://a.example"],
    ["https://a.example/", "https://a.example"],
    ["https://a.example///", "https://a.example"],
    ["https://a.example/base/path/", "https://a.example/base/path"],
    ["https://10.0.0.1", "https://10.0.0.1"],
    ["https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"],
    ["http://localhost:4566/", "http://localhost:4566"],
    ["http://sts.localhost", "http://sts.localhost"],
    ["http://LOCALHOST", "http://localhost"],
    ["http://127.0.0.1:4566", "http://127.0.0.1:4566"],
    ["http://127.9.9.9", "http://127.9.9.9"],
    ["http://127.1", "http://127.0.0.1"],
    ["http://[::1]:4566", "http://[::1]:4566"],
  ])("may be %s, and has no slash at its end", (given, expected) => {
    const found = String(find({ AWS_ENDPOINT_URL_STS: given }));
    expect([found.endsWith("/"), new URL(`${found}/`).href]).toEqual([false, `${expected}/`]);
  });

  test.each([
    ["of http, elsewhere", "http://sts.example.test"],
    ["of http, on what begins as this machine does", "http://localhost.example.test"],
    ["of http, on what ends as this machine does", "http://evillocalhost"],
    ["of http, on a host with an address in its name", "http://127.0.0.1.example.test"],
    ["of http, where containers get their credentials", "http://169.254.170.2"],
    ["of http, where machines get their metadata", "http://169.254.169.254"],
    ["of http, on all addresses", "http://0.0.0.0"],
    ["of http, behind a user that looks like this machine", "http://localhost@sts.example.test"],
    ["of another protocol", "ftp://sts.example.test"],
    ["of another protocol, on this machine", "ftp://localhost"],
    ["of files", "file:///etc/passwd"],
    ["of the program itself", "data:text/plain,https://a.example"],
    ["of a script", "javascript:alert(1)"],
    ["with a user", "https://me@sts.example.test"],
    ["with a password", "https://:hunter2@sts.example.test"],
    ["with both, on this machine", "http://me:hunter2@localhost"],
    ["without a protocol", "sts.example.test"],
    ["without a protocol, with a port", "sts.example.test:443"],
    ["without a host", "https://"],
    ["with a port that there is not", "https://a.example:99999"],
    ["with a query, behind which no path can stand", "https://a.example/?a=b"],
    ["with a fragment", "https://a.example/#a"],
    ["with blanks in it", "https://a .example"],
    ["with no meaning", "hunter2"],
    ["of blanks", " "],
  ])("is none %s", (_, url) => {
    for (const name of NAMES) expect(find({ [name]: url })).toEqual(refusal(name));
  });

  test("is one that a path can be written behind, whatever it is", () => {
    const piece = fc.constantFrom(
      ...["https:", "http:", "//", "/", "\\", "a.example", "localhost", "127.0.0.1", ":8443", "@"],
      ...["me:hunter2@", "?", "a=b", "#", " ", "\n", "\t", ".", "..", "%2F", "[::1]", ":", "é"],
    );
    const url = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("")),
      fc.array(piece, { maxLength: 4 }).map((pieces) => `https://a.example${pieces.join("")}`),
    );
    fc.assert(
      fc.property(url, (given) => {
        const found = find({ AWS_ENDPOINT_URL: given });
        if (typeof found !== "string") return;
        const { protocol, host, pathname, search, hash } = new URL(`${found}/v1/token`);
        const { protocol: before, host: where } = new URL(found);
        expect({ protocol, host, search, hash, end: pathname.slice(-9) }).toEqual({
          ...{ protocol: before, host: where, search: "", hash: "", end: "/v1/token" },
        });
      }),
      { numRuns: 2000, examples: [["https://a.example "], ["https://a.example\\"]] },
    );
  });
});
