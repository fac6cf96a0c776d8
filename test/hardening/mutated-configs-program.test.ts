import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { makeSandbox, type Place, type Sandbox } from "../e2e/support/sandbox.ts";
import { finderOf } from "./support/canaries.ts";
import { anyConfig } from "./support/mutations.ts";
import { JOB, SECRETS } from "./support/mutations-words.ts";
import { forgeries } from "./support/payloads.ts";
import { rounds } from "./support/rounds.ts";

jest.setTimeout(600_000);

const RUNS = 200;
const AT_ONCE = 4;

const leaks = finderOf(
  Object.fromEntries([...SECRETS, JOB.token].map((secret) => [secret, secret])),
);

let sandbox: Sandbox;
let places: readonly Place[];

beforeAll(async () => {
  sandbox = await makeSandbox("mutated");
  places = await Promise.all([...Array(AT_ONCE)].map(() => sandbox.place()));
  for (const { home } of places) await mkdir(join(home, ".docker"));
});

afterAll(() => sandbox?.remove());

// As many as a variable of an environment can hold, and without what it cannot.
const asVariable = (text: string): string => text.replaceAll("\0", "").slice(0, 100_000);

const attempt = async (place: Place, base: string, variable: string) => {
  await writeFile(join(place.home, ".docker/config.json"), base);
  const env = place.job({
    ...{ CI_REGISTRY: JOB.registry, CI_REGISTRY_IMAGE: `${JOB.registry}/g/p` },
    ...{ CI_REGISTRY_PASSWORD: JOB.token, CI_JOB_TOKEN: JOB.token },
    DOCKER_AUTH_CONFIG: asVariable(variable),
  });
  const { exitCode, stdout, stderr } = await place.berth(["ci-env", "--verbose"], env);
  const isCrash = /BERTH_INTERNAL|\n +at |Unhandled|Warning:/.test(stderr);
  const ends = exitCode === 0 || (exitCode === 1 && stdout === "exit 1;\n");
  const problems = [...forgeries(stderr), ...leaks(stdout + stderr)];
  return ends && !isCrash && problems.length === 0
    ? []
    : [{ base, variable, exitCode, stdout, stderr, problems }];
};

test(`${RUNS} configs through the built program: it works, or says in a line why not`, async () => {
  const cases = fc.sample(fc.tuple(anyConfig, anyConfig), {
    numRuns: rounds(RUNS),
    seed: 20261123,
  });
  const shares = places.map((_, share) => cases.filter((__, index) => index % AT_ONCE === share));
  const found = await Promise.all(
    places.map(async (place, share) => {
      const problems = [];
      for (const [base, variable] of shares[share] ?? [])
        problems.push(...(await attempt(place, base, variable)));
      return problems;
    }),
  );
  expect(found.flat()).toEqual([]);
});
