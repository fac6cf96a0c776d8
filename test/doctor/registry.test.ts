import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { authorize } from "../../src/doctor/authorize.ts";
import { judge, unreached } from "../../src/doctor/judge.ts";
import type { Step } from "../../src/doctor/outcome.ts";
import { reach } from "../../src/doctor/registry.ts";
import type { Send } from "../../src/network/http.ts";
import type { HttpAnswer } from "../../src/network/request.ts";
import { Unreachable } from "../../src/network/unreachable.ts";
import { Secret } from "../../src/secret.ts";
import { login } from "../fixtures/configs.ts";
import { opened } from "../fixtures/opened.ts";

const answer = (status: number, challenge?: string, explanation = ""): HttpAnswer => ({
  ...{ status, text: "", explanation },
  header: (name) => (name === "www-authenticate" ? challenge : undefined),
});

const SCOPED = 'Bearer realm="https://auth.example/token",error="insufficient_scope"';
const INVALID = 'Bearer realm="https://auth.example/token",error="invalid_token"';

describe("what an answer means, by its status first: it may say no more", () => {
  test.each<[Step, number, string | undefined, string, string]>([
    ["identity", 401, undefined, "wrong-credential", "the credential is not accepted: HTTP 401"],
    [
      "identity",
      401,
      'Basic realm="r"',
      "wrong-credential",
      "the credential is not accepted: HTTP 401",
    ],
    ["identity", 401, INVALID, "wrong-credential", "the credential is not accepted: HTTP 401"],
    ["identity", 401, SCOPED, "no-permission", "no permission: HTTP 401"],
    ["identity", 403, undefined, "no-permission", "no permission: HTTP 403"],
    // Who one is has been asked before.
    ["pull", 401, undefined, "no-permission", "no permission: HTTP 401"],
    ["push", 401, SCOPED, "no-permission", "no permission: HTTP 401"],
    ["pull", 403, undefined, "no-permission", "no permission: HTTP 403"],
    ["pull", 404, undefined, "not-found", "no such repository, or it is hidden: HTTP 404"],
    ["push", 404, undefined, "not-found", "no such repository, or it is hidden: HTTP 404"],
    ["reach", 429, undefined, "rate-limit", "too many requests: HTTP 429"],
    ["push", 429, SCOPED, "rate-limit", "too many requests: HTTP 429"],
    ["pull", 500, undefined, "server", "the registry fails: HTTP 500"],
    ["pull", 599, undefined, "server", "the registry fails: HTTP 599"],
    ["pull", 302, undefined, "server", "an answer that is not expected: HTTP 302"],
    ["push", 400, undefined, "server", "an answer that is not expected: HTTP 400"],
    ["push", 200, undefined, "server", "an answer that is not expected: HTTP 200"],
  ])("%s %i %p: %s", (step, status, challenge, kind, text) => {
    expect(judge(step, answer(status, challenge))).toEqual({ step, isGood: false, kind, text });
  });

  test("with what it says", () => {
    expect(judge("push", answer(403, undefined, "DENIED: quota exceeded")).text).toBe(
      "no permission: HTTP 403, DENIED: quota exceeded",
    );
  });

  test("whatever it is, it is nothing good", () => {
    const step = fc.constantFrom<Step>("reach", "identity", "pull", "push");
    fc.assert(
      fc.property(
        step,
        fc.integer({ min: 200, max: 599 }),
        fc.option(fc.string()),
        (it, status, header) => {
          const { isGood, kind } = judge(it, answer(status, header ?? undefined));
          expect([isGood, kind === ""]).toEqual([false, false]);
        },
      ),
    );
  });
});

describe("why there is no answer", () => {
  test.each([
    ["its certificate is not trusted (SELF_SIGNED_CERT_IN_CHAIN)", "tls"],
    ["it cannot be reached (ECONNREFUSED)", "network"],
    ["the client's certificate or key for it cannot be read", "setup"],
  ] as const)("%s", (text, kind) => {
    const unreachable = new Unreachable(text, true, kind);
    expect(unreached("push", unreachable)).toEqual({ step: "push", isGood: false, kind, text });
  });

  test("what is no such reason is a bug, and goes on", () => {
    expect(() => unreached("push", new TypeError("x"))).toThrow(TypeError);
  });
});

/** A way to send that answers so, in turn, and tells what it was asked. */
const sending = (...answers: readonly (HttpAnswer | Unreachable)[]) => {
  const urls: string[] = [];
  const send: Send = async ({ url }) => {
    urls.push(url);
    const it = answers[urls.length - 1] ?? answers.at(-1);
    if (it instanceof Error) throw it;
    return it ?? answer(500);
  };
  return { urls, send };
};

const AWAY = new Unreachable("it cannot be reached (ECONNREFUSED)", true);

describe("by which scheme a registry is asked", () => {
  const HTTPS = ["https"];
  const BOTH = ["https", "http"];
  test.each([
    ["r.example", HTTPS],
    ["r.example:80", HTTPS],
    ["10.0.0.1:5000", HTTPS],
    ["192.168.0.1:5000", HTTPS],
    ["localhost", BOTH],
    ["localhost:5000", BOTH],
    ["registry.localhost:5000", BOTH],
    ["127.0.0.1:5000", BOTH],
    ["127.1.2.3:5000", BOTH],
    ["[::1]:5000", BOTH],
    ["localhost.example", HTTPS],
    ["127.0.0.1.example", HTTPS],
  ])("%s", async (host, schemes) => {
    const { urls, send } = sending(AWAY);
    expect(await reach(host, send)).toEqual({
      ...{ step: "reach", isGood: false, kind: "network", text: AWAY.message },
    });
    expect(urls).toEqual(schemes.map((scheme) => `${scheme}://${host}/v2/`));
  });

  test("Docker Hub by the name of its registry", async () => {
    const { urls, send } = sending(answer(200));
    expect(await reach("docker.io", send)).toEqual({ url: "https://registry-1.docker.io" });
    expect(urls).toEqual(["https://registry-1.docker.io/v2/"]);
  });
});

describe("what a request is authorized by", () => {
  const entry = login("me", "test-token-1");
  const basic = { scheme: "basic", parameters: {} };
  const bearer = {
    scheme: "bearer",
    parameters: { realm: "https://auth.example/t?x=1", service: "s" },
  };
  const url = "https://r.example";
  const token = { ...answer(200), text: '{"token":"test-token-issued"}' };

  test("nothing, where none is needed", async () => {
    const { urls, send } = sending(answer(500));
    expect(await authorize("pull", { url }, ["repository:a:pull"], entry, send)).toBeUndefined();
    expect(urls).toEqual([]);
  });

  test("the credential, where that is asked for", async () => {
    const { urls, send } = sending(answer(500));
    const found = await authorize("pull", { url, challenge: basic }, [], entry, send);
    expect([opened(found), urls]).toEqual([
      ["Basic ", { secret: Buffer.from("me:test-token-1").toString("base64") }],
      [],
    ]);
  });

  test("a token, which is asked for with all scopes, and with what the realm's query says", async () => {
    const { urls, send } = sending(token);
    const scopes = ["repository:a/b:pull", "repository:c:pull,push"];
    const found = await authorize("push", { url, challenge: bearer }, scopes, entry, send);
    expect(opened(found)).toEqual(["Bearer ", { secret: "test-token-issued" }]);
    expect(urls.map((it) => [...new URL(it).searchParams])).toEqual([
      [
        ["x", "1"],
        ["service", "s"],
        ["scope", "repository:a/b:pull"],
        ["scope", "repository:c:pull,push"],
        ["account", "me"],
        ["client_id", "berth"],
      ],
    ]);
  });

  test("a token that one has, without asking", async () => {
    const own = { user: "", registryToken: new Secret("test-token-2"), from: "base" };
    const { urls, send } = sending(answer(500));
    const found = await authorize("pull", { url, challenge: bearer }, [], own, send);
    expect([opened(found), urls]).toEqual([["Bearer ", { secret: "test-token-2" }], []]);
  });

  test.each<[string, HttpAnswer | Unreachable, string, string]>([
    ["the token server is away", AWAY, "network", AWAY.message],
    [
      "it needs a login",
      answer(401),
      "wrong-credential",
      "the credential is not accepted: HTTP 401",
    ],
    ["it fails", answer(503), "server", "the registry fails: HTTP 503"],
    [
      "its token is empty",
      { ...token, text: '{"token":""}' },
      "server",
      "its answer has no token in it",
    ],
    ["its answer is a list", { ...token, text: "[]" }, "server", "its answer has no token in it"],
  ])("and where %s it is said why there is none", async (_, it, kind, text) => {
    const { send } = sending(it);
    expect(await authorize("identity", { url, challenge: bearer }, [], entry, send)).toEqual({
      ...{ step: "identity", isGood: false, kind, text },
    });
  });

  test("without a credential, what it needs is a login", async () => {
    const { send } = sending(answer(401));
    expect(await authorize("pull", { url, challenge: bearer }, [], undefined, send)).toEqual({
      ...{ step: "pull", isGood: false, kind: "no-permission", text: "it needs a login: HTTP 401" },
    });
  });
});
