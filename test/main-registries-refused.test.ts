import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  ASK,
  done,
  job,
  mine,
  OWN,
  own,
  runWithLogins,
  secrets,
} from "./fixtures/asked-registry.ts";
import { githubJob, type Variables } from "./fixtures/environments.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";

let program: Program;
beforeEach(async () => {
  program = await makeProgram("registries-refused");
});
afterEach(() => program.remove());

const run = (line: string, env?: Variables) => runWithLogins(program, line, env);

describe("what is missing for one that is asked for", () => {
  const HINT = "pass it to the job; secrets are not passed to pull requests of forks";
  const without = { ...job, R_TOKEN: "" };
  const problem = "no login to r.example: R_TOKEN is not set";

  test("is a warning, and the job has the others", async () => {
    const warning = [`  warning    ${problem}`, `             ${HINT}`];
    const logins = { [OWN]: own };
    const said = [
      "  login      registry.example.com:5050  as gitlab-ci-token  by CI_REGISTRY_PASSWORD",
      ...warning,
    ];
    expect(await run(`ci-env ${ASK}`, without)).toEqual(done(said, logins));
    expect(await run(`ci-env --quiet --if-missing warn ${ASK}`, without)).toEqual(
      done([`berth: warning    ${problem}`, `berth:            ${HINT}`], logins),
    );
  });

  test("is nothing, with --if-missing ignore", async () => {
    expect(await run(`ci-env --quiet --if-missing ignore ${ASK}`, without)).toEqual(
      done([], { [OWN]: own }),
    );
  });

  test.each([
    ["a variable", ASK, "R_TOKEN is not set"],
    ["the user's variable", ASK.replace("R_USER", "NOPE"), "NOPE is not set"],
    [
      "a file",
      "--registry r.example,username=me,password-file=/none/x",
      "the file that password-file= names is not there",
    ],
  ])("stops the job, with --if-missing fail, and nothing is made: %s", async (_, args, why) => {
    expect(await run(`ci-env --if-missing fail ${args}`, without)).toEqual({
      ...{ status: 1, stops: true, auths: undefined },
      said: [
        `berth: error: no login to r.example: ${why} (BERTH_MISSING_CREDENTIAL)`,
        `  hint       ${HINT}`,
      ],
    });
  });

  test("is no matter where DOCKER_AUTH_CONFIG has one for it", async () => {
    const env = {
      ...without,
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { "r.example": mine } }),
    };
    expect(await run(`ci-env --quiet --if-missing fail ${ASK}`, env)).toEqual(
      done([], { [OWN]: own, "r.example": mine }),
    );
  });

  test("of the job's own registry is none, where one is asked for", async () => {
    const { GITHUB_TOKEN: _, ...env } = githubJob;
    const args = "--quiet --if-missing fail --registry ghcr.io,username=me,password-env=R_TOKEN";
    expect(await run(`ci-env ${args}`, { ...env, ...secrets })).toEqual(
      done([], { "ghcr.io": mine }),
    );
  });
});

describe("what is wrong is told of where it is from", () => {
  const WRONG = "r.example,username=me";
  test.each([
    ["an option", `ci-env --registry ${WRONG}`, {}, "--registry r.example: "],
    ["a variable", "ci-env", { BERTH_REGISTRIES: WRONG }, "BERTH_REGISTRIES r.example: "],
    [
      "an option, in the place of its variable",
      `ci-env --registry ${WRONG}`,
      { BERTH_REGISTRIES: "x" },
      "--registry r.example: ",
    ],
    ["clients", "ci-env", { BERTH_CLIENTS: "x" }, 'BERTH_CLIENTS: "x" '],
    ["the name of the token's variable", "ci-env", { BERTH_TOKEN_ENV: "a-b" }, "BERTH_TOKEN_ENV: "],
  ])("%s", async (_, line, change, start) => {
    const { said } = await run(line, { ...job, ...change });
    expect(said[0]).toContain(start);
  });
});

describe("wrong use stops the job before anything is made", () => {
  test.each([
    ["the secret itself", "ci-env --registry r.example,username=me,password=hunter2", {}],
    [
      "the same, by the variable",
      "ci-env",
      { BERTH_REGISTRIES: "r.example,username=me,password=hunter2" },
    ],
    ["the same registry twice", `ci-env ${ASK} ${ASK}`, {}],
    ["no registry", "ci-env --registry me:hunter2@r.example,username=me,password-env=R_TOKEN", {}],
    [
      "a user with its password",
      "ci-env --registry r.example,username=me:hunter2,password-env=R_TOKEN",
      {},
    ],
    ["one that is fine, and one that is not", `ci-env ${ASK} --registry s.example,hunter2`, {}],
  ])("%s", async (_, line, change) => {
    const { status, stops, said, auths: logins } = await run(line, { ...job, ...change });
    expect([stops, logins, said.length, said.join().includes("hunter2")]).toEqual([
      true,
      undefined,
      2,
      false,
    ]);
    expect([1, 2]).toContain(status);
  });

  test.each(["exec", "ci-env --dry-run"])("of berth %s, too", async (line) => {
    const behind = line === "exec" ? " -- false" : "";
    const { status, said } = await run(`${line} --registry r.example${behind}`);
    expect([status, said]).toEqual([
      2,
      [
        "berth: error: --registry r.example: needs username-env= or username=, once (BERTH_USAGE)",
        "  hint       write it as HOST,username-env=NAME,password-env=NAME",
      ],
    ]);
  });
});
