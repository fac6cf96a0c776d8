import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Unreachable, unreachable } from "../../src/network/unreachable.ts";

/** As `fetch` throws it. */
const failed = (cause: unknown): Error => new TypeError("fetch failed", { cause });
const withCode = (code: string): Error => Object.assign(new Error("hunter2"), { code });

const outcome = (error: unknown, milliseconds = 10_000) => {
  const { message, passes } = unreachable(error, milliseconds);
  return [message, passes];
};

const distrust = (code: string) => [`its certificate is not trusted (${code})`, false];

describe("unreachable() says why there is no answer, and whether to try again", () => {
  test.each([
    ["the connection is refused", "ECONNREFUSED", true],
    ["the connection is broken off", "ECONNRESET", true],
    ["the other side closes", "UND_ERR_SOCKET", true],
    ["there is no way there", "ENETUNREACH", true],
    ["there is no connection in time", "UND_ERR_CONNECT_TIMEOUT", true],
    ["there is no name server", "EAI_AGAIN", true],
    ["it is not HTTP", "HPE_INVALID_CONSTANT", true],
    ["it is not TLS", "ERR_SSL_WRONG_VERSION_NUMBER", true],
    ["there is no such host", "ENOTFOUND", false],
    ["it is no URL", "ERR_INVALID_URL", false],
  ])("where %s (%s)", (_, code, passes) => {
    expect(outcome(failed(withCode(code)))).toEqual([`it cannot be reached (${code})`, passes]);
  });

  // https://nodejs.org/api/tls.html#x509-certificate-error-codes
  test.each([
    ...["UNABLE_TO_GET_ISSUER_CERT", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"],
    ...["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY"],
    ...["CERT_SIGNATURE_FAILURE", "CERT_NOT_YET_VALID", "CERT_HAS_EXPIRED", "CERT_REVOKED"],
    ...["CERT_CHAIN_TOO_LONG", "CERT_UNTRUSTED", "CERT_REJECTED", "ERROR_IN_CERT_NOT_AFTER_FIELD"],
    ...["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "INVALID_CA"],
    ...["INVALID_PURPOSE", "PATH_LENGTH_EXCEEDED", "HOSTNAME_MISMATCH"],
    "ERR_TLS_CERT_ALTNAME_INVALID",
  ])("where its certificate is not trusted (%s)", (code) => {
    expect(outcome(failed(withCode(code)))).toEqual(distrust(code));
  });

  test.each([
    [10_000, "no answer in 10 s"],
    [8_849, "no answer in 8.8 s"],
    [100, "no answer in 0.1 s"],
  ])("where the time is over (%i ms)", async (milliseconds, message) => {
    const error = await new Promise((resolve) => {
      const over = AbortSignal.timeout(1);
      over.addEventListener("abort", () => resolve(over.reason));
    });
    expect(outcome(error, milliseconds)).toEqual([message, true]);
  });

  test.each<[where: string, error: unknown, expected: unknown]>([
    [
      "in the error itself, as Bun does",
      withCode("SELF_SIGNED_CERT_IN_CHAIN"),
      "SELF_SIGNED_CERT_IN_CHAIN",
    ],
    ["in the cause of a cause", failed(failed(withCode("CERT_HAS_EXPIRED"))), "CERT_HAS_EXPIRED"],
    [
      "in the first of several",
      failed(new AggregateError([withCode("CERT_REVOKED"), withCode("ECONNREFUSED")])),
      "CERT_REVOKED",
    ],
  ])("which it finds %s", (_, error, code) => {
    expect(outcome(error)).toEqual(distrust(code as string));
  });

  test.each<[what: string, error: unknown]>([
    ["an error without a reason", new Error("hunter2")],
    ["a reason that is no text", failed({ code: 23 })],
    ["an empty reason", failed({ code: "" })],
    ["no errors of several", failed(new AggregateError([]))],
    ["a text", "hunter2"],
    ["nothing", undefined],
    ["null", null],
  ])("which it does not know of %s", (_, error) => {
    expect(outcome(error)).toEqual(["it cannot be reached", true]);
  });

  test("in words that cannot forge a line of the log", () => {
    expect(outcome(failed({ code: "\n##vso[x]\u001b[31m" }))).toEqual([
      ...["it cannot be reached (\\x0a#\\x23vso[x]\\x1b[31m)", true],
    ]);
  });

  test("and leaves what has been said already", () => {
    const said = new Unreachable("its answer is larger than 1 MiB", false);
    expect(unreachable(said, 1)).toBe(said);
  });

  test("whatever has been thrown", () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(unreachable(thrown, 1).message).toMatch(
          /^(?:it cannot be reached|its certificate is not trusted \()/,
        );
      }),
    );
  });
});
