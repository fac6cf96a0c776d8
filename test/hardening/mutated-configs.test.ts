import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { encodeAuth, encodeConfig } from "../../src/docker-config/encode.ts";
import { emptyConfig } from "../../src/docker-config/model.ts";
import { parseConfig } from "../../src/docker-config/parse.ts";
import { Secret } from "../../src/secret.ts";
import { derived, tokens } from "../fixtures/derive-input.ts";
import type { Variables } from "../fixtures/environments.ts";
import { makeProgram, type Program } from "../fixtures/program.ts";
import { finderOf } from "./support/canaries.ts";
import { anyConfig, withBadEntries } from "./support/mutations.ts";
import { JOB, SECRETS, SURVIVOR } from "./support/mutations-words.ts";
import { forgeries } from "./support/payloads.ts";
import { rounds } from "./support/rounds.ts";

jest.setTimeout(600_000);

const SEED = 20261122;
const PURE = 19_000;
const WHOLE = 1_000;

const names = Object.getOwnPropertyNames(Object.prototype).join();
const unpolluted = () => {
  expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(names);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
};

const ownAuth = Buffer.from(`${JOB.user}:${JOB.token}`).toString("base64");
const entry = { user: JOB.user, auth: encodeAuth(JOB.user, new Secret(JOB.token)), from: "job" };

const leaks = finderOf({
  ...Object.fromEntries(SECRETS.map((secret) => [secret, secret])),
  token: JOB.token,
});

// Jest's own are too slow for so many.
const check = (problems: readonly unknown[]): void => {
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
};

const elsewhere = (keys: readonly string[]) => keys.filter((key) => key !== JOB.registry);

type File = Readonly<Record<string, unknown>>;

/** The keys of a file, at any depth, under which the job's token stands. */
const keysWithToken = (file: File, key = ""): readonly string[] =>
  Object.entries(file).flatMap(([name, value]) => {
    if (typeof value === "object" && value !== null) return keysWithToken(value as File, name);
    const text = `${value}`;
    return text.includes(ownAuth) || text.includes(JOB.token) ? [key] : [];
  });

const authOf = ({ auths }: File, key: string): unknown =>
  (auths as Readonly<Record<string, File>>)[key]?.["auth"];

const derivedFrom = (base: string, variable: string) => {
  const [own, given] = [parseConfig(base, "base"), parseConfig(variable, "DOCKER_AUTH_CONFIG")];
  const told = [own, given].flatMap((it) => ("problem" in it ? [it.problem] : []));
  const files = derived({
    base: "config" in own ? own.config : emptyConfig,
    dockerAuthConfig: "config" in given ? given.config : emptyConfig,
    tokens: tokens({ [JOB.registry]: entry }),
  });
  return { ...files, told: [...told, ...files.notices] };
};

test("the checks see a token at another host, and a secret that is told", () => {
  const file = { auths: { "evil.example": { auth: ownAuth }, [JOB.registry]: { auth: ownAuth } } };
  expect(keysWithToken(file)).toEqual(["evil.example", JOB.registry]);
  expect(elsewhere(keysWithToken(file))).toEqual(["evil.example"]);
  expect(leaks(`"${SECRETS[0]}" is not valid JSON`)).toEqual([SECRETS[0]]);
  expect(() => check(["evil.example"])).toThrow("evil.example");
  expect(encodeConfig(emptyConfig)).not.toContain(ownAuth);
});

test(`${PURE} configs: never an exception, nor the job's token for another host, nor a secret told`, () => {
  fc.assert(
    fc.property(anyConfig, anyConfig, (base, variable) => {
      const { config, authFile, told } = derivedFrom(base, variable);
      check(elsewhere([...keysWithToken(config), ...keysWithToken(authFile)]));
      check(leaks(told.join("\n")));
    }),
    { seed: SEED, numRuns: rounds(PURE * 0.7) },
  );
  fc.assert(
    fc.property(withBadEntries, (text) => {
      const files = [derivedFrom(text, "{}"), derivedFrom("{}", text)];
      for (const { config, authFile } of files) {
        const found = [config, authFile].map((file) => authOf(file, SURVIVOR.key));
        check(found.filter((auth) => auth !== SURVIVOR.auth));
      }
    }),
    { seed: SEED, numRuns: rounds(PURE * 0.3) },
  );
  unpolluted();
});

let program: Program;
const rejections: unknown[] = [];
const reject = (reason: unknown) => rejections.push(reason);

beforeAll(async () => {
  program = await makeProgram("mutated");
  await mkdir(program.at("run/containers"), { recursive: true });
  process.on("unhandledRejection", reject);
});

afterAll(async () => {
  process.off("unhandledRejection", reject);
  await program?.remove();
});

const env = (variable: string): Variables => ({
  ...{ GITLAB_CI: "true", CI_JOB_ID: "1", CI_REGISTRY: JOB.registry, CI_REGISTRY_USER: JOB.user },
  ...{ CI_REGISTRY_PASSWORD: JOB.token, CI_JOB_TOKEN: JOB.token, DOCKER_AUTH_CONFIG: variable },
});

const tokensOnDisk = async (): Promise<readonly string[]> => {
  const [root = ""] = await readdir(program.at("tmp"));
  const [berth = ""] = root === "" ? [] : await readdir(program.at("tmp", root));
  if (berth === "") return [];
  const found = ["config.json", "auth.json"].map(async (name) =>
    keysWithToken(JSON.parse(await readFile(program.at("tmp", root, berth, name), "utf8"))),
  );
  return (await Promise.all(found)).flat();
};

test(`${WHOLE} configs, by the whole program, a run over another's berth`, async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(anyConfig, anyConfig, anyConfig, async (base, pods, variable) => {
      await writeFile(program.at("home/.docker/config.json"), base);
      await writeFile(program.at("run/containers/auth.json"), pods);
      const { stdout, stderr, status } = await program.run("ci-env --verbose", env(variable));
      if (status === 0) done += 1;
      const ends = status === 0 || (status === 1 && stdout === "exit 1;\n");
      check(ends && !/BERTH_INTERNAL|\n +at /.test(stderr) ? [] : [status, stdout, stderr]);
      check([...forgeries(stderr), ...leaks(stdout + stderr)]);
      check(elsewhere(await tokensOnDisk()));
    }),
    { seed: SEED, numRuns: rounds(WHOLE) },
  );
  expect(done).toBeGreaterThan(WHOLE / 10);
  expect(await tokensOnDisk()).toEqual([JOB.registry, JOB.registry]);
  expect(rejections).toEqual([]);
  unpolluted();
});
