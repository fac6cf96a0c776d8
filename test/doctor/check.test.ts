import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { AuthEntry } from "../../src/docker-config/model.ts";
import { check } from "../../src/doctor/check.ts";
import { parsePlace } from "../../src/doctor/place.ts";
import { makeSend, type Send } from "../../src/network/http.ts";
import { Secret } from "../../src/secret.ts";
import { json as answer, reset, startAnswering } from "../fixtures/answering-server.ts";
import { type Certificates, makeCertificates } from "../fixtures/certificates.ts";
import { base64, login } from "../fixtures/configs.ts";
import { QUICK } from "../fixtures/sending.ts";
import { type Handler, json } from "../support/clouds/http.ts";
import {
  type Behaviour,
  ISSUED,
  known,
  PASSWORD,
  refusal,
  registry,
  USER,
  unauthorized,
} from "../support/registries/behaviour.ts";
import { type Registries, startRegistries } from "../support/registries/registries.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

const HOST = "r.example.test";
const IMAGE = `${HOST}/group/app:1`;
const MINE = login(USER, PASSWORD);
const BASIC = `Basic ${base64(`${USER}:${PASSWORD}`)}`;
const BEARER = `Bearer ${ISSUED}`;

let registries: Registries;
let folder: TemporaryFolder;
let certificates: Certificates;
// To make one takes longer than to ask with it.
let send: Send;
let sendUntrusting: Send;
beforeAll(async () => {
  folder = await makeTemporaryFolder("check");
  certificates = await makeCertificates(folder.path);
  registries = await startRegistries();
  const limits = { ...QUICK, total: 600_000, tries: 2 };
  send = await makeSend(registries.env, "/", limits);
  sendUntrusting = await makeSend(registries.untrusted, "/", limits);
});
afterAll(async () => {
  await registries?.stop();
  await folder?.remove();
});

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.stop()));
});

const NO_BODY = { status: 404, body: "" };

interface Asking {
  readonly image?: string;
  /** null: without a credential. */
  readonly entry?: AuthEntry | null;
  readonly by?: Send;
}

/** What comes of a check: each step with what went wrong, and what is said of it. */
const outcomesOf = async ({ image = IMAGE, entry = MINE, by = send }: Asking) =>
  (await check(parsePlace(image), entry ?? undefined, by)).map(
    ({ step, isGood, kind, text }) => [step, isGood ? "good" : kind, text] as const,
  );

/** The same of a registry that behaves so, with what has come there: whatever host it came to. */
const askOne = async (behaviour: Behaviour, asking: Asking = {}) => {
  registries.set(HOST, registry(behaviour));
  const start = registries.come.length;
  const outcomes = await outcomesOf(asking);
  return { outcomes, come: registries.come.slice(start) };
};

const REACHED = ["reach", "good", "reached, and its certificate is trusted"] as const;
const ACCEPTED = ["identity", "good", "accepted as me"] as const;
const PULLS = ["pull", "good", "allowed: 1 is there"] as const;
const PUSHES = ["push", "good", "allowed"] as const;

describe("what is asked, and by which credential", () => {
  const TOKEN = `/token?service=${HOST}`;
  const scope = (actions: string) =>
    `&scope=${encodeURIComponent(`repository:group/app:${actions}`)}`;
  const PUSH = scope("pull,push");
  const AS_ME = "&account=me&client_id=berth";
  const HEAD = "HEAD /v2/group/app/manifests/1";
  const POST = "POST /v2/group/app/blobs/uploads/";
  const DELETE = "DELETE /v2/group/app/blobs/uploads/1?state=a";
  const ALL = [REACHED, ACCEPTED, PULLS, PUSHES];

  const CASES: readonly (readonly [string, Behaviour, Asking, unknown, readonly string[]])[] = [
    [
      "Basic",
      { login: "basic" },
      {},
      ALL,
      ["GET /v2/ -", ...["GET /v2/", HEAD, POST, DELETE].map((it) => `${it} ${BASIC}`)],
    ],
    [
      "Bearer: a token for each step, and each token is used, because it alone proves nothing",
      {},
      {},
      ALL,
      [
        "GET /v2/ -",
        `GET ${TOKEN}${AS_ME} ${BASIC}`,
        `GET /v2/ ${BEARER}`,
        `GET ${TOKEN}${scope("pull")}${AS_ME} ${BASIC}`,
        `${HEAD} ${BEARER}`,
        `GET ${TOKEN}${PUSH}${AS_ME} ${BASIC}`,
        `${POST} ${BEARER}`,
        `${DELETE} ${BEARER}`,
      ],
    ],
    [
      "a registry alone",
      {},
      { image: HOST },
      [REACHED, ACCEPTED],
      ["GET /v2/ -", `GET ${TOKEN}${AS_ME} ${BASIC}`, `GET /v2/ ${BEARER}`],
    ],
    [
      "a registry that is open to all",
      { login: "none" },
      {},
      [REACHED, ["identity", "good", "none is needed: the registry is open to all"], PULLS, PUSHES],
      ["GET /v2/ -", `${HEAD} -`, `${POST} -`, `${DELETE} -`],
    ],
    [
      "the same without a credential, which cannot have been meant to push",
      { login: "none" },
      { entry: null },
      [REACHED, PULLS],
      ["GET /v2/ -", `${HEAD} -`],
    ],
    [
      "a token as it is",
      {},
      { entry: { user: "", registryToken: new Secret(ISSUED), from: "base" } },
      [REACHED, ["identity", "good", "accepted as the owner of a token"], PULLS, PUSHES],
      ["GET /v2/ -", ...["GET /v2/", HEAD, POST, DELETE].map((it) => `${it} ${BEARER}`)],
    ],
    [
      "no tag, which is latest",
      { login: "basic" },
      { image: `${HOST}/group/app` },
      [REACHED, ACCEPTED, ["pull", "good", "allowed: latest is there"], PUSHES],
      [
        "GET /v2/ -",
        `GET /v2/ ${BASIC}`,
        `HEAD /v2/group/app/manifests/latest ${BASIC}`,
        `${POST} ${BASIC}`,
        `${DELETE} ${BASIC}`,
      ],
    ],
    [
      "a digest",
      { login: "basic" },
      { image: `${HOST}/group/app@sha256:${"a".repeat(64)}` },
      [
        ...[REACHED, ACCEPTED],
        ["pull", "good", `allowed: sha256:${"a".repeat(64)} is there`],
        PUSHES,
      ],
      [
        "GET /v2/ -",
        `GET /v2/ ${BASIC}`,
        `HEAD /v2/group/app/manifests/sha256:${"a".repeat(64)} ${BASIC}`,
        `${POST} ${BASIC}`,
        `${DELETE} ${BASIC}`,
      ],
    ],
  ];
  const leadingOn: Handler = ({ url: { pathname, search } }) => ({
    ...{ status: 307, headers: { location: `/api${pathname}${search}` }, body: "" },
  });

  test("a registry that leads on within itself, and is followed with the credential", async () => {
    const behave = registry({ login: "basic" });
    registries.set(HOST, (received) => {
      const { url } = received;
      if (!url.pathname.startsWith("/api/")) return leadingOn(received);
      const inner = new URL(url.pathname.slice("/api".length) + url.search, url);
      return behave({ ...received, url: inner });
    });
    expect(await outcomesOf({})).toEqual(ALL);
  });

  test("an older field of a token's answer, where the newer is empty", async () => {
    const token = known(json(200, { token: "", access_token: ISSUED }));
    expect((await askOne({ answers: { token } })).outcomes).toEqual(ALL);
  });

  test("a token that no header can hold", async () => {
    const token = known(json(200, { token: "a\nb" }));
    expect((await askOne({ answers: { token } })).outcomes).toEqual([
      REACHED,
      ["identity", "server", "its answer has no token in it"],
    ]);
  });

  test.each(CASES)("%s", async (_, behaviour, asking, outcomes, requests) => {
    const { come, ...found } = await askOne(behaviour, asking);
    expect({
      ...found,
      requests: come.map(
        ({ method, path, authorization }) => `${method} ${path} ${authorization || "-"}`,
      ),
    }).toEqual({ outcomes, requests });
    expect(new Set(come.map(({ scheme, host }) => `${scheme}://${host}`))).toEqual(
      new Set([`https://${HOST}`]),
    );
  });

  test("a refresh token, in the body of a request", async () => {
    const entry = { user: "", identityToken: new Secret("test-token-refresh+/="), from: "base" };
    const { outcomes, come } = await askOne(
      { answers: { token: json(200, { token: ISSUED }) } },
      { entry },
    );
    expect(outcomes).toEqual([
      ...[REACHED, ["identity", "good", "accepted as the owner of a token"], PULLS, PUSHES],
    ]);
    const body = (actions: string) =>
      new URLSearchParams({
        ...{ grant_type: "refresh_token", service: HOST, client_id: "berth" },
        scope: actions && `repository:group/app:${actions}`,
        refresh_token: "test-token-refresh+/=",
      }).toString();
    const tokens = come.filter(({ path }) => path.startsWith("/token"));
    expect(tokens).toEqual(
      ["", "pull", "pull,push"].map((actions) => ({
        ...{ scheme: "https", method: "POST", host: HOST, path: "/token" },
        ...{ authorization: "", body: body(actions) },
      })),
    );
  });

  test("Docker Hub, whose registry and token server have names of their own", async () => {
    const realm = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"';
    registries.set("registry-1.docker.io", registry({ login: realm }));
    registries.set("auth.docker.io", registry());
    const start = registries.come.length;
    expect(await outcomesOf({ image: "alpine:1" })).toEqual([REACHED, ACCEPTED, PULLS, PUSHES]);
    const come = registries.come.slice(start);
    expect([...new Set(come.map(({ host, authorization }) => `${host} ${authorization}`))]).toEqual(
      ["registry-1.docker.io ", `auth.docker.io ${BASIC}`, `registry-1.docker.io ${BEARER}`],
    );
    expect(come.map(({ path }) => path)).toContain("/v2/library/alpine/manifests/1");
  });

  test.each<[string, Behaviour]>([
    ["the scheme in capitals", { login: `BEARER realm="https://${HOST}/token"` }],
    ["several ways, of which it knows one", { login: 'Negotiate, Basic realm="a, b", NTLM' }],
    [
      "the token under its other name",
      { answers: { token: json(200, { access_token: ISSUED, expires_in: 300 }) } },
    ],
  ])("%s", async (_, behaviour) => {
    expect((await askOne(behaviour)).outcomes).toEqual([REACHED, ACCEPTED, PULLS, PUSHES]);
  });
});

describe("what is wrong is told apart", () => {
  const PAGE = { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Sign in</h1>" };
  const SCOPED = `Bearer realm="https://${HOST}/token",service="${HOST}",scope="repository:group/app:pull",error="insufficient_scope"`;
  const NAME = refusal(404, "NAME_UNKNOWN", "repository name not known to registry");

  // What is said may change with Node.
  const ANY: string = expect.any(String) as never;
  const HIDDEN = "no such repository, or it is hidden: HTTP 404";
  const unexpected = (status: number) => `an answer that is not expected: HTTP ${status}`;

  describe("reached at all", () => {
    test.each<[string, Behaviour, string, string]>([
      [
        "no registry",
        { answers: { ping: NO_BODY } },
        "no-registry",
        "there is no registry: HTTP 404",
      ],
      [
        "no way to log in",
        { answers: { ping: { status: 401, body: "" } } },
        "no-registry",
        "it does not say how to log in",
      ],
      [
        "no way that it knows",
        { login: "Negotiate" },
        "no-registry",
        "it does not say how to log in",
      ],
      ["a page for people", { answers: { ping: PAGE } }, "no-registry", ANY],
      [
        "shut for this address",
        { answers: { ping: refusal(403, "DENIED", "not from here") } },
        "no-permission",
        "no permission: HTTP 403, DENIED: not from here",
      ],
      [
        "too many requests",
        { answers: { ping: refusal(429, "TOOMANYREQUESTS", "slow down") } },
        "rate-limit",
        "too many requests: HTTP 429, TOOMANYREQUESTS: slow down",
      ],
      [
        "a failure",
        { answers: { ping: { status: 503, body: "<h1>" } } },
        "server",
        "the registry fails: HTTP 503",
      ],
      [
        "a strange answer",
        { answers: { ping: { status: 418, body: "" } } },
        "server",
        unexpected(418),
      ],
      [
        "an answer without end",
        { answers: { ping: { status: 200, body: " ".repeat(2 ** 20 + 1) } } },
        "network",
        "its answer is larger than 1 MiB",
      ],
      ["a broken one", { answers: { ping: { ...json(200, {}), half: "cut" } } }, "network", ANY],
    ])("%s", async (_, behaviour, kind, text) => {
      expect((await askOne(behaviour)).outcomes).toEqual([["reach", kind, text]]);
    });
  });

  describe("who one is", () => {
    const WRONG = login(USER, "test-token-of-nobody");
    const SAID = "the credential is not accepted: HTTP 401, UNAUTHORIZED:";
    test.each<[string, Behaviour, AuthEntry | null, string, string]>([
      [
        "a wrong credential, by the token server",
        {},
        WRONG,
        "wrong-credential",
        `${SAID} incorrect username or password`,
      ],
      [
        "a wrong credential, by the registry",
        { login: "basic" },
        WRONG,
        "wrong-credential",
        `${SAID} authentication required`,
      ],
      [
        "a token that the registry does not take",
        { answers: { token: json(200, { token: "test-token-strange" }) } },
        MINE,
        "wrong-credential",
        `${SAID} authentication required`,
      ],
      [
        "one that is known, and may not log in",
        { answers: { token: refusal(403, "DENIED", "access forbidden") } },
        MINE,
        "no-permission",
        "no permission: HTTP 403, DENIED: access forbidden",
      ],
      [
        "too many requests",
        { answers: { token: refusal(429, "TOOMANYREQUESTS", "slow down") } },
        MINE,
        "rate-limit",
        "too many requests: HTTP 429, TOOMANYREQUESTS: slow down",
      ],
      [
        "a token server that fails",
        { answers: { token: { status: 500, body: "" } } },
        MINE,
        "server",
        "the registry fails: HTTP 500",
      ],
      [
        "a token server that is not there",
        { answers: { token: NO_BODY } },
        MINE,
        "server",
        expect.stringContaining("HTTP 404") as never,
      ],
      [
        "a page for people",
        { answers: { token: PAGE } },
        MINE,
        "server",
        "its answer has no token in it",
      ],
      [
        "no token",
        { answers: { token: json(200, { token: 1, access_token: "" }) } },
        MINE,
        "server",
        "its answer has no token in it",
      ],
    ])("%s", async (_, behaviour, entry, kind, text) => {
      expect((await askOne(behaviour, { entry })).outcomes).toEqual([
        REACHED,
        ["identity", kind, text],
      ]);
    });

    test("without a credential, and the registry wants one", async () => {
      const { outcomes, come } = await askOne({ login: "basic" }, { entry: null, image: HOST });
      expect(outcomes).toEqual([
        REACHED,
        ["identity", "no-credential", "there is no credential, and the registry wants one"],
      ]);
      expect(come).toHaveLength(1);
    });
  });

  describe("what one may do: pull", () => {
    test.each<[string, Behaviour["answers"] & object, string, string]>([
      [
        "no permission, by 403",
        { head: { status: 403, body: "" } },
        "no-permission",
        "no permission: HTTP 403",
      ],
      [
        "no permission, by the scope",
        { head: unauthorized(SCOPED) },
        "no-permission",
        "no permission: HTTP 401",
      ],
      [
        "no such repository",
        { head: NO_BODY, get: NAME },
        "not-found",
        `${HIDDEN}, NAME_UNKNOWN: repository name not known to registry`,
      ],
      ["the same, without a word", { head: NO_BODY, get: NO_BODY }, "not-found", HIDDEN],
      [
        "no such tag",
        { head: NO_BODY, get: refusal(404, "MANIFEST_UNKNOWN", "manifest unknown") },
        "good",
        "allowed, but there is no tag 1",
      ],
      [
        "too many requests",
        { head: { status: 429, body: "" } },
        "rate-limit",
        "too many requests: HTTP 429",
      ],
      ["a failure", { head: { status: 502, body: "" } }, "server", "the registry fails: HTTP 502"],
      [
        "one that knows no HEAD",
        { head: NO_BODY, get: json(200, {}) },
        "good",
        "allowed: 1 is there",
      ],
    ])("%s", async (_, answers, kind, text) => {
      const { outcomes } = await askOne({ login: "basic", answers });
      expect(outcomes).toEqual([REACHED, ACCEPTED, ["pull", kind, text], PUSHES]);
    });
  });

  describe("what one may do: push", () => {
    const started = (location: Readonly<Record<string, string>>) => ({
      ...{ status: 202, headers: location, body: "" },
    });
    test.each<[string, Behaviour["answers"] & object, string, string]>([
      [
        "no permission, by 403",
        { upload: refusal(403, "DENIED", "requested access to the resource is denied") },
        "no-permission",
        "no permission: HTTP 403, DENIED: requested access to the resource is denied",
      ],
      [
        "no permission, by the scope",
        { upload: unauthorized(SCOPED) },
        "no-permission",
        "no permission: HTTP 401, UNAUTHORIZED: authentication required",
      ],
      [
        "a repository that has to be made first",
        { upload: NAME },
        "not-found",
        `${HIDDEN}, NAME_UNKNOWN: repository name not known to registry`,
      ],
      [
        "too many requests",
        { upload: { status: 429, body: "" } },
        "rate-limit",
        "too many requests: HTTP 429",
      ],
      [
        "a failure",
        { upload: { status: 503, body: "" } },
        "server",
        "the registry fails: HTTP 503",
      ],
      ["nothing to write to", { upload: { status: 405, body: "" } }, "server", unexpected(405)],
      ["an upload of which it does not say where", { upload: started({}) }, "good", "allowed"],
      ["an upload nowhere", { upload: started({ location: "http://[" }) }, "good", "allowed"],
      [
        "an upload that it does not let go",
        { cancel: { status: 500, body: "" } },
        "good",
        "allowed",
      ],
    ])("%s", async (_, answers, kind, text) => {
      const { outcomes } = await askOne({ login: "basic", answers });
      expect(outcomes).toEqual([REACHED, ACCEPTED, PULLS, ["push", kind, text]]);
    });
  });

  test("one that may pull, and not push, by tokens that are good for what was asked", async () => {
    const token = ({ url }: { readonly url: URL }) =>
      url.searchParams.get("scope")?.includes("push")
        ? refusal(403, "DENIED", "requested access to the resource is denied")
        : json(200, { token: ISSUED });
    expect((await askOne({ answers: { token } })).outcomes).toEqual([
      ...[REACHED, ACCEPTED, PULLS],
      [
        ...["push", "no-permission"],
        "no permission: HTTP 403, DENIED: requested access to the resource is denied",
      ],
    ]);
  });

  test("all may pull, without a credential", async () => {
    const token = json(200, { token: ISSUED });
    expect((await askOne({ answers: { token } }, { entry: null })).outcomes).toEqual([
      REACHED,
      PULLS,
    ]);
  });

  test("and may not", async () => {
    expect((await askOne({}, { entry: null })).outcomes).toEqual([
      REACHED,
      ["identity", "no-credential", "there is no credential, and the registry wants one"],
      [
        ...["pull", "no-permission"],
        "it needs a login: HTTP 401, UNAUTHORIZED: incorrect username or password",
      ],
    ]);
  });
});

describe("RULE 23: the credential is sent to no place that is not safe", () => {
  const UNSAFE = [
    ...["identity", "server"],
    "it wants the credential to be sent where it would not be safe",
  ];
  test.each([
    ["without TLS", `http://${HOST}/token`],
    ["to another host without TLS", "http://trap.example.test/token"],
    ["to this machine", "https://127.0.0.1/token"],
    ["to this machine by its name", "https://localhost/token"],
    ["to this machine, as a number", "https://2130706433/token"],
    ["to this machine by IPv6", "https://[::1]/token"],
    ["to whatever this machine is", "https://0.0.0.0/token"],
    ["to whatever this machine is, by IPv6", "https://[::]/token"],
    ["to the network of the job", "https://10.1.2.3/token"],
    ["to the network of the job, in hexadecimal", "https://0x0a010203/token"],
    ["to the network of the job, by IPv6 around it", "https://[::ffff:10.1.2.3]/token"],
    ["to a container's network", "https://172.17.0.1/token"],
    ["to the network at home", "https://192.168.0.1/token"],
    ["to the cloud's metadata", "https://169.254.169.254/latest/api/token"],
    ["to a unique local address", "https://[fd12:3456::1]/token"],
    ["to a link-local address", "https://[fe80::1]/token"],
    ["to no URL", "token"],
    ["to nowhere", ""],
    ["by another protocol", "ftp://trap.example.test/token"],
  ])("%s", async (_, realm) => {
    const { outcomes, come } = await askOne({ login: `Bearer realm="${realm}",service="s"` });
    expect(outcomes).toEqual([REACHED, UNSAFE]);
    expect(come).toEqual([
      {
        ...{ scheme: "https", method: "GET", host: HOST, path: "/v2/" },
        ...{ authorization: "", body: "" },
      },
    ]);
  });

  test("nor by a registry of this machine to the world without TLS", async () => {
    const challenge = 'Bearer realm="http://trap.example.test/token"';
    const server = await startAnswering([
      { status: 401, headers: { "www-authenticate": challenge } },
    ]);
    running.push(server);
    const start = registries.come.length;
    const outcomes = await outcomesOf({ image: `127.0.0.1:${server.port}/app` });
    expect([outcomes.at(-1), registries.come.slice(start)]).toEqual([UNSAFE, []]);
  });

  const ELSEWHERE = { status: 307, headers: { location: "https://trap.example.test/" }, body: "" };
  test.each<[string, Behaviour]>([
    ["its first answer", { login: "basic", answers: { ping: known(ELSEWHERE) } }],
    ["its token server's", { answers: { token: ELSEWHERE } }],
    ["a manifest", { login: "basic", answers: { head: ELSEWHERE } }],
    [
      "a manifest, when asked for all of it",
      { login: "basic", answers: { head: NO_BODY, get: ELSEWHERE } },
    ],
    ["an upload", { login: "basic", answers: { upload: ELSEWHERE } }],
    [
      "the end of an upload",
      {
        login: "basic",
        answers: { upload: { ...ELSEWHERE, status: 202 } },
      },
    ],
  ])("nor where a redirection leads: %s", async (_, behaviour) => {
    const { come } = await askOne(behaviour);
    expect(come.filter(({ host, authorization }) => host !== HOST && authorization !== "")).toEqual(
      [],
    );
  });

  test.each([
    ["without TLS", `http://${HOST}/v2/group/app/blobs/uploads/1`],
    ["at another port", `https://${HOST}:8443/v2/group/app/blobs/uploads/1`],
    ["elsewhere", "https://trap.example.test/v2/group/app/blobs/uploads/1"],
    ["elsewhere, as it seems at the registry", `https://${HOST}@trap.example.test/1`],
    ["elsewhere, without a scheme", "//trap.example.test/1"],
  ])("nor where an upload is said to be: %s", async (_, location) => {
    const upload = { status: 202, headers: { location }, body: "" };
    const { outcomes, come } = await askOne({ login: "basic", answers: { upload } });
    expect(outcomes).toEqual([REACHED, ACCEPTED, PULLS, PUSHES]);
    expect(
      come.filter(
        ({ scheme, host, method }) =>
          `${scheme}://${host}` !== `https://${HOST}` || method === "DELETE",
      ),
    ).toEqual([]);
  });
});

// https://github.com/kubernetes/registry.k8s.io/blob/main/cmd/archeio/docs/request-handling.md
test("a registry that leads to another with all that it is asked for can be pulled from, as by docker", async () => {
  const handle = registry({ login: "none" });
  registries.set("upstream.example.test", handle);
  registries.set(HOST, ({ url }) => ({
    status: 307,
    headers: { location: `https://upstream.example.test${url.pathname}` },
    body: "",
  }));
  expect(await outcomesOf({ entry: null })).toEqual([REACHED, PULLS]);
});

describe("a registry that is not reached", () => {
  const at = (port: number) => `localhost:${port}`;

  test("shows a certificate that nobody trusts", async () => {
    const start = registries.come.length;
    expect(await outcomesOf({ by: sendUntrusting })).toEqual([
      ["reach", "tls", expect.stringMatching(/^its certificate is not trusted \([A-Z_]+\)$/)],
    ]);
    expect(registries.come.slice(start)).toEqual([]);
  });

  test("shows a certificate of another's", async () => {
    registries.set("example.test", registry());
    expect(await outcomesOf({ image: "example.test/app" })).toEqual([
      [...["reach", "tls"], "its certificate is not trusted (ERR_TLS_CERT_ALTNAME_INVALID)"],
    ]);
  });

  test("shows, on this machine, a certificate that nobody trusts: that it has no answer without TLS either is not what is wrong", async () => {
    const server = await startAnswering([answer(200, {})], certificates.server);
    running.push(server);
    expect(await outcomesOf({ image: at(server.port) })).toEqual([
      ["reach", "tls", expect.stringMatching(/^its certificate is not trusted/)],
    ]);
    expect(server.arrived).toEqual([]);
  });

  test("has no TLS on this machine, as docker allows it", async () => {
    const server = await startAnswering([answer(200, {})]);
    running.push(server);
    expect(await outcomesOf({ image: at(server.port) })).toEqual([
      ["reach", "good", "reached, without TLS"],
      ["identity", "good", "none is needed: the registry is open to all"],
    ]);
  });

  test("has no TLS elsewhere, and is not asked without it", async () => {
    const start = registries.come.length;
    const [outcome] = await outcomesOf({ image: `${HOST}:8080/app` });
    expect([outcome?.slice(0, 2), registries.come.slice(start)]).toEqual([
      ["reach", "network"],
      [],
    ]);
  });

  test("is not there", async () => {
    const server = await startAnswering([]);
    await server.stop();
    expect(await outcomesOf({ image: at(server.port) })).toEqual([
      ["reach", "network", "it cannot be reached (ECONNREFUSED)"],
    ]);
  });

  test("breaks off", async () => {
    const server = await startAnswering([reset]);
    running.push(server);
    const [outcome, ...others] = await outcomesOf({ image: at(server.port) });
    expect([outcome?.slice(0, 2), others]).toEqual([["reach", "network"], []]);
  });

  test("speaks something else", async () => {
    const server = createServer((socket) => void socket.end("220 smtp.example.test ESMTP\r\n"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    running.push({ stop: async () => void server.close() });
    const { port } = server.address() as AddressInfo;
    const [outcome, ...others] = await outcomesOf({ image: at(port) });
    expect([outcome?.slice(0, 2), others]).toEqual([["reach", "network"], []]);
  });

  test("does not answer in time", async () => {
    const by = await makeSend(registries.env, "/", {
      attempt: 200,
      total: 600,
      pause: 1,
      tries: 2,
    });
    registries.set(HOST, () => "hang");
    expect(await outcomesOf({ by })).toEqual([["reach", "network", "no answer in 0.2 s"]]);
  });

  test("stops answering on the way", async () => {
    const by = await makeSend(registries.env, "/", {
      attempt: 200,
      total: 5_000,
      pause: 1,
      tries: 2,
    });
    const { outcomes } = await askOne({ login: "basic", answers: { head: "hang" } }, { by });
    expect(outcomes).toEqual([
      ...[REACHED, ACCEPTED, ["pull", "network", "no answer in 0.2 s"], PUSHES],
    ]);
  });
});
