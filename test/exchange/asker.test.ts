import { afterEach, describe, expect, test } from "@jest/globals";
import { github } from "../../src/ci/github.ts";
import { makeSend } from "../../src/network/http.ts";
import type { HttpRequest } from "../../src/network/request.ts";
import { Secret } from "../../src/secret.ts";
import {
  type Answer,
  type AnsweringServer,
  json,
  reset,
  startAnswering,
} from "../fixtures/answering-server.ts";
import { found, makeAsker } from "../fixtures/asker.ts";
import { QUICK } from "../fixtures/sending.ts";
import { tokenWith } from "../fixtures/unsigned-token.ts";

const running: AnsweringServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.stop()));
});

const serve = async (...answers: readonly Answer[]): Promise<AnsweringServer> => {
  const server = await startAnswering(answers);
  running.push(server);
  return server;
};

const JFROG = "acme.jfrog.io,provider=github";
const CHECK =
  "check the name, issuer and audience of the OIDC integration, and the claims of its identity mappings";
const NETWORK = "is a proxy needed (HTTPS_PROXY), or a certificate authority (SSL_CERT_FILE)?";

const post = (url: string): HttpRequest => ({
  ...{ method: "POST", url: `${url}/token` },
  body: { form: { token: new Secret("hunter2") } },
});

const ask = async (answer: Answer, registry = JFROG) => {
  const { url } = await serve(answer);
  return found(() => makeAsker(registry, {}).ask("JFrog Access", post(url)));
};

describe("a good answer", () => {
  test.each<[what: string, answer: Answer, expected: unknown]>([
    ["of 200", json(200, { a: [1] }), { a: [1] }],
    ["of 201", json(201, { token: "x" }), { token: "x" }],
    ["of a type of its own", { status: 200, body: '{"a":"é"}' }, { a: "é" }],
    ["without anything in it", json(200, {}), {}],
  ])("%s is its object", async (_, answer, expected) => {
    expect(await ask(answer)).toEqual(expected);
  });

  test("may be any text, where that is asked for", async () => {
    const { url } = await serve({ status: 200, body: "<a/>" });
    expect(await found(() => makeAsker(JFROG, {}).askText("it", post(url)))).toBe("<a/>");
  });
});

describe("an answer that is none is told, with whom it is from", () => {
  const notJson = { lacking: "JFrog Access (127.0.0.1): its answer is not JSON", hint: NETWORK };
  const refused = (why: string) => ({ lacking: `JFrog Access (127.0.0.1): ${why}`, hint: CHECK });

  test.each<[what: string, answer: Answer, expected: unknown]>([
    ["a page", { status: 200, body: "<html>Sign in</html>" }, notJson],
    ["nothing", { status: 200 }, notJson],
    ["half of one", { status: 200, body: '{"access_token":"x"' }, notJson],
    ["a list", json(200, [{}]), notJson],
    ["a text", json(200, "token"), notJson],
    ["null", json(200, null), notJson],
    ["204", { status: 204 }, refused("HTTP 204")],
    ["a way to elsewhere", { status: 302, headers: { location: "/sign-in" } }, refused("HTTP 302")],
    ["404 and a page", { status: 404, body: "<html/>" }, refused("HTTP 404")],
    [
      "400 and its reason",
      json(400, { errors: [{ code: "BAD_REQUEST", message: "Invalid audience" }] }),
      refused("HTTP 400, BAD_REQUEST: Invalid audience"),
    ],
    [
      "a reason with our secret, and a command for the runner",
      json(403, { message: "hunter2\n##vso[x]" }),
      refused("HTTP 403, [redacted] #\\x23vso[x]"),
    ],
    ["500, again and again", { status: 500 }, refused("HTTP 500")],
    [
      "none",
      reset,
      {
        lacking: "JFrog Access (127.0.0.1): it cannot be reached (ECONNRESET)",
        hint: NETWORK,
      },
    ],
    [
      "one without end",
      { status: 200, body: " ".repeat(2_000_000) },
      { lacking: "JFrog Access (127.0.0.1): its answer is larger than 1 MiB", hint: NETWORK },
    ],
  ])("%s", async (_, answer, expected) => {
    expect(await ask(answer)).toEqual(expected);
  });

  test("and the same where any text would do", async () => {
    const { url } = await serve({ status: 403 });
    expect(await found(() => makeAsker(JFROG, {}).askText("JFrog Access", post(url)))).toEqual(
      refused("HTTP 403"),
    );
  });

  test("and where a file of certificates is no use", async () => {
    const asker = makeAsker(JFROG, { SSL_CERT_FILE: "/none.pem" });
    expect(await found(() => asker.ask("JFrog Access", post("https://acme.jfrog.io")))).toEqual({
      lacking: "JFrog Access (acme.jfrog.io): SSL_CERT_FILE names /none.pem, which is not there",
      hint: NETWORK,
    });
  });

  test("without a hint where there is nothing to check", async () => {
    const registry = "r.example,username=u,oidc-password";
    expect(await ask({ status: 401 }, registry)).toEqual({
      ...{ lacking: "JFrog Access (127.0.0.1): HTTP 401", hint: "" },
    });
  });
});

describe("who is refused", () => {
  const refusedAs = async (claims: unknown, registry = JFROG) => {
    const env = { TOKEN: tokenWith(claims) };
    const asker = makeAsker(`${registry},oidc-token-env=TOKEN`, env);
    const { url } = await serve({ status: 403 });
    await asker.idToken();
    return found(() => asker.ask("it", post(url)));
  };
  const has = "the job's id token has";
  const all = { iss: "https://ci.example", aud: ["jfrog", "b"], sub: "repo:o/r:ref:x", exp: 9e9 };
  const shown = "iss https://ci.example, aud jfrog, b, sub repo:o/r:ref:x";

  test.each<[what: string, claims: unknown, hint: string]>([
    ["is told the claims that are compared", all, `${CHECK}; ${has} ${shown}`],
    ["is told those that there are", { sub: "x" }, `${CHECK}; ${has} sub x`],
    ["is told none where there are none", {}, CHECK],
    ["is told them in one line", { sub: "a\n::error::b" }, `${CHECK}; ${has} sub a\\x0a::error::b`],
  ])("%s", async (_, claims, hint) => {
    expect(await refusedAs(claims)).toEqual({ lacking: "it (127.0.0.1): HTTP 403", hint });
  });

  test("is told them where there is nothing else to check", async () => {
    expect(await refusedAs(all, "r.example,username=u,oidc-password")).toEqual({
      lacking: "it (127.0.0.1): HTTP 403",
      hint: `${has} ${shown}`,
    });
  });

  test("is told how to get an id token, where that is what is refused", async () => {
    const { url } = await serve(json(403, { message: "no permission" }));
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "hunter2" };
    expect(await found(() => makeAsker(JFROG, env, { system: github }).idToken())).toEqual({
      lacking: "the id token of GitHub Actions (127.0.0.1): HTTP 403, no permission",
      hint: "add to the job:  permissions: { id-token: write }",
    });
  });
});

describe("the way to send", () => {
  test("is not made before it is needed", async () => {
    let made = 0;
    const send = () => {
      made += 1;
      return makeSend({ SSL_CERT_DIR: "/nowhere" }, "/", QUICK);
    };
    const { url } = await serve(json(200, {}));
    const env = { TOKEN: "test-token" };
    const asker = makeAsker(`${JFROG},oidc-token-env=TOKEN`, env, { send });
    await asker.idToken();
    expect(made).toBe(0);
    await asker.ask("it", post(url));
    expect(made).toBe(1);
  });

  test("that fails as nobody has foreseen is no lack of anything", async () => {
    const send = () => Promise.reject(new RangeError("no such thing"));
    const asked = found(() => makeAsker(JFROG, {}, { send }).ask("it", post("https://a.example")));
    await expect(asked).rejects.toThrow(RangeError);
  });
});

test("what the job is, is what it was made of", () => {
  const { variables, cwd, job, now } = makeAsker(JFROG, { A: "b" }, { cwd: "/somewhere" });
  expect({ env: { ...variables.env }, secrets: { ...variables.secrets }, cwd, job, now }).toEqual({
    env: { A: "b", SSL_CERT_DIR: "/nowhere" },
    secrets: {},
    cwd: "/somewhere",
    job: { id: "7001", key: ["7001"] },
    now: new Date("2026-01-02T03:04:05Z"),
  });
});
