import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { outputFile } from "fs-extra/esm";
import { type Certificates, makeCertificates } from "../fixtures/certificates.ts";
import { type ConnectProxy, startProxy } from "../fixtures/connect-proxy.ts";
import { authFile } from "../support/auth-file.ts";
import { describeWith } from "../support/describe-with.ts";
import type { JobEnv } from "../support/job.ts";
import { leaksIn } from "../support/leaks.ts";
import { PASSWORD, USER } from "../support/registries/behaviour.ts";
import {
  type Distribution,
  type DistributionOptions,
  startDistribution,
} from "../support/registries/distribution.ts";
import { type Registry, startRegistry } from "../support/registry.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

const IMAGE = "group/app:1";
const SECRETS = [PASSWORD, "test-token-of-nobody", "test-token-of-a-job"];

let sandbox: Sandbox;
let place: Place;
beforeAll(async () => {
  sandbox = await makeSandbox("doctor-check");
});
afterAll(() => sandbox?.remove());
beforeEach(async () => {
  place = await sandbox.place();
});

/** Writes docker's config: one login, for its owner alone. */
const logIn = (host: string, user: string, token: string) =>
  outputFile(join(place.home, ".docker/config.json"), authFile(host, user, token), { mode: 0o600 });

/** What a check of these finds: the steps of the first with their kinds, the codes of all that is wrong, and the exit status. */
const check = async (names: readonly string[], env: JobEnv = place.env) => {
  const run = await place.berth(["doctor", "--check", "--format", "json", ...names], env);
  expect(leaksIn(run.stdout + run.stderr, SECRETS)).toEqual([]);
  expect(run.stderr).toBe(names.map((name) => `berth: asking ${name}\n`).join(""));
  const { registries, findings } = JSON.parse(run.stdout);
  return {
    exitCode: run.exitCode,
    steps: Object.fromEntries(
      registries[0].checks.map(({ step, ok, kind, text }: Readonly<Record<string, string>>) => [
        step,
        ok ? text : kind,
      ]),
    ),
    findings: findings.map(({ code }: { readonly code: string }) => code),
  };
};
const well = (steps: unknown) => ({ exitCode: 0, steps, findings: [] });
const wrong = (steps: unknown, ...findings: readonly string[]) => ({
  exitCode: 1,
  steps,
  findings,
});

const PLAIN = "reached, without TLS";
const TLS = "reached, and its certificate is trusted";
const THERE = "allowed: 1 is there";

describeWith(["docker-registry", "perl", "skopeo"], "a real registry on this machine", () => {
  let open: Distribution;
  let shut: Distribution;
  beforeAll(async () => {
    open = await startDistribution();
    shut = await startDistribution({ users: { [USER]: PASSWORD } });
    await Promise.all([open.seed(IMAGE), shut.seed(IMAGE)]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([open?.stop(), shut?.stop()]);
  });
  const at = ({ port }: Distribution, name = IMAGE) => `127.0.0.1:${port}/${name}`;

  describe("that is open to all", () => {
    test("may be pulled from", async () => {
      expect(await check([at(open)])).toEqual(well({ reach: PLAIN, pull: THERE }));
    });

    test("and pushed to, which leaves nothing there", async () => {
      await logIn(`127.0.0.1:${open.port}`, USER, PASSWORD);
      expect(await check([at(open)])).toEqual(
        well({
          reach: PLAIN,
          identity: "none is needed: the registry is open to all",
          ...{ pull: THERE, push: "allowed" },
        }),
      );
      expect(await open.uploads()).toEqual([]);
    });

    test("and has no such tag", async () => {
      expect(await check([at(open, "group/app:2")])).toEqual(
        well({ reach: PLAIN, pull: "allowed, but there is no tag 2" }),
      );
    });
  });

  describe("that wants a password", () => {
    test("accepts it", async () => {
      await logIn(`127.0.0.1:${shut.port}`, USER, PASSWORD);
      expect(await check([at(shut)])).toEqual(
        well({ reach: PLAIN, identity: `accepted as ${USER}`, pull: THERE, push: "allowed" }),
      );
      expect(await shut.uploads()).toEqual([]);
    });

    test("does not accept another", async () => {
      await logIn(`127.0.0.1:${shut.port}`, USER, "test-token-of-nobody");
      expect(await check([at(shut)])).toEqual(
        wrong({ reach: PLAIN, identity: "wrong-credential" }, "wrong-credential"),
      );
    });

    test("does not accept none", async () => {
      expect(await check([at(shut)])).toEqual(
        wrong(
          { reach: PLAIN, identity: "no-credential", pull: "no-permission" },
          ...["no-credential", "no-permission"],
        ),
      );
    });

    test("accepts what a helper has", async () => {
      const host = `127.0.0.1:${shut.port}`;
      const answer = JSON.stringify({ ServerURL: host, Username: USER, Secret: PASSWORD });
      const bin = join(place.folder, "helpers");
      await mkdir(bin);
      const helper = join(bin, "docker-credential-test");
      await writeFile(helper, `#!/bin/sh\nprintf '%s' '${answer}'\n`, { mode: 0o755 });
      const config = JSON.stringify({ credHelpers: { [host]: "test" } });
      await outputFile(join(place.home, ".docker/config.json"), config);
      const env = { ...place.env, PATH: `${place.env["PATH"]}:${bin}` };
      expect(await check([at(shut)], env)).toEqual(
        well({ reach: PLAIN, identity: `accepted as ${USER}`, pull: THERE, push: "allowed" }),
      );
    });

    test("is asked for all that docker has a login for, where nothing is named", async () => {
      await logIn(`127.0.0.1:${shut.port}`, USER, PASSWORD);
      const run = await place.berth(["doctor", "--check"], place.env);
      expect([run.exitCode, run.stdout]).toEqual([
        0,
        expect.stringContaining("  identity   accepted as me\n"),
      ]);
    });

    test("and several are asked at once, of which one is enough", async () => {
      await logIn(`127.0.0.1:${shut.port}`, USER, "test-token-of-nobody");
      const { exitCode, findings } = await check([at(open), at(shut)]);
      expect({ exitCode, findings }).toEqual({ exitCode: 1, findings: ["wrong-credential"] });
    });
  });
});

describeWith(["docker-registry", "openssl", "skopeo"], "a real registry with tokens", () => {
  let registry: Registry;
  let forbidding: Registry;
  beforeAll(async () => {
    registry = await startRegistry();
    forbidding = await startRegistry({ denial: "forbidden" });
    for (const it of [registry, forbidding]) {
      const also = [{ project: "group/base", actions: ["pull"] }] as const;
      it.grant({ user: "job", token: "test-token-of-a-job", project: "group/app", also });
    }
  }, 60_000);
  afterAll(async () => {
    await Promise.all([registry?.stop(), forbidding?.stop()]);
  });

  const NONE = "allowed, but there is no tag 1";
  const known = { reach: PLAIN, identity: "accepted as job" };

  test("lets a job push to its own project", async () => {
    await logIn(registry.host, "job", "test-token-of-a-job");
    expect(await check([`${registry.host}/group/app:1`])).toEqual(
      well({ ...known, pull: NONE, push: "allowed" }),
    );
  });

  test("lets a job pull from another's, and not push there", async () => {
    await logIn(registry.host, "job", "test-token-of-a-job");
    expect(await check([`${registry.host}/group/base:1`])).toEqual(
      wrong({ ...known, pull: NONE, push: "no-permission" }, "no-permission"),
    );
  });

  test.each<[string, () => Registry]>([
    ["by a token that is good for nothing", () => registry],
    ["by giving no token", () => forbidding],
  ])("keeps a job from a third one's, %s", async (_, which) => {
    const { host } = which();
    await logIn(host, "job", "test-token-of-a-job");
    expect(await check([`${host}/group/secret:1`])).toEqual(
      wrong(
        { ...known, pull: "no-permission", push: "no-permission" },
        "no-permission",
        "no-permission",
      ),
    );
  });

  test("does not accept another token", async () => {
    await logIn(registry.host, "job", "test-token-of-nobody");
    expect(await check([`${registry.host}/group/app:1`])).toEqual(
      wrong({ reach: PLAIN, identity: "wrong-credential" }, "wrong-credential"),
    );
  });
});

describeWith(["docker-registry", "openssl", "perl", "skopeo"], "a real registry with TLS", () => {
  const HOST = "r.example.test";
  const NAME = `${HOST}/${IMAGE}`;
  let folder: string;
  let certificates: Certificates;
  const running: { stop(): Promise<void> }[] = [];
  let proxy: ConnectProxy;
  let demanding: ConnectProxy;

  const start = async (options: DistributionOptions["tls"] & object): Promise<ConnectProxy> => {
    const registry = await startDistribution({ tls: options });
    running.push(registry);
    await registry.seed(IMAGE);
    const it = await startProxy(registry.port);
    running.push(it);
    return it;
  };

  beforeAll(async () => {
    folder = join(sandbox.folder, "certificates");
    await mkdir(folder);
    certificates = await makeCertificates(folder);
    const at = (name: string) => join(folder, name);
    const own = { certificate: at("server.crt"), key: at("server.key") };
    // As skopeo looks for who it is.
    await outputFile(at("clients/ca.crt"), await readFile(certificates.authorityFile));
    await writeFile(at("clients/client.cert"), certificates.server.cert);
    await writeFile(at("clients/client.key"), certificates.server.key);
    proxy = await start(own);
    demanding = await start({ ...own, clients: at("clients/ca.crt") });
  }, 60_000);
  afterAll(async () => {
    for (const it of running.reverse()) await it.stop();
  });

  const through = (it: ConnectProxy, more: JobEnv = {}): JobEnv => ({
    ...{ ...place.env, HTTPS_PROXY: `http://${it.address}`, SSL_CERT_DIR: "/nowhere" },
    ...more,
  });
  const put = (path: string, text: string) => outputFile(join(place.home, path), text);
  const authority = () => readFile(certificates.authorityFile, "utf8");

  test("that nobody trusts", async () => {
    expect(await check([NAME], through(proxy))).toEqual(wrong({ reach: "tls" }, "tls"));
  });

  test("that the environment trusts", async () => {
    const env = through(proxy, { SSL_CERT_FILE: certificates.authorityFile });
    expect(await check([NAME], env)).toEqual(well({ reach: TLS, pull: THERE }));
  });

  test.each([
    ["docker's", ".config/docker/certs.d"],
    ["containers'", ".config/containers/certs.d"],
  ])("that %s folder trusts", async (_, certs) => {
    await put(`${certs}/${HOST}/ca.crt`, await authority());
    expect(await check([NAME], through(proxy))).toEqual(well({ reach: TLS, pull: THERE }));
  });

  test("that the folder of another port trusts", async () => {
    await put(`.config/docker/certs.d/${HOST}:443/ca.crt`, await authority());
    expect(await check([NAME], through(proxy))).toEqual(wrong({ reach: "tls" }, "tls"));
  });

  test("that wants to know the client, too", async () => {
    const certs = `.config/docker/certs.d/${HOST}`;
    await put(`${certs}/ca.crt`, await authority());
    expect(await check([NAME], through(demanding))).toEqual(
      wrong({ reach: expect.stringMatching(/^(?:tls|network)$/) }, expect.any(String) as never),
    );
    await put(`${certs}/client.cert`, certificates.server.cert);
    await put(`${certs}/client.key`, certificates.server.key);
    expect(await check([NAME], through(demanding))).toEqual(well({ reach: TLS, pull: THERE }));
  });

  test.each([
    ["its authority", "ca.crt", "rubbish"],
    ["an authority that was cut", "ca.crt", "-----BEGIN CERTIFICATE-----\nMIIB"],
  ])("that rubbish in the place of %s does not keep from being asked", async (_, name, text) => {
    const certs = `.config/docker/certs.d/${HOST}`;
    await put(`${certs}/${name}`, text);
    const env = through(proxy, { SSL_CERT_FILE: certificates.authorityFile });
    expect(await check([NAME], env)).toEqual(well({ reach: TLS, pull: THERE }));
  });

  test("that rubbish in the place of the client's certificate is told of: docker fails by it, too", async () => {
    const certs = `.config/docker/certs.d/${HOST}`;
    await put(`${certs}/client.cert`, "rubbish");
    await put(`${certs}/client.key`, "rubbish");
    const env = through(proxy, { SSL_CERT_FILE: certificates.authorityFile });
    expect(await check([NAME], env)).toEqual(wrong({ reach: "setup" }, "setup"));
  });

  test.each([
    ["names a file that is not there", { SSL_CERT_FILE: "/nowhere/ca.pem" }, /SSL_CERT_FILE names/],
    ["names no proxy", { HTTPS_PROXY: "::" }, /is not the URL of a proxy/],
  ])("and where the environment %s, that is what is wrong", async (_, more, said) => {
    const env = through(proxy, { SSL_CERT_FILE: certificates.authorityFile, ...more });
    const run = await place.berth(["doctor", "--check", NAME], env);
    expect(run.stderr).not.toContain("BERTH_INTERNAL");
    expect([run.exitCode, run.stdout + run.stderr]).toEqual([1, expect.stringMatching(said)]);
  });

  test("a file in certs.d that only another user can read is passed over", async () => {
    const certs = `.config/docker/certs.d/${HOST}`;
    await put(`${certs}/ca.crt`, await authority());
    await chmod(join(place.home, certs, "ca.crt"), 0o000);
    const { exitCode } = await check(
      [NAME],
      through(proxy, { SSL_CERT_FILE: certificates.authorityFile }),
    );
    expect(exitCode).toBe(0);
  });
});
