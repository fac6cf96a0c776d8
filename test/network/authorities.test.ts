import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Trust } from "../../src/network/agents.ts";
import { readAuthorities } from "../../src/network/authorities.ts";
import { makeSend } from "../../src/network/http.ts";
import { Unreachable } from "../../src/network/unreachable.ts";
import { present } from "../../src/variables.ts";
import { type AnsweringServer, startAnswering } from "../fixtures/answering-server.ts";
import { type Certificates, type Identity, makeCertificates } from "../fixtures/certificates.ts";
import type { Variables } from "../fixtures/environments.ts";
import { makeFifo } from "../fixtures/fifo.ts";
import { outcomeOf, QUICK } from "../fixtures/sending.ts";
import { withoutRights } from "../fixtures/without-rights.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

let folder: TemporaryFolder;
let known: Certificates;
const at = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  folder = await makeTemporaryFolder("authorities");
  await chmod(folder.path, 0o755);
  await mkdir(at("openssl"));
  known = await makeCertificates(at("openssl"));
  const authority = await readFile(known.authorityFile, "utf8");
  const stranger = await readFile(known.strangerFile, "utf8");

  await mkdir(at("certs"));
  await writeFile(at("certs/ours.pem"), authority);
  await mkdir(at("mixed"));
  await mkdir(at("mixed/folder"));
  await makeFifo(at("mixed/fifo"));
  await symlink("gone", at("mixed/dangling"));
  await writeFile(at("mixed/README"), "no certificate");
  await symlink(known.authorityFile, at("mixed/0a1b2c3d.0"));
  await mkdir(at("others"));
  await writeFile(at("others/stranger.crt"), stranger);
  await mkdir(at("empty"));

  const comment = "# Our authority\nsubject=CN = berth test authority\n";
  await writeFile(at("bundle.pem"), `${comment}${stranger}\n${comment}${authority}`);
  await writeFile(at("windows.pem"), authority.replaceAll("\n", "\r\n"));
  await symlink(known.authorityFile, at("link.pem"));
  await writeFile(at("nothing.pem"), "");
  await writeFile(at("key.pem"), known.server.key);
  await writeFile(at("half.pem"), authority.slice(0, authority.length / 2));
  await writeFile(at("locked.pem"), authority, { mode: 0 });
  await writeFile(at("a\n::error::b"), "");
  await makeFifo(at("fifo.pem"));
  await symlink("gone", at("dangling.pem"));
});
afterAll(() => folder?.remove());

const running: AnsweringServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.stop()));
});

const serve = async (identity: Parameters<typeof startAnswering>[1]): Promise<AnsweringServer> => {
  const server = await startAnswering([{ status: 200, body: "fine" }], identity);
  running.push(server);
  return server;
};

/** What comes of a request to a server of this machine, by its name, and how often it was connected to. */
const ask = async (variables: Variables, identity: Identity = known.server, host = "localhost") => {
  const server = await serve(identity);
  const url = server.url.replace("localhost", host);
  const env = present(variables);
  const outcome = await outcomeOf(makeSend(env, folder.path, QUICK), { method: "GET", url });
  return [outcome, server.connections()];
};

const trusted = [{ status: 200, text: "fine", explanation: "" }, 1];
const distrusted = (code: string) => [
  { unreachable: `its certificate is not trusted (${code})`, passes: false },
  1,
];
const UNKNOWN = "UNABLE_TO_VERIFY_LEAF_SIGNATURE";

describe("a server is trusted", () => {
  test.each([
    ["SSL_CERT_FILE", () => ({ SSL_CERT_FILE: known.authorityFile })],
    ["SSL_CERT_FILE, from where the job is", () => ({ SSL_CERT_FILE: "certs/ours.pem" })],
    ["SSL_CERT_FILE with a link", () => ({ SSL_CERT_FILE: at("link.pem") })],
    ["SSL_CERT_FILE with several, and what people read", () => ({ SSL_CERT_FILE: "bundle.pem" })],
    ["SSL_CERT_FILE with line breaks of Windows", () => ({ SSL_CERT_FILE: "windows.pem" })],
    ["NODE_EXTRA_CA_CERTS", () => ({ NODE_EXTRA_CA_CERTS: known.authorityFile })],
    [
      "NODE_EXTRA_CA_CERTS, beside SSL_CERT_FILE",
      () => ({ NODE_EXTRA_CA_CERTS: "certs/ours.pem", SSL_CERT_FILE: known.strangerFile }),
    ],
    [
      "SSL_CERT_FILE, beside SSL_CERT_DIR",
      () => ({ SSL_CERT_FILE: "certs/ours.pem", SSL_CERT_DIR: "others" }),
    ],
    ["SSL_CERT_DIR", () => ({ SSL_CERT_DIR: at("certs") })],
    ["SSL_CERT_DIR, from where the job is", () => ({ SSL_CERT_DIR: "certs" })],
    ["SSL_CERT_DIR with much else in it", () => ({ SSL_CERT_DIR: at("mixed") })],
    ["SSL_CERT_DIR with several", () => ({ SSL_CERT_DIR: `${at("gone")}::${at("others")}:certs` })],
  ])("by %s", async (_, env) => {
    expect(await ask(env())).toEqual(trusted);
  });

  test("whose own certificate is named", async () => {
    expect(await ask({ SSL_CERT_FILE: known.selfSigned.file }, known.selfSigned)).toEqual(trusted);
  });
});

describe("a server is not trusted, and not asked again,", () => {
  test.each([
    ["without the certificate of its authority", () => ({})],
    ["with that of another", () => ({ SSL_CERT_FILE: known.strangerFile })],
    ["with a folder without any", () => ({ SSL_CERT_DIR: at("empty") })],
    ["with a folder of others", () => ({ SSL_CERT_DIR: at("others") })],
    ["with a folder that is not there", () => ({ SSL_CERT_DIR: at("gone") })],
    ["with a file for a folder", () => ({ SSL_CERT_DIR: at("certs/ours.pem") })],
    ["with a variable that is empty", () => ({ SSL_CERT_FILE: "", SSL_CERT_DIR: "" })],
  ])("%s", async (_, env) => {
    expect(await ask(env())).toEqual(distrusted(UNKNOWN));
  });

  test("whose certificate has ended", async () => {
    const env = { SSL_CERT_FILE: known.authorityFile };
    expect(await ask(env, known.expired)).toEqual(distrusted("CERT_HAS_EXPIRED"));
  });

  test("whose certificate is its own", async () => {
    const env = { SSL_CERT_FILE: known.authorityFile };
    expect(await ask(env, known.selfSigned)).toEqual(distrusted("DEPTH_ZERO_SELF_SIGNED_CERT"));
  });

  test("whose certificate is for other hosts", async () => {
    const env = { SSL_CERT_FILE: known.authorityFile };
    const code = "ERR_TLS_CERT_ALTNAME_INVALID";
    expect(await ask(env, known.server, "127.0.0.1")).toEqual(distrusted(code));
  });

  test("whose certificate is from one that is no authority", async () => {
    const env = { SSL_CERT_FILE: known.authorityFile };
    expect(await ask(env, known.ofServer)).toEqual([
      {
        // OpenSSL's versions name the one or the other.
        unreachable: expect.stringMatching(/is not trusted \(INVALID_(?:CA|PURPOSE)\)$/),
        passes: false,
      },
      1,
    ]);
  });
});

describe("who asks may say", () => {
  /** What comes of a request to a server that wants to know who asks. */
  const askWith = async (trust: Trust, variables: Variables = { SSL_CERT_DIR: "empty" }) => {
    const ca = await readFile(known.authorityFile, "utf8");
    const server = await serve({ ...known.server, ca, requestCert: true });
    const send = makeSend(present(variables), folder.path, { ...QUICK, tries: 1 }, trust);
    return outcomeOf(send, { method: "GET", url: server.url });
  };
  const fine = { status: 200, text: "fine", explanation: "" };
  const authority = async () => [await readFile(known.authorityFile, "utf8")];

  test("whom to trust, and who it is", async () => {
    expect(await askWith({ ...known.server, ca: await authority() })).toEqual(fine);
  });

  test("who it is, whom to trust being known", async () => {
    expect(await askWith(known.server, { SSL_CERT_FILE: known.authorityFile })).toEqual(fine);
  });

  test("one thing without the other, in vain", async () => {
    expect(await askWith({ ca: await authority() })).toMatchObject({
      unreachable: expect.any(String),
    });
    expect(await askWith(known.server)).toMatchObject({
      unreachable: expect.stringMatching(/^its certificate is not trusted/),
    });
  });

  test.each<[what: string, trust: () => Trust]>([
    ["a certificate that is none", () => ({ ...known.server, cert: "hunter2" })],
    ["a key that is none", () => ({ ...known.server, key: "hunter2" })],
    ["the key of another certificate", () => ({ ...known.server, key: known.selfSigned.key })],
  ])("nothing with %s, and is told", async (_, trust) => {
    const outcome = await askWith(trust(), { SSL_CERT_FILE: known.authorityFile });
    expect(outcome).toEqual({
      ...{ unreachable: expect.stringMatching(/certificate|key/), passes: false },
    });
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
  });
});

describe("a file that is named and is no use is told", () => {
  const complaint = async (env: Variables) => {
    try {
      return await makeSend(present(env), folder.path);
    } catch (error) {
      if (error instanceof Unreachable) return [error.message, error.passes];
      throw error;
    }
  };

  const cases: readonly (readonly [file: string, problem: string])[] = [
    ["gone.pem", "is not there"],
    ["certs", "is a directory"],
    ["nothing.pem", "has no certificate in it"],
    ["key.pem", "has no certificate in it"],
    ["half.pem", "has no certificate in it"],
    ["fifo.pem", "is not a regular file"],
    ["dangling.pem", "is a link to a file that is not there"],
    ["/dev/zero", "is not a regular file"],
  ];
  test.each(
    ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"].flatMap((variable) =>
      cases.map(([file, problem]) => [variable, file, problem] as const),
    ),
  )("%s=%s: %s", async (variable, file, problem) => {
    const path = file.startsWith("/") ? file : at(file);
    for (const named of [path, file]) {
      expect(await complaint({ [variable]: named })).toEqual([
        ...[`${variable} names ${path}, which ${problem}`, false],
      ]);
    }
  });

  test("SSL_CERT_FILE that may not be read", async () => {
    expect(await withoutRights(() => complaint({ SSL_CERT_FILE: "locked.pem" }))).toEqual([
      ...[
        `SSL_CERT_FILE names ${at("locked.pem")}, which cannot be read: permission denied`,
        false,
      ],
    ]);
  });

  test("with a path that cannot forge a line of the log", async () => {
    expect(await complaint({ SSL_CERT_FILE: "a\n::error::b" })).toEqual([
      ...[`SSL_CERT_FILE names ${at("a")}\\x0a::error::b, which has no certificate in it`, false],
    ]);
  });

  test("NODE_EXTRA_CA_CERTS, beside a good SSL_CERT_FILE", async () => {
    const env = { SSL_CERT_FILE: known.authorityFile, NODE_EXTRA_CA_CERTS: "gone.pem" };
    expect(await complaint(env)).toEqual([
      ...[`NODE_EXTRA_CA_CERTS names ${at("gone.pem")}, which is not there`, false],
    ]);
  });
});

describe("readAuthorities()", () => {
  const read = (env: Variables) => readAuthorities(present(env), folder.path);
  const pem = async (path: string) => (await readFile(path, "utf8")).trim();
  const without = (some: readonly string[], others: readonly string[]) =>
    some.filter((it) => !others.includes(it));

  test("gives Node's own and those that are named", async () => {
    const found = await read({
      ...{ SSL_CERT_FILE: "bundle.pem", NODE_EXTRA_CA_CERTS: known.selfSigned.file },
      SSL_CERT_DIR: "certs:mixed",
    });
    const named = [known.strangerFile, known.authorityFile, known.selfSigned.file];
    expect(without(rootCertificates, found)).toEqual([]);
    expect(without(found, rootCertificates)).toEqual(await Promise.all(named.map(pem)));
  });

  test("has none of the system's beside SSL_CERT_FILE or SSL_CERT_DIR", async () => {
    const authority = await pem(known.authorityFile);
    for (const env of [{ SSL_CERT_FILE: known.authorityFile }, { SSL_CERT_DIR: at("certs") }]) {
      expect(without(await read(env), rootCertificates)).toEqual([authority]);
    }
  });

  test("has the system's beside NODE_EXTRA_CA_CERTS", async () => {
    const found = await read({ NODE_EXTRA_CA_CERTS: known.authorityFile });
    const ofSystem = await read({});
    expect(without(ofSystem, found)).toEqual([]);
    expect(without(found, ofSystem)).toEqual([await pem(known.authorityFile)]);
  });

  test("gives each once, however its lines are broken: each takes time", async () => {
    const lines = rootCertificates.map((it) => {
      const [begin = "", ...rest] = it.split("\n");
      const body =
        rest
          .slice(0, -1)
          .join("")
          .match(/.{1,64}/g) ?? [];
      return [begin, ...body, rest.at(-1), ""].join("\n");
    });
    await writeFile(at("roots.pem"), lines.join(""));
    expect((await read({ SSL_CERT_FILE: "roots.pem" })).length).toBe(rootCertificates.length);
  });
});
