import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execaSync } from "execa";
import { outputFile } from "fs-extra/esm";
import {
  atRandom,
  type ClientCase,
  clientCases,
  HOST,
  variableCases,
  withVariable,
} from "../fixtures/client-configs.ts";
import { OWN_STORAGE } from "../support/commands.ts";
import { describeWith } from "../support/describe-with.ts";
import { type JobEnv, runJob } from "../support/job.ts";
import { programsOnPath } from "../support/programs.ts";
import { type Registries, startRegistries } from "../support/registries/registries.ts";
import { registryThatTells } from "../support/registries/who-comes.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

let sandbox: Sandbox;
let registries: Registries;
const users: string[] = [];
beforeAll(async () => {
  sandbox = await makeSandbox("doctor-clients");
  registries = await startRegistries();
  const registry = registryThatTells((user) => users.push(user));
  for (const host of [HOST, "registry-1.docker.io"]) registries.set(host, registry);
});
afterAll(async () => {
  await registries?.stop();
  await sandbox?.remove();
});

const HELPERS = {
  known: `printf '{"ServerURL":"x","Username":"by-known","Secret":"pw"}'`,
  another: `printf '{"ServerURL":"x","Username":"by-another","Secret":"pw"}'`,
  empty: "echo credentials not found in native keychain; exit 1",
};

const prepare = async ({ files, env = {} }: ClientCase): Promise<readonly [Place, JobEnv]> => {
  const place = await sandbox.place();
  for (const [path, text] of Object.entries(files))
    await outputFile(join(place.folder, path), text, { mode: 0o600 });
  const bin = join(place.folder, "helpers");
  await mkdir(bin);
  for (const [name, script] of Object.entries(HELPERS)) {
    const program = join(bin, `docker-credential-${name}`);
    await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const own = Object.entries(env).map(([name, value]) => [
    name,
    value.replaceAll("@", place.folder),
  ]);
  const PATH = `${place.env["PATH"]}:${bin}`;
  return [place, { ...place.env, ...registries.env, PATH, ...Object.fromEntries(own) }];
};

const imageOf = ({ image = `${HOST}/group/app:1` }: ClientCase): string => image;

/** What doctor says of a client: as whom it comes, and why. */
const told = async (client: string, it: ClientCase, [place, env]: readonly [Place, JobEnv]) => {
  const { stdout } = await place.berth(["doctor", imageOf(it), "--format", "json"], env);
  const [{ clients }] = JSON.parse(stdout).registries;
  const use = clients.find((one: { readonly client: string }) => one.client.startsWith(client));
  const byHelper = use.helper === "empty" ? "nobody" : `by-${use.helper}`;
  const user: string = !use.found ? "nobody" : use.helper === undefined ? use.user : byHelper;
  return { user, why: use.why };
};

const SCRIPTS = {
  docker: '"$PROGRAM" manifest inspect "$IMAGE"',
  skopeo: '"$PROGRAM" inspect "docker://$IMAGE"',
  podman: `${OWN_STORAGE}\npodman pull --quiet "$IMAGE"`,
  helm: '"$PROGRAM" show chart "oci://$IMAGE"',
} as const;

/** As whom a client comes to the registry. */
const came = async (
  client: keyof typeof SCRIPTS,
  PROGRAM: string,
  it: ClientCase,
  [place, env]: readonly [Place, JobEnv],
): Promise<string> => {
  users.length = 0;
  const before = registries.come.length;
  const job = { ...env, PROGRAM, IMAGE: imageOf(it) };
  const { stderr } = await runJob(SCRIPTS[client], { cwd: place.folder, env: job });
  // Not one that cannot reach it: where none comes, it is because of what it has read.
  const hasCome = registries.come.length > before;
  expect(
    hasCome || /reading JSON file|credential-|stat .*: no such file/.test(stderr) ? "" : stderr,
  ).toBe("");
  return [...new Set(users)].join(" and ") || "nobody";
};

const compare = (client: keyof typeof SCRIPTS, program: string): void => {
  const cases = clientCases.filter(([, { not = [] }]) => !not.includes(client));
  test.each(cases)("%s", async (_, it) => {
    const place = await prepare(it);
    const { user } = await told(client, it, place);
    expect(user).toBe(await came(client, program, it, place));
  });
};

for (const client of ["docker", "skopeo", "podman"] as const) {
  describeWith([client, "openssl"], `${client} comes as doctor says`, () => {
    describe.each(programsOnPath(client))("%s", (program) => compare(client, program));
  });
}

// No package of Debian brings it.
for (const helm of programsOnPath("helm")) {
  describe(`helm comes as doctor says: ${helm}`, () => compare("helm", helm));
}

const versionOf = (docker: string): readonly number[] => {
  const { stdout } = execaSync(docker, ["version", "--format", "{{.Client.Version}}"], {
    reject: false,
  });
  return stdout.split(".").map(Number);
};

const knowsVariable = (docker: string): boolean => {
  const [major = 0, minor = 0] = versionOf(docker);
  return major > 28 || (major === 28 && minor >= 3);
};

describe("DOCKER_AUTH_CONFIG, which docker 28.3 and later prefer", () => {
  test.each(variableCases)("with %s", async (_, value, user) => {
    const it = withVariable(value);
    const place = await prepare(it);
    expect((await told("docker", it, place)).user).toBe(user);
    for (const docker of programsOnPath("docker").filter(knowsVariable))
      expect(await came("docker", docker, it, place)).toBe(user);
    // No other client looks at it.
    expect((await told("helm", it, place)).user).toBe("of-auths");
  });
});

describeWith(["docker", "openssl"], "of several keys none of which is its own", () => {
  test.each(programsOnPath("docker"))("%s takes any, and doctor says so", async (docker) => {
    const place = await prepare(atRandom);
    const all = [`${HOST}/group`, `${HOST}/other`];
    // It looks more than once, and may find another then.
    const found = (await came("docker", docker, atRandom, place)).split(" and ");
    expect(all).toEqual(expect.arrayContaining(found));
    const { user, why } = await told("docker", atRandom, place);
    expect([all.includes(user), why]).toEqual([true, "one of 2 of the same host, at random"]);
  });
});
