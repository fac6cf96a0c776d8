import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { base64 } from "./fixtures/configs.ts";
import { gitlabJob } from "./fixtures/environments.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";

let program: Program;
beforeEach(async () => {
  program = await makeProgram("pasted");
});
afterEach(() => program.remove());

const PASTED = "me:hunter2@r.example";
const entry = { auth: base64("user:pw") };

describe("TRAP 40: a user and password before a registry's host are printed nowhere", () => {
  const variables = [
    ["with a login", { auths: { [`https://${PASTED}/v1/`]: entry } }],
    ["of a part of a registry", { auths: { [`${PASTED}/group`]: entry } }],
    ["with an entry that is none", { auths: { [PASTED]: { auth: "x" } } }],
    ["with a helper that is not there", { credHelpers: { [PASTED]: "gone" } }],
  ] as const;

  describe.each(variables)("%s", (_, content) => {
    test.each(["posix", "json", "dotenv"])(
      "in DOCKER_AUTH_CONFIG, to --shell %s",
      async (shell) => {
        const env = { ...gitlabJob, DOCKER_AUTH_CONFIG: JSON.stringify(content) };
        const { stdout, stderr, status } = await program.run(
          `ci-env --dry-run --verbose --shell ${shell}`,
          env,
        );
        const lines = `${stdout}${stderr}`.split("\n");
        expect([status, lines.filter((line) => line.includes("hunter2"))]).toEqual([0, []]);
        expect(stderr).toContain("r.example");
      },
    );
  });

  test.each(["CI_REGISTRY", "CI_DEPENDENCY_PROXY_SERVER"])("in %s", async (name) => {
    const proxy = { CI_DEPENDENCY_PROXY_USER: "u", CI_DEPENDENCY_PROXY_PASSWORD: "p" };
    const { stdout, stderr } = await program.run("ci-env", {
      ...gitlabJob,
      ...proxy,
      [name]: PASTED,
    });
    expect(`${stdout}${stderr}`).not.toContain("hunter2");
  });
});
