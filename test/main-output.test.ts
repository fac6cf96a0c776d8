import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { gitlabJob } from "./fixtures/environments.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";

let program: Program;
beforeAll(async () => {
  program = await makeProgram("main-output");
});
afterAll(() => program.remove());

describe("TRAP 41: terminals", () => {
  const tty = { stdoutIsTty: true, stderrIsTty: true };
  const coloured = "\x1b[";

  test("a failure prints no statement where nothing evaluates it", async () => {
    expect((await program.run("ci-env", {}, tty)).stdout).toBe("");
  });

  test.each([
    ["a terminal has colours", {}, tty, true],
    ["NO_COLOR is obeyed", { NO_COLOR: "1" }, tty, false],
    ["stderr decides", {}, { stdoutIsTty: true }, false],
    ["a pipe has none", {}, {}, false],
  ])("%s", async (_, env, terminal, expected) => {
    const { stderr, stdout } = await program.run(
      "ci-env --dry-run",
      { ...gitlabJob, ...env },
      terminal,
    );
    expect([stderr.includes(coloured), stdout.includes(coloured)]).toEqual([expected, false]);
  });

  test("that a dry run asks no registry is said, where they are to be asked", async () => {
    const { stderr, status } = await program.run("ci-env --dry-run --verify", gitlabJob);
    expect([status, stderr]).toEqual([
      0,
      expect.stringContaining("  note       --verify: no registry is asked in a dry run\n"),
    ]);
  });

  test("on a terminal the line is shown that evaluates it", async () => {
    const { stderr } = await program.run("ci-env --dry-run", gitlabJob, { stdoutIsTty: true });
    expect(stderr.trimEnd().split("\n").at(-1)).toBe('  to use it  eval "$(berth ci-env)"');
  });
});

describe("TRAP 40: no token is printed, plain or encoded, by any run", () => {
  const TOKENS = [gitlabJob.CI_REGISTRY_PASSWORD, gitlabJob.CI_JOB_TOKEN];
  const hidden = TOKENS.flatMap((token) => [
    token,
    Buffer.from(token).toString("base64").slice(0, -4),
    Buffer.from(`gitlab-ci-token:${token}`).toString("base64"),
  ]);

  test.each([
    "ci-env --verbose",
    "ci-env --verbose --dry-run",
    "ci-env --shell json --verbose",
    "ci-env --shell dotenv",
    "ci-env --quiet",
    "ci-env --clients x",
    "cleanup --verbose",
  ])("berth %s", async (line) => {
    const { stdout, stderr } = await program.run(line, gitlabJob);
    expect(hidden.filter((text) => (stdout + stderr).includes(text))).toEqual([]);
  });
});
