import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Limits, makeSend } from "../../src/network/http.ts";
import type { HttpRequest } from "../../src/network/request.ts";
import { Secret } from "../../src/secret.ts";
import { present } from "../../src/variables.ts";
import { type AnsweringServer, startAnswering } from "../fixtures/answering-server.ts";
import { type Certificates, makeCertificates } from "../fixtures/certificates.ts";
import { type ConnectProxy, sayNo, startProxy } from "../fixtures/connect-proxy.ts";
import type { Variables } from "../fixtures/environments.ts";
import { outcomeOf, QUICK } from "../fixtures/sending.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

let folder: TemporaryFolder;
let known: Certificates;
let secure: AnsweringServer;
let open: AnsweringServer;
beforeAll(async () => {
  folder = await makeTemporaryFolder("agents");
  known = await makeCertificates(folder.path);
  const fine = [{ status: 200, body: "fine" }];
  secure = await startAnswering(fine, known.server);
  open = await startAnswering(fine);
});
afterAll(async () => {
  await Promise.all([secure?.stop(), open?.stop()]);
  await folder?.remove();
});

/** Without it no host of example.test is to be found, which nobody can have: RFC 6761. */
let proxy: ConnectProxy;
/** One that leads to hosts without TLS. */
let openProxy: ConnectProxy;
beforeEach(async () => {
  proxy = await startProxy(secure.port);
  openProxy = await startProxy(open.port);
});
afterEach(async () => {
  await Promise.all([proxy.stop(), openProxy.stop()]);
});

const HOST = "sts.example.test";
const at = ({ address }: ConnectProxy, user = ""): string => `http://${user}${address}`;

/** What comes of a request. The variables are those of the job, not of this process. */
const ask = (
  variables: Variables,
  url = `https://${HOST}/token`,
  { limits = QUICK, ...request }: Partial<HttpRequest> & { readonly limits?: Limits } = {},
) => {
  const env = present({ SSL_CERT_FILE: known.authorityFile, ...variables });
  return outcomeOf(makeSend(env, "/", limits), { method: "GET", url, ...request });
};

/** The same where there may be no name server, and so no answer in time. */
const askInVain = (variables: Variables, url?: string) =>
  ask(variables, url, { limits: { attempt: 500, total: 500, pause: 1 } });

const fine = { status: 200, text: "fine", explanation: "" };
const away = (why: string, passes: boolean) => ({
  ...{ unreachable: `it cannot be reached (${why})`, passes },
});

const passagesOf = ({ passages }: ConnectProxy) => passages.map(({ to }) => to);

describe("a host that only a proxy can reach is reached by", () => {
  test.each(["HTTPS_PROXY", "https_proxy"])("%s", async (name) => {
    expect(await ask({ [name]: at(proxy) })).toEqual(fine);
    expect(passagesOf(proxy)).toEqual([`${HOST}:443`]);
  });

  test.each(["HTTP_PROXY", "http_proxy"])("%s, where it has no TLS", async (name) => {
    expect(await ask({ [name]: at(openProxy) }, `http://${HOST}/token`)).toEqual(fine);
    expect(passagesOf(openProxy)).toEqual([`${HOST}:80`]);
  });

  test("the one for its scheme", async () => {
    const env = { HTTPS_PROXY: at(proxy), HTTP_PROXY: at(openProxy) };
    expect([await ask(env), await ask(env, `http://${HOST}/`)]).toEqual([fine, fine]);
    expect([passagesOf(proxy), passagesOf(openProxy)]).toEqual([[`${HOST}:443`], [`${HOST}:80`]]);
  });

  test("the name in capitals before the other, as Go does", async () => {
    expect(await ask({ HTTPS_PROXY: at(proxy), https_proxy: at(openProxy) })).toEqual(fine);
    expect([passagesOf(proxy), passagesOf(openProxy)]).toEqual([[`${HOST}:443`], []]);
  });

  test("the other where the name in capitals is empty", async () => {
    expect(await ask({ HTTPS_PROXY: "", https_proxy: at(proxy) })).toEqual(fine);
  });

  test("one without a scheme, as curl and Go take it", async () => {
    expect(await ask({ HTTPS_PROXY: `me:hunter2@${proxy.address}` })).toEqual(fine);
  });

  test("its port", async () => {
    expect(await ask({ HTTPS_PROXY: at(proxy) }, `https://${HOST}:8443/token`)).toEqual(fine);
    expect(passagesOf(proxy)).toEqual([`${HOST}:8443`]);
  });

  test("a proxy that has TLS itself", async () => {
    const closed = await startProxy(secure.port, { identity: known.server });
    try {
      const named = { HTTPS_PROXY: `https://${closed.address}` };
      expect(await ask(named)).toEqual(fine);
      expect(await ask({ ...named, SSL_CERT_FILE: known.strangerFile })).toMatchObject({
        ...{ unreachable: expect.stringMatching(/^its certificate is not trusted/), passes: false },
      });
      expect(passagesOf(closed)).toEqual([`${HOST}:443`]);
    } finally {
      await closed.stop();
    }
  });
});

describe("a proxy", () => {
  test.each([
    ["a user and a password", "me:hunter2@", "me:hunter2"],
    ["those with signs in them", "me%40corp:p%3Aa%2F%25%C3%BC@", "me@corp:p:a/%ü"],
    ["nobody", "", undefined],
  ])("gets %s", async (_, user, expected) => {
    expect(await ask({ HTTPS_PROXY: at(proxy, user) })).toEqual(fine);
    const encoded = expected && `Basic ${Buffer.from(expected).toString("base64")}`;
    const asked = proxy.passages.map(({ headers }) => headers["proxy-authorization"]);
    expect(asked).toEqual([encoded]);
  });

  test("gets nothing of the request but where it goes to", async () => {
    const secret = new Secret("hunter2");
    const request: Partial<HttpRequest> = {
      ...{ method: "POST", headers: { authorization: secret }, body: { form: { token: secret } } },
    };
    await ask({ HTTPS_PROXY: at(proxy) }, `https://${HOST}/hunter2`, request);
    expect(passagesOf(proxy)).toEqual([`${HOST}:443`]);
    expect(JSON.stringify(proxy.passages)).not.toContain("hunter2");
    expect(JSON.stringify(secure.arrived.at(-1)).match(/hunter2/g)?.length).toBe(3);
  });

  test("is no way around the certificate", async () => {
    expect(await ask({ HTTPS_PROXY: at(proxy), SSL_CERT_FILE: known.strangerFile })).toEqual({
      unreachable: "its certificate is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
      passes: false,
    });
    expect(await ask({ HTTPS_PROXY: at(proxy) }, "https://example.org/")).toEqual({
      unreachable: "its certificate is not trusted (ERR_TLS_CERT_ALTNAME_INVALID)",
      passes: false,
    });
  });
});

describe("a proxy that refuses is told, with what it says", () => {
  test.each(["407 Proxy Authentication Required", "403 Forbidden"])(
    "once, as asking again does not help: %s",
    async (status) => {
      const refusing = await startProxy(secure.port, { refuse: sayNo(status) });
      try {
        const outcome = await ask({ HTTPS_PROXY: at(refusing, "me:hunter2@") });
        expect(outcome).toEqual({
          unreachable: expect.stringMatching(new RegExp(`proxy.*${status.slice(0, 3)}`)),
          passes: false,
        });
        expect(passagesOf(refusing)).toEqual([`${HOST}:443`]);
        expect(JSON.stringify(outcome)).not.toContain("hunter2");
      } finally {
        await refusing.stop();
      }
    },
  );

  test.each(["502 Bad Gateway", "503 Service Unavailable"])(
    "and asked again: %s",
    async (status) => {
      const refusing = await startProxy(secure.port, { refuse: sayNo(status) });
      try {
        expect(await ask({ HTTPS_PROXY: at(refusing) })).toMatchObject({ passes: true });
        expect(passagesOf(refusing).length).toBe(4);
      } finally {
        await refusing.stop();
      }
    },
  );

  test("and so is one that is not there", async () => {
    const gone = await startProxy(secure.port);
    await gone.stop();
    expect(await ask({ HTTPS_PROXY: at(gone) })).toEqual(away("ECONNREFUSED", true));
  });

  test("and one that never answers is not waited for", async () => {
    const silent = await startProxy(secure.port, { refuse: () => undefined });
    try {
      const limits: Limits = { attempt: 100, total: 300, pause: 1_000 };
      expect(await ask({ HTTPS_PROXY: at(silent) }, undefined, { limits })).toEqual({
        ...{ unreachable: "no answer in 0.1 s", passes: true },
      });
    } finally {
      await silent.stop();
    }
  });
});

describe("no proxy is asked for", () => {
  test.each([
    ["the host itself", HOST],
    ["the domain that it is in", "example.test"],
    ["the domain, with a dot", ".example.test"],
    ["the domain, with a star", "*.example.test"],
    ["one of several", `localhost,other.test, ${HOST} `],
    ["one of several, parted by blanks", `other.test ${HOST}`],
    ["capital letters", "STS.Example.TEST"],
    ["its port", `${HOST}:443`],
    ["all", "*"],
  ])("what NO_PROXY has: %s", async (_, value) => {
    for (const name of ["NO_PROXY", "no_proxy"]) {
      await askInVain({ HTTPS_PROXY: at(proxy), [name]: value });
    }
    expect(passagesOf(proxy)).toEqual([]);
  });

  test.each([
    ["another host", "iam.example.test"],
    ["what ends as it does", "ple.test"],
    ["what ends as it does, without a dot", "s.example.test"],
    ["what begins as it does", "sts.example"],
    ["what is below it", `a.${HOST}`],
    ["another port", `${HOST}:8443`],
    ["nothing", ""],
  ])("that alone: %s is another one", async (_, value) => {
    expect(await ask({ HTTPS_PROXY: at(proxy), NO_PROXY: value })).toEqual(fine);
    expect(passagesOf(proxy)).toEqual([`${HOST}:443`]);
  });

  test.each<[string, string, string, boolean]>([
    ["a network", "10.0.0.0/8", "10.1.2.3", true],
    ["one of several", "localhost, 192.0.2.0/24,10.0.0.0/8", "192.0.2.9", true],
    ["one of IPv6", "fd00::/8", "[fd00::1]", true],
    ["another network", "10.0.0.0/8", "11.1.2.3", false],
    ["a network, and what has a name is in none", "0.0.0.0/0", HOST, false],
    ["no network", "10.0.0.0/33 fd00::/129 10.0.0/8 /8", "10.1.2.3", false],
  ])("what NO_PROXY has as a network: %s", async (_, noProxy, host, isDirect) => {
    const silent = await startProxy(secure.port, { refuse: sayNo("403 Forbidden") });
    try {
      const limits: Limits = { attempt: 200, total: 200, pause: 1 };
      await ask({ HTTPS_PROXY: at(silent), NO_PROXY: noProxy }, `https://${host}/`, { limits });
      expect(passagesOf(silent)).toEqual(isDirect ? [] : [`${host}:443`]);
    } finally {
      await silent.stop();
    }
  });

  test("NO_PROXY in capitals counts before the other", async () => {
    expect(await ask({ HTTPS_PROXY: at(proxy), NO_PROXY: "localhost", no_proxy: "*" })).toEqual(
      fine,
    );
  });

  test("this machine", async () => {
    const env = { HTTPS_PROXY: at(proxy), HTTP_PROXY: at(openProxy) };
    expect([
      await ask(env, `https://localhost:${secure.port}/`),
      await ask(env, `http://localhost:${open.port}/`),
      await ask(env, `http://127.0.0.1:${open.port}/`),
    ]).toEqual([fine, fine, fine]);
    expect([passagesOf(proxy), passagesOf(openProxy)]).toEqual([[], []]);
  });

  test("https where there is one for http alone, as curl and Go do", async () => {
    await askInVain({ HTTP_PROXY: at(proxy) });
    expect(passagesOf(proxy)).toEqual([]);
  });

  test("http where there is one for https alone", async () => {
    await askInVain({ HTTPS_PROXY: at(openProxy) }, `http://${HOST}/`);
    expect(passagesOf(openProxy)).toEqual([]);
  });

  test("a job whose variables name none, whatever this process has", async () => {
    const { HTTPS_PROXY } = process.env;
    process.env["HTTPS_PROXY"] = at(proxy);
    try {
      await askInVain({});
    } finally {
      if (HTTPS_PROXY === undefined) delete process.env["HTTPS_PROXY"];
      else process.env["HTTPS_PROXY"] = HTTPS_PROXY;
    }
    expect(passagesOf(proxy)).toEqual([]);
  });
});

describe("what is no URL of a proxy is told, and not shown: it may have a password in it", () => {
  test.each([
    ...["http://me:hunter2@", "http://me:hunter2@host:port", "me:hunter2@host:port"],
    ...["ftp://me:hunter2@proxy.example.test", "http//hunter2", "://hunter2", "http://"],
    ...["http://me:hunter2%@proxy.example.test", "http://hunter2 proxy.example.test", "\n"],
  ])("%j", async (value) => {
    for (const name of ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"]) {
      expect(await ask({ [name]: value })).toEqual({
        unreachable: "HTTP_PROXY or HTTPS_PROXY is not the URL of a proxy",
        passes: false,
      });
    }
  });
});
