import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type Limits, makeSend } from "../../src/network/http.ts";
import type { HttpRequest } from "../../src/network/request.ts";
import { Secret } from "../../src/secret.ts";
import {
  type Answer,
  type AnsweringServer,
  type Arrived,
  cut,
  hang,
  json,
  reset,
  startAnswering,
} from "../fixtures/answering-server.ts";
import { outcomeOf, QUICK } from "../fixtures/sending.ts";
import { tokenWith } from "../fixtures/unsigned-token.ts";

const MIB = 1024 * 1024;

/** Without the system's certificates, to read which takes most of the time of a test. */
const ENV = { SSL_CERT_DIR: "/nowhere" };

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.stop()));
});

const serve = async (...answers: readonly Answer[]): Promise<AnsweringServer> => {
  const server = await startAnswering(answers);
  running.push(server);
  return server;
};

/** A server that does this with every connection. */
const serveRaw = async (talk: (socket: Socket) => void) => {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    talk(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push({
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { url: `127.0.0.1:${port}`, connections: () => sockets.length };
};

/** For what needs no limits of its own: making a way to send takes longer than sending. */
const usually = makeSend(ENV, "/", { ...QUICK, total: 600_000 });

const sendTo = (
  { url }: { readonly url: string },
  request: Partial<HttpRequest> = {},
  limits?: Limits,
) =>
  outcomeOf(limits ? makeSend(ENV, "/", limits) : usually, {
    ...{ method: "GET", url: `${url}/`, ...request },
  });

const ok = { status: 200, text: "fine", explanation: "" };
const fine: Answer = { status: 200, body: "fine" };
const refused = (status: number): Answer => ({ status, body: "no" });

// What undici adds by itself.
const ADDED = ["host", "connection", "accept-encoding", "accept-language", "sec-fetch-mode"];

const withoutAdded = ({ headers, ...rest }: Arrived) => ({
  ...rest,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !ADDED.includes(name))),
});

describe("a request", () => {
  const usual = { accept: "application/json", "user-agent": "berth" };
  const secret = new Secret("hunter2+/=ü");

  test.each<[what: string, request: Partial<HttpRequest>, arrived: unknown]>([
    ["for nothing", {}, { method: "GET", path: "/", headers: usual, body: "" }],
    [
      "with a secret in a list for a header",
      { headers: { accept: "application/xml", authorization: ["Bearer ", new Secret("hunter2")] } },
      {
        ...{ method: "GET", path: "/", body: "" },
        headers: { ...usual, accept: "application/xml", authorization: "Bearer hunter2" },
      },
    ],
    [
      "with a form",
      { method: "POST", body: { form: { grant_type: "a:b", assertion: secret } } },
      {
        ...{ method: "POST", path: "/" },
        headers: {
          ...{ ...usual, "content-length": "49" },
          "content-type": "application/x-www-form-urlencoded",
        },
        body: "grant_type=a%3Ab&assertion=hunter2%2B%2F%3D%C3%BC",
      },
    ],
    [
      "with JSON",
      { method: "POST", body: { json: { scope: ["a", "b"], subjectToken: secret } } },
      {
        ...{ method: "POST", path: "/" },
        headers: { ...usual, "content-length": "49", "content-type": "application/json" },
        body: '{"scope":["a","b"],"subjectToken":"hunter2+/=ü"}',
      },
    ],
    [
      "with a text",
      {
        ...{ method: "POST", headers: { "content-type": "application/x-amz-json-1.1" } },
        body: { text: "{}" },
      },
      {
        ...{ method: "POST", path: "/", body: "{}" },
        headers: { ...usual, "content-length": "2", "content-type": "application/x-amz-json-1.1" },
      },
    ],
    [
      "without a body, of a type all the same",
      { method: "POST", headers: { "content-type": "application/json" } },
      {
        ...{ method: "POST", path: "/", body: "" },
        headers: { ...usual, "content-length": "0", "content-type": "application/json" },
      },
    ],
  ])("%s goes over the wire", async (_, request, arrived) => {
    const server = await serve(fine);
    expect(await sendTo(server, request)).toEqual(ok);
    expect(server.arrived.map(withoutAdded)).toEqual([arrived]);
  });

  test("has its path and query", async () => {
    const server = await serve(fine);
    await sendTo(server, { url: `${server.url}/a%20b/token?audience=api%3A%2F%2FX&b` });
    expect(server.arrived.map(({ path }) => path)).toEqual([
      "/a%20b/token?audience=api%3A%2F%2FX&b",
    ]);
  });
});

describe("an answer", () => {
  test.each<[what: string, answer: Answer, expected: unknown]>([
    ["with a body", fine, ok],
    ["without one", { status: 204 }, { ...ok, status: 204, text: "" }],
    ["of UTF-8", { status: 200, body: "é😀" }, { ...ok, text: "é😀" }],
    [
      "of bytes that are no UTF-8",
      { status: 200, body: Buffer.from([0x61, 0xff]) },
      { ...ok, text: "a\ufffd" },
    ],
    [
      "of garbage",
      { status: 200, body: "\u0000\u001b[31m<{" },
      { ...ok, text: "\u0000\u001b[31m<{" },
    ],
    [
      "that is compressed",
      { status: 200, headers: { "content-encoding": "gzip" }, body: gzipSync("fine") },
      ok,
    ],
    ["of 1 MiB", { status: 200, body: "x".repeat(MIB) }, { ...ok, text: "x".repeat(MIB) }],
    [
      "that refuses",
      json(403, { error: "access_denied", error_description: "not\nyou" }),
      {
        ...{ status: 403, explanation: "access_denied: not you" },
        text: '{"error":"access_denied","error_description":"not\\nyou"}',
      },
    ],
  ])("%s comes as it is", async (_, answer, expected) => {
    expect(await sendTo(await serve(answer))).toEqual(expected);
  });

  test("comes with its headers, in any case", async () => {
    const { url } = await serve({ status: 200, headers: { "X-One": "1" } });
    const { header } = await (await usually)({ method: "GET", url });
    expect([header("x-one"), header("X-ONE"), header("x-two")]).toEqual(["1", "1", undefined]);
  });

  const tooLarge = { unreachable: "its answer is larger than 1 MiB", passes: false };
  test.each<[what: string, answer: Answer]>([
    ["that says so", { status: 200, body: "x".repeat(MIB + 1) }],
    ["of an error", { status: 500, body: "x".repeat(MIB + 1) }],
    [
      "that was compressed",
      {
        status: 200,
        headers: { "content-encoding": "gzip" },
        body: gzipSync("x".repeat(50 * MIB)),
      },
    ],
    [
      "that has no end",
      (response) => {
        const more = (): void => {
          while (!response.destroyed && response.write("x".repeat(MIB / 8)));
          response.once("drain", more);
        };
        more();
      },
    ],
  ])("larger than 1 MiB is not read to its end, nor asked for again: one %s", async (_, answer) => {
    const server = await serve(answer);
    expect(await sendTo(server)).toEqual(tooLarge);
    expect(server.arrived.length).toBe(1);
  });

  test.each([301, 302, 303, 307, 308])("%i leads nowhere", async (status) => {
    const elsewhere = await serve(fine);
    const server = await serve({ status, headers: { location: elsewhere.url }, body: "away" });
    const request: Partial<HttpRequest> = { method: "POST", body: { form: { a: "b" } } };
    expect(await sendTo(server, request)).toEqual({ status, text: "away", explanation: "" });
    expect([server.arrived.length, elsewhere.arrived.length]).toEqual([1, 0]);
  });
});

describe("another try", () => {
  const away = (code: string) => ({ unreachable: `it cannot be reached (${code})`, passes: true });
  const said = (status: number) => ({ status, text: "no", explanation: "" });

  test.each<[what: string, first: Answer]>([
    ...[429, 500, 502, 503, 504].map((status): [string, Answer] => [
      `an answer of ${status}`,
      refused(status),
    ]),
    ["a connection that is reset", reset],
    ["a connection that is closed", (response) => void response.destroy()],
    ["an answer that breaks off", cut],
  ])("follows %s", async (_, first) => {
    const server = await serve(first, first, fine);
    const request: Partial<HttpRequest> = { method: "POST", body: { form: { a: "b c" } } };
    expect(await sendTo(server, request)).toEqual(ok);
    const arrived = { method: "POST", path: "/", body: "a=b+c" };
    expect(server.arrived.map(({ headers, ...rest }) => rest)).toEqual([arrived, arrived, arrived]);
  });

  test.each<[what: string, answer: Answer, expected: unknown]>([
    ["says 503", refused(503), said(503)],
    ["says 429", refused(429), said(429)],
    ["breaks off its answers", cut, away("UND_ERR_SOCKET")],
    ["resets", reset, away("ECONNRESET")],
  ])("is given up after the fourth, where a server always %s", async (_, answer, expected) => {
    const server = await serve(answer);
    expect(await sendTo(server)).toEqual(expected);
    expect(server.arrived.length).toBe(4);
  });

  test.each([1, 2, 5])("is made as often as the limits say: %i in all", async (tries) => {
    const server = await serve(refused(503));
    expect(await sendTo(server, {}, { ...QUICK, tries })).toEqual(said(503));
    expect(server.arrived.length).toBe(tries);
  });

  test.each([400, 401, 403, 404, 405, 409, 422])(
    "does not follow an answer of %i",
    async (status) => {
      const server = await serve(refused(status), fine);
      expect(await sendTo(server)).toEqual(said(status));
      expect(server.arrived.length).toBe(1);
    },
  );

  test("follows another answer where the request says so", async () => {
    const server = await serve(json(400, { Code: "IDPCommunicationError" }), refused(400), fine);
    const passes: HttpRequest["passes"] = ({ status, text }) => status === 400 && /IDP/.test(text);
    expect(await sendTo(server, { passes })).toEqual(said(400));
    expect(server.arrived.length).toBe(2);
  });

  test.each([
    ["talks another protocol", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["sends nothing that can be read", "\u0000\u0001\u0002\r\n\r\n"],
    ["breaks off in its headers", "HTTP/1.1 200 OK\r\nX-A: b"],
    ["closes without a word", ""],
  ])("follows where what is there %s", async (_, greeting) => {
    const server = await serveRaw((socket) => {
      socket.once("data", () => socket.end(greeting, "latin1"));
    });
    expect(await sendTo({ url: `http://${server.url}` })).toEqual({
      unreachable: expect.stringMatching(/^it cannot be reached(?: \(\w+\))?$/),
      passes: true,
    });
    expect(server.connections()).toBe(4);
  });

  test("follows where what is there knows no TLS", async () => {
    const server = await serve(fine);
    expect(await sendTo({ url: server.url.replace("http:", "https:") })).toEqual({
      unreachable: expect.stringMatching(/^it cannot be reached \(ERR_SSL_\w+\)$/),
      passes: true,
    });
    expect([server.connections(), server.arrived.length]).toEqual([4, 0]);
  });

  test("follows where nothing is there yet", async () => {
    const gone = await startAnswering([fine]);
    await gone.stop();
    expect(await sendTo(gone)).toEqual(away("ECONNREFUSED"));
  });

  test("does not follow where there is no such host", async () => {
    const start = performance.now();
    // A name that nobody can have: RFC 6761. Without a name server it may be there the next time.
    expect(await sendTo({ url: "http://sts.invalid" }, {}, { ...QUICK, pause: 60_000 })).toEqual({
      unreachable: expect.stringMatching(/^it cannot be reached \((?:ENOTFOUND|EAI_AGAIN)\)$/),
      passes: expect.any(Boolean),
    });
    expect(performance.now() - start).toBeLessThan(QUICK.total);
  });
});

/** Between the tries that have come to a server, in milliseconds. */
const pausesOf = ({ times }: AnsweringServer): readonly number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe("the pause before another try", () => {
  test("doubles, and is a part of that", async () => {
    const server = await serve(refused(500));
    await sendTo(server, {}, { ...QUICK, pause: 60 });
    const [first = 0, second = 0, third = 0, ...more] = pausesOf(server);
    expect([first >= 28, second >= 58, third >= 118, more]).toEqual([true, true, true, []]);
  });

  test("is what Retry-After says", async () => {
    const server = await serve({ status: 429, headers: { "retry-after": "1" } }, fine);
    expect(await sendTo(server)).toEqual(ok);
    const [pause = 0, ...more] = pausesOf(server);
    expect([pause >= 998, more]).toEqual([true, []]);
  });

  test.each([
    ["nothing, with Retry-After: 0", "0"],
    ["its own where that is a date", "Wed, 21 Oct 2037 07:28:00 GMT"],
    ["its own where that is no number of seconds", "1.5"],
    ["its own where that is less than none", "-1"],
    ["its own where that is empty", ""],
  ])("is %s", async (_, after) => {
    const server = await serve({ status: 503, headers: { "retry-after": after } }, fine);
    expect(await sendTo(server, {}, { ...QUICK, total: 900 })).toEqual(ok);
  });

  test.each(["60", "9999", "86400", "99999999999999999999"])(
    "is not made where Retry-After leads behind the end: %s",
    async (after) => {
      const answer: Answer = { status: 429, headers: { "retry-after": after }, body: "no" };
      const server = await serve(answer, fine);
      const start = performance.now();
      const expected = { status: 429, text: "no", explanation: "" };
      expect(await sendTo(server, {}, QUICK)).toEqual(expected);
      expect([server.arrived.length, performance.now() - start < 5_000]).toEqual([1, true]);
    },
  );

  test("is not made where it leads behind the end by itself", async () => {
    const server = await serve(refused(500), fine);
    await sendTo(server, {}, { attempt: 1_000, total: 1_000, pause: 4_000 });
    expect(server.arrived.length).toBe(1);
  });
});

describe("the time that is given", () => {
  test("is for each try", async () => {
    const server = await serve(hang);
    expect(await sendTo(server, {}, { ...QUICK, attempt: 100 })).toEqual({
      ...{ unreachable: "no answer in 0.1 s", passes: true },
    });
    expect(server.arrived.length).toBe(4);
  });

  test("is for all of the answer", async () => {
    const server = await serve((response) => {
      response.writeHead(200, { "content-length": 10 }).write("half");
    }, fine);
    expect(await sendTo(server, {}, { ...QUICK, attempt: 300 })).toEqual(ok);
  });

  test("is for all of an answer that drips", async () => {
    const { url } = await serve((response) => {
      const dripping = setInterval(() => response.write("x"), 10);
      response.on("close", () => clearInterval(dripping));
    });
    expect(await sendTo({ url }, {}, { attempt: 200, total: 300, pause: 1_000 })).toEqual({
      ...{ unreachable: "no answer in 0.2 s", passes: true },
    });
  });

  test("is for all tries together", async () => {
    const { url } = await serve(hang);
    const start = performance.now();
    await sendTo({ url }, {}, { attempt: 400, total: 600, pause: 1 });
    const passed = performance.now() - start;
    expect([passed >= 590, passed < 3_000]).toEqual([true, true]);
  });

  test("is for all requests together", async () => {
    const { url } = await serve(hang);
    const send = await makeSend(ENV, "/", { attempt: 300, total: 400, pause: 1 });
    await outcomeOf(send, { method: "GET", url });
    const start = performance.now();
    expect(await outcomeOf(send, { method: "GET", url })).toEqual({
      ...{ unreachable: expect.stringMatching(/^no answer/), passes: true },
    });
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe("what a server says of why it refuses", () => {
  const secret = "hunter2HUNTER2/+=hunter2HUNTER2";
  const request: Partial<HttpRequest> = {
    ...{ method: "POST", headers: { authorization: ["Bearer ", new Secret(secret)] } },
    body: { form: { assertion: new Secret("assertion-of-mine"), name: "open" } },
  };

  const explained = async (answer: Answer) => {
    const { url } = await serve(answer);
    return (await (await usually)({ method: "POST", url, ...request })).explanation;
  };
  const explainedOf = (message: string) => explained(json(400, { message }));

  test.each([
    ["secret of a header", `bad ${secret}!`, "bad [redacted]!"],
    ["secret of a form", "bad assertion-of-mine, open", "bad [redacted], open"],
    ["token of somebody's", `bad ${tokenWith({ sub: "x" })}`, "bad [redacted]"],
    ["line of its own", "a\n::error::b", "a ::error::b"],
    ["command for the runner", "##vso[a] ##[b]", "#\\x23vso[a] #\\x23[b]"],
    ["escape of terminals", "a\u001b[31mb\u009bc\u0000", "a\\x1b[31mb\\x9bc\\x00"],
    ["text from right to left", "a\u202eb\u2028c", "a\\u{202e}b c"],
  ])("has no %s", async (_, message, expected) => {
    expect(await explainedOf(message)).toBe(expected);
  });

  test("has none in JSON, however that is written", async () => {
    const body = `{"message":"bad ${secret.replace("/", "\\/").replace("+", "\\u002b")}"}`;
    expect(await explained({ status: 400, body })).toBe("bad [redacted]");
  });

  test.each(["<Code>", "<Message>"])("has none in XML, either: %s", async (tag) => {
    const body = `<Error>${tag}${secret}${tag.replace("<", "</")}</Error>`;
    expect(await explained({ status: 400, body })).toBe("[redacted]");
  });

  test.each([365, 370, 380, 390, 396])(
    "has no part of a secret, where that stands at the end of what is shown: at %i",
    async (length) => {
      expect(await explainedOf(`${"x".repeat(length)} ${secret}`)).not.toMatch(/hunt|HUNT/);
    },
  );

  test("has an end", async () => {
    expect(await explainedOf("x".repeat(10_000))).toBe(`${"x".repeat(400)}…`);
    expect((await explainedOf("\u{1b}".repeat(10_000))).length).toBeLessThan(4_000);
  });
});
