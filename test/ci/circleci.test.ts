import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { circleci } from "../../src/ci/circleci.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import { githubJob, gitlabJob, type Variables } from "../fixtures/environments.ts";
import { outputOf } from "../fixtures/output.ts";
import { shellValues, variablesOf } from "../fixtures/shell-values.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";
import { recorded } from "./recorded/circleci.ts";

const job = (changes: Variables = {}) => circleci.job(present({ ...recorded.push, ...changes }));

const detected = (env: Variables): boolean => circleci.detect(present(env));

const JOB_ID = "7564f453-074e-43cf-aef3-a393a9909474";

describe("a recorded job", () => {
  const PUSH = { id: "9", key: [JOB_ID, "0"], url: recorded.push.CIRCLE_BUILD_URL };
  const PULL_REQUEST = {
    id: "62",
    key: ["7a9c3cac-d77c-44bf-9a01-310c628fedd3", "0"],
    url: "https://circleci.com/gh/j256/simplelogging/62",
  };

  test.each([
    ["push", recorded.push, PUSH],
    ["tag", recorded.tag, PUSH],
    ["pull request", recorded.pullRequest, PULL_REQUEST],
  ])("of a %s is told by its id, and has no registry", (_, env, expected) => {
    const result = { detected: detected(env), job: circleci.job(present(env)) };
    expect({ ...result, access: circleci.access() }).toEqual({
      detected: true,
      job: expected,
      access: { logins: [], notices: [] },
    });
  });
});

describe("detection", () => {
  test.each([
    ["without CI", { CI: undefined }, true],
    ["with CI=false", { CI: "false" }, true],
    ["CIRCLECI=false", { CIRCLECI: "false" }, false],
    ["CIRCLECI=0", { CIRCLECI: "0" }, false],
    ["CIRCLECI=1", { CIRCLECI: "1" }, false],
    ["TRAP 48: an empty CIRCLECI", { CIRCLECI: "" }, false],
    ["all the others without CIRCLECI", { CIRCLECI: undefined }, false],
  ])("%s", (_, changes, expected) => {
    expect(detected({ ...recorded.push, ...changes })).toBe(expected);
  });

  test.each([
    ["GitLab", gitlabJob],
    ["GitHub", githubJob],
    ["nothing", {}],
  ])("not %s", (_, env) => {
    expect(detected(env)).toBe(false);
  });
});

describe("which job it is", () => {
  test.each([
    ["job", { CIRCLE_WORKFLOW_JOB_ID: "7a9c3cac-d77c-44bf-9a01-310c628fedd3" }],
    ["parallel run of the job, which has the same id", { CIRCLE_NODE_INDEX: "1" }],
  ])("another %s is another job", (_, changes) => {
    expect(job(changes).key).not.toEqual(job().key);
  });

  test("another step is the same job", () => {
    expect(job({ BASH_ENV: "/etc/profile", PWD: "/" })).toEqual(job());
  });

  test("is told by its id alone, where no more is known", () => {
    const changes = {
      CIRCLE_BUILD_NUM: "",
      CIRCLE_BUILD_URL: "",
      CIRCLE_NODE_INDEX: undefined,
    };
    expect(job(changes)).toEqual({ id: JOB_ID, key: [JOB_ID, "0"] });
  });

  test("cannot be told without it, as where the CLI runs a job on a person's machine", async () => {
    expect(await complaint(() => job({ CIRCLE_WORKFLOW_JOB_ID: undefined }))).toBe(
      "BERTH_MISSING_VARIABLE: CIRCLE_WORKFLOW_JOB_ID is not set: this is not a job of CircleCI",
    );
  });

  test("a line break in the address of its page is refused", async () => {
    expect(await complaint(() => job({ CIRCLE_BUILD_URL: "https://a\n##vso[x]" }))).toBe(
      'BERTH_BAD_VALUE: CIRCLE_BUILD_URL: a line break in its value "https://a\\x0a#\\x23vso[x]"',
    );
  });
});

describe("TRAP 46: the later steps get variables by $BASH_ENV", () => {
  const { variable, shell, mustExist } = circleci.persist;
  const variables = variablesOf(shellValues);

  let folder: TemporaryFolder;
  let file = "";
  beforeAll(async () => {
    folder = await makeTemporaryFolder("circleci");
    file = join(folder.path, "bash_env");
    await writeFile(
      file,
      `${shell.render(outputOf({ variables, unset: ["DOCKER_AUTH_CONFIG"] }))}`,
    );
  });
  afterAll(() => folder.remove());

  const inStep = (script: string, env = {}): string =>
    execFileSync("bash", ["-eo", "pipefail", "-c", script], {
      cwd: folder.path,
      // Node's pipe is a socket: with one, bash takes itself for a remote shell and reads ~/.bashrc.
      stdio: ["ignore", "pipe", "inherit"],
      env: { PATH: process.env["PATH"], [variable]: file, DOCKER_AUTH_CONFIG: "{}", ...env },
      encoding: "utf8",
    });

  const understood = (printed: string) =>
    printed
      .split("\0")
      .filter((line) => /^(?:V\d+|DOCKER_AUTH_CONFIG)=/.test(line))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)])
      .sort();

  const expected = variables.map(([name, value]) => [name, value]).sort();

  test("which nobody has made before", () => {
    expect({ variable, mustExist }).toEqual({ variable: "BASH_ENV", mustExist: false });
  });

  test("a command in a berth of its own keeps what it has, also in a bash that it starts", () => {
    const env = { BERTH_EXEC: "1", V0: "its own" };
    expect(understood(inStep("bash -c 'env -0'", env))).toEqual([
      ["DOCKER_AUTH_CONFIG", "{}"],
      ["V0", "its own"],
    ]);
  });

  test("a step has every value, and not what is unset", () => {
    expect(understood(inStep("env -0"))).toEqual(expected);
  });

  test("so has a script in it, which reads the file again", () => {
    expect(understood(inStep("bash -c 'env -0'"))).toEqual(expected);
  });

  test("reading it prints nothing", () => {
    expect(inStep(":")).toBe("");
  });
});
