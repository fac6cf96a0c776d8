import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ciSystems } from "../src/ci/index.ts";
import { ASK, secrets } from "./fixtures/asked-registry.ts";
import type { Variables } from "./fixtures/environments.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";

const example = (name: string): string =>
  new URL(`../examples/${name}-job.env`, import.meta.url).pathname;

let program: Program;
beforeEach(async () => {
  program = await makeProgram("no-registry");
});
afterEach(() => program.remove());

/** What is said about logins in the example of a system's job, in a dry run. */
const told = async (name: string, args: string, env: Variables) => {
  const line = `ci-env ${name} --dry-run --env-file ${example(name)} ${args}`;
  const { status, stderr } = await program.run(line, env);
  const about = /^ {2}(?:login|note|warning) /;
  return { status, said: stderr.split("\n").filter((it) => about.test(it)) };
};

const none = ciSystems.filter(({ registry }) => registry === "").map((it) => [it.name, it.title]);

describe.each(none)("%s, which has no registry of its own", (name, title) => {
  const NOTE = `  note       ${title} has no registry of its own: name those of the job with --registry`;

  test("says so where the job has no login, and stops nothing", async () => {
    const expected = { status: 0, said: ["  login      none", NOTE] };
    expect(await told(name, "", {})).toEqual(expected);
    expect(await told(name, "--if-missing fail", {})).toEqual(expected);
  });

  test("does not where one is asked for, is there or not", async () => {
    const login = "  login      r.example  as me  by R_TOKEN";
    expect(await told(name, ASK, secrets)).toEqual({ status: 0, said: [login] });
    expect(await told(name, ASK, { R_USER: "me" })).toEqual({
      status: 0,
      said: ["  login      none", "  warning    no login to r.example: R_TOKEN is not set"],
    });
  });

  test("nor where DOCKER_AUTH_CONFIG has one", async () => {
    const DOCKER_AUTH_CONFIG = '{"auths":{"v.example":{"auth":"dTpwdw=="}}}';
    expect(await told(name, "", { DOCKER_AUTH_CONFIG })).toEqual({
      status: 0,
      said: [
        "  login      v.example  as u  by DOCKER_AUTH_CONFIG",
        "  note       DOCKER_AUTH_CONFIG is merged and unset: Docker would prefer it to the berth",
      ],
    });
  });
});
