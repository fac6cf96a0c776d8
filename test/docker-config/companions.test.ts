import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { contextFile, findCompanions, noCompanions } from "../../src/docker-config/companions.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

const CONTEXTS = ["contexts/meta/abc/meta.json", "contexts/tls/abc/docker/key.pem"];
const BUILDX = [
  "buildx/.buildNodeID",
  "buildx/activity/b",
  "buildx/buildkitd.default.toml",
  "buildx/certs/ca.pem",
  "buildx/current",
  "buildx/defaults/abc",
  "buildx/instances/b",
];
const TLS = ["ca.pem", "cert.pem", "key.pem"];
const ALL = [...CONTEXTS, ...BUILDX, ...TLS];
const LEFT_OUT = [
  "config.json",
  "config.json1234567",
  ".token_seed",
  ".token_seed.lock",
  "buildx/.lock",
  "buildx/refs/b/b0/history",
  "buildx/config/registry.example.com/config.json",
  "trust/private/root.key",
  "tls/registry.example.com/ca.crt",
  "manifests/docker.io_library_a-1/x",
  "machine/machines/m/config.json",
  "daemon.json",
  "features.json",
  "desktop/x",
  "run/x",
  "scout/x",
  "contexts-old/x",
];

let folder: TemporaryFolder;
let base = "";
const server = createServer();

beforeAll(async () => {
  folder = await makeTemporaryFolder("companions");
  base = join(folder.path, "base");
  for (const file of [...CONTEXTS, ...BUILDX, ...TLS, ...LEFT_OUT, "cli-plugins/docker-compose"]) {
    await mkdir(dirname(join(base, file)), { recursive: true });
    await writeFile(join(base, file), file);
  }
  await new Promise<void>((done) => server.listen(join(base, "contexts/meta/socket"), done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  await folder.remove();
});

const find = async (env: Readonly<Record<string, string>>) => {
  const { copies, ...rest } = await findCompanions(base, env);
  const sorted = [...copies].sort((one, other) => (one.to < other.to ? -1 : 1));
  return { copies: sorted, ...rest };
};

const expected = (files: readonly string[]) => ({
  copies: [...files].sort().map((file) => ({ from: join(base, file), to: file })),
  pluginsDir: join(base, "cli-plugins"),
  notices: [],
});

describe("TRAP 32: what Docker looks for in its directory comes along, and nothing else (RULES 13 to 16)", () => {
  test.each([
    ["contexts, builders and certificates, without sockets", {}, ALL],
    ["the same with DOCKER_TLS", { DOCKER_TLS: "1" }, ALL],
    ["the same with DOCKER_TLS_VERIFY", { DOCKER_TLS_VERIFY: "1" }, ALL],
    [
      "no builders where BUILDX_CONFIG says where they are",
      { BUILDX_CONFIG: "/x" },
      [...CONTEXTS, ...TLS],
    ],
    [
      "no certificates where DOCKER_CERT_PATH says where they are",
      { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/certs" },
      [...CONTEXTS, ...BUILDX],
    ],
    ["contexts alone with both", { BUILDX_CONFIG: "/x", DOCKER_CERT_PATH: "/certs" }, CONTEXTS],
  ])("%s", async (_, env, files) => {
    expect(await find(env)).toEqual(expected(files));
  });

  test("a base that is not there has nothing", async () => {
    expect(await findCompanions(join(folder.path, "gone"), {})).toEqual(noCompanions);
  });

  test("a contexts folder that is a link, as administrators make it, counts", async () => {
    const linked = join(folder.path, "linked");
    await mkdir(linked);
    await symlink(join(base, "contexts"), join(linked, "contexts"));
    await symlink(join(base, "cli-plugins"), join(linked, "cli-plugins"));
    const { copies, pluginsDir } = await findCompanions(linked, {});
    expect([copies.map(({ to }) => to).sort(), pluginsDir]).toEqual([
      CONTEXTS,
      join(linked, "cli-plugins"),
    ]);
  });

  test("a file named cli-plugins is no folder of plugins", async () => {
    const odd = join(folder.path, "odd");
    await mkdir(odd);
    await writeFile(join(odd, "cli-plugins"), "");
    await chmod(odd, 0o500);
    expect(await findCompanions(odd, {})).toEqual(noCompanions);
  });
});

test("a context is where Docker looks for it: the SHA-256 of its name", () => {
  expect(contextFile("remote")).toBe(
    "contexts/meta/b71199ebd070b36beab7317920c2c2f1d777df8d05e5527d8458fda57cb17a7a/meta.json",
  );
});
