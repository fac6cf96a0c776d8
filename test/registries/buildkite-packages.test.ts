import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buildkite } from "../../src/ci/buildkite.ts";
import { parseSpecs } from "../../src/registries/spec.ts";
import { ask } from "../fixtures/asking.ts";
import { complaint } from "../fixtures/complaint.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const REGISTRY = "packages.buildkite.com/my-org/my-registry";
const AUDIENCE = `https://${REGISTRY}`;

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
beforeAll(async () => {
  folder = await makeTemporaryFolder("buildkite-agent");
});
afterAll(() => folder.remove());

/** A PATH on which the agent's place is taken by this script: what it is asked, and how its answer is taken, is what is tested. */
const agent = async (script: string): Promise<string> => {
  const bin = join(folder.path, `${Math.random()}`);
  await mkdir(bin);
  await writeFile(join(bin, "buildkite-agent"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${bin}:/usr/bin:/bin`;
};

const read = async (PATH: string) => {
  const env = { PATH, BUILDKITE_AGENT_ACCESS_TOKEN: "agent-token" };
  const { logins, lacking } = await ask([REGISTRY], env, { system: buildkite });
  return { logins, lacking: Object.values(lacking).map(({ text }) => text) };
};

const lacking = (problem: string) => ({
  logins: [],
  lacking: [`no login to packages.buildkite.com: ${problem}`],
});

describe("a registry of Buildkite Packages that is named alone (TRAP 26)", () => {
  test("has a token that the agent gives for it, under the registry's host", async () => {
    const PATH = await agent('[ "$BUILDKITE_AGENT_ACCESS_TOKEN" = agent-token ] && echo "$*"');
    const asked = `oidc request-token --audience ${AUDIENCE} --lifetime 300`;
    expect(await read(PATH)).toEqual({
      logins: [
        {
          registry: REGISTRY,
          registryFrom: "--registry",
          user: "buildkite",
          userFrom: "--registry",
          secret: { secret: asked },
          secretFrom: "buildkite-agent",
          isIssued: true,
        },
      ],
      lacking: [],
    });
  });

  test.each([
    ["says no", "echo secret-word >&2; exit 1", "buildkite-agent oidc request-token has failed"],
    ["says nothing", "exit 0", "buildkite-agent gave no token"],
    ["waits for an answer on stdin, which is at its end", "cat", "buildkite-agent gave no token"],
  ])("is said to be missing where the agent %s", async (_, script, problem) => {
    expect(await read(await agent(script))).toEqual(lacking(problem));
  });

  test("is said to be missing where there is no agent", async () => {
    expect(await read("/nowhere")).toEqual(lacking("buildkite-agent is not on PATH"));
  });
});

test.each([
  "packages.buildkite.com",
  "packages.buildkite.com/my-org",
  "packages.buildkite.com/my-org/my-registry/image",
  "packages.buildkite.com.evil.example/my-org/my-registry",
  "evil.example/packages.buildkite.com/my-org",
])("%s is no registry of Buildkite Packages, and needs a credential", async (text) => {
  expect(await complaint(() => parseSpecs([text], "--registry"))).toMatch(
    /^BERTH_USAGE: --registry [\w.]+: needs username-env= or username=, once$/,
  );
});

test("a credential that is named counts, and the agent is not asked", async () => {
  const env = { PATH: await agent("echo of the agent"), P: "test-token" };
  const { logins } = await ask([`${REGISTRY},username=u,password-env=P`], env, {
    system: buildkite,
  });
  expect(logins).toMatchObject([{ user: "u", secret: { secret: "test-token" } }]);
});

test("in a dry run the agent is not asked", async () => {
  const env = { PATH: await agent("echo of the agent") };
  expect(await ask([REGISTRY], env, { system: buildkite, progress: undefined })).toEqual({
    logins: [
      {
        ...{ registry: REGISTRY, registryFrom: "--registry" },
        ...{ user: "buildkite", userFrom: "--registry", secret: { secret: "" } },
        secretFrom: "Buildkite Packages, not asked yet",
      },
    ],
    lacking: {},
  });
});
