import { mkdir, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { commands } from "../src/commands/index.ts";
import { githubJob, gitlabJob, type Variables } from "./fixtures/environments.ts";
import { brief, failing, makeProgram, type Program } from "./fixtures/program.ts";
import { treeOf } from "./fixtures/tree.ts";

let program: Program;
beforeAll(async () => {
  program = await makeProgram("main-failures");
  await mkdir(program.at("broken"));
  await writeFile(program.at("broken/config.json"), '{"auths":{"r":{"auth":"hunter2"');
});
afterAll(() => program.remove());

const run = async (line: string, env: Variables) => brief(await program.run(line, env));
const NO_CI = "no CI system found: no variable of one that berth knows is set";

describe("on a failure stdout holds only what stops the job", () => {
  test.each([
    [
      "TRAP 10: a CI that is not known",
      "ci-env",
      { CI: "true" },
      "exit 1;\n",
      1,
      NO_CI,
      "BERTH_NO_CI",
    ],
    ["a terminal, which must stay open", "ci-env", {}, "(exit 1);\n", 1, NO_CI, "BERTH_NO_CI"],
    [
      "TRAP 9: two systems",
      "ci-env",
      { ...gitlabJob, ...githubJob },
      "exit 1;\n",
      1,
      "the variables of GitHub Actions and GitLab CI are set at once",
      "BERTH_SEVERAL_CI",
    ],
    [
      "the wrong system",
      "ci-env github",
      gitlabJob,
      "exit 1;\n",
      1,
      "this is a job of GitLab CI, not of GitHub Actions",
      "BERTH_OTHER_CI",
    ],
    [
      "wrong use",
      "ci-env --nonsense",
      gitlabJob,
      "exit 2;\n",
      2,
      "unknown option --nonsense",
      "BERTH_USAGE",
    ],
    [
      "no command",
      "",
      gitlabJob,
      "exit 2;\n",
      2,
      `no command is given (choices: ${commands.map(({ name }) => name).join(", ")})`,
      "BERTH_USAGE",
    ],
    [
      "a lacking credential, if it is to fail",
      "ci-env --if-missing fail",
      { ...githubJob, GITHUB_TOKEN: "" },
      "exit 1;\n",
      1,
      "no login: GITHUB_TOKEN is not set",
      "BERTH_MISSING_CREDENTIAL",
    ],
    [
      "a client that is none",
      "ci-env --clients docker,rkt",
      gitlabJob,
      "exit 2;\n",
      2,
      '--clients: "rkt" is not one of them',
      "BERTH_USAGE",
    ],
    [
      "a token in place of its variable's name, which is not shown",
      "ci-env --token-env glpat-hunter2",
      gitlabJob,
      "exit 2;\n",
      2,
      "--token-env: its value is not the name of a variable",
      "BERTH_USAGE",
    ],
    [
      "TRAP 40: an unusable DOCKER_AUTH_CONFIG",
      "ci-env",
      { ...gitlabJob, DOCKER_AUTH_CONFIG: '{"hunter2"' },
      "exit 1;\n",
      1,
      "DOCKER_AUTH_CONFIG is not valid JSON",
      "BERTH_BAD_DOCKER_AUTH_CONFIG",
    ],
    [
      "TRAP 17: a user with a colon, which may be a password, too",
      "ci-env",
      { ...gitlabJob, CI_REGISTRY_USER: "me:hunter2" },
      "exit 1;\n",
      1,
      "CI_REGISTRY_USER: the user name has a colon in it",
      "BERTH_BAD_CREDENTIAL",
    ],
    [
      "in a dotenv file, which nothing evaluates",
      "ci-env --shell dotenv",
      {},
      "",
      1,
      NO_CI,
      "BERTH_NO_CI",
    ],
  ])("%s", async (_, line, env, stdout, status, message, code) => {
    expect(await run(line, env)).toEqual(failing(stdout, status, message, code));
  });

  test("TRAP 29: an unusable base, which is named and left as it is", async () => {
    const before = await treeOf(program.folder);
    const file = program.at("broken/config.json");
    expect(await run("ci-env", { ...gitlabJob, DOCKER_CONFIG: program.at("broken") })).toEqual(
      failing("exit 1;\n", 1, `${file} is not valid JSON`, "BERTH_BAD_CONFIG"),
    );
    expect(await treeOf(program.folder)).toEqual(before);
  });

  test("and --no-inherit does not need it", async () => {
    const env = { ...gitlabJob, DOCKER_CONFIG: program.at("broken") };
    expect((await program.run("ci-env --no-inherit --dry-run", env)).status).toBe(0);
  });
});

describe("the shell that evaluates it is found, though the command line is wrong", () => {
  const stop = async (line: string, env: Variables = {}) =>
    (await program.run(line, { ...gitlabJob, ...env })).stdout;

  test.each([
    ["ci-env --shell json --nonsense", {}],
    ["ci-env --nonsense --shell=json", {}],
    ["ci-env --nonsense", { BERTH_SHELL: "json" }],
    ["ci-env --nonsense --shell sh --shell json", { BERTH_SHELL: "sh" }],
    ["ci-env --nonsense --shell=sh --shell json", {}],
  ])("berth %s (%j) answers in JSON", async (line, env) => {
    expect(JSON.parse(await stop(line, env)).error.code).toBe("BERTH_USAGE");
  });

  test.each([
    ["ci-env --nonsense --shell json --shell sh", {}],
    ["ci-env --shell cobol", {}],
    ["ci-env", { BERTH_SHELL: "cobol" }],
    ["ci-env --shell", {}],
  ])("berth %s (%j) answers as posix", async (line, env) => {
    expect(await stop(line, env)).toBe("exit 2;\n");
  });
});
