import { readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  ASK,
  authsIn,
  berthIn,
  done,
  entry,
  job,
  loginLine,
  mine,
  OWN,
  OWN_LOGIN,
  own,
  runWithLogins,
} from "./fixtures/asked-registry.ts";
import { gitlabJob, type Variables } from "./fixtures/environments.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";

let program: Program;
beforeEach(async () => {
  program = await makeProgram("registries-again");
});
afterEach(() => program.remove());

const run = (line: string, env?: Variables) => runWithLogins(program, line, env);

describe("a later run in the job", () => {
  const EARLIER = loginLine("r.example", "me", "an earlier run in this job");

  beforeEach(() => program.run(`ci-env ${ASK}`, job));

  test("keeps it, without --registry and without its secret", async () => {
    for (const _ of ["second", "third"]) {
      expect(await run("ci-env --if-missing fail", gitlabJob)).toEqual(
        done([OWN_LOGIN, EARLIER], { [OWN]: own, "r.example": mine }),
      );
    }
  });

  test("keeps it where it is asked for, and its secret is not there", async () => {
    expect(await run(`ci-env --if-missing fail ${ASK}`, gitlabJob)).toEqual(
      done([OWN_LOGIN, EARLIER], { [OWN]: own, "r.example": mine }),
    );
  });

  test("keeps it before DOCKER_AUTH_CONFIG and the token", async () => {
    const other = JSON.stringify({ auths: { "r.example": entry("v", "pw") } });
    expect((await run("ci-env", { ...gitlabJob, DOCKER_AUTH_CONFIG: other })).auths).toEqual({
      ...{ [OWN]: own, "r.example": mine },
    });
  });

  test("renews it, and adds others", async () => {
    const env = { ...job, R_TOKEN: "test-token-new" };
    const more = "--registry s.example,username=s,password-env=R_TOKEN";
    expect((await run(`ci-env ${ASK} ${more}`, env)).auths).toEqual({
      [OWN]: own,
      "r.example": entry("me", "test-token-new"),
      "s.example": entry("s", "test-token-new"),
    });
    expect((await run(`ci-env ${more}`, env)).auths).toMatchObject({
      "r.example": entry("me", "test-token-new"),
    });
  });

  test("lets a login by hand in the job win, until it is asked for again", async () => {
    const file = `${await berthIn(program)}/config.json`;
    const config = JSON.parse(await readFile(file, "utf8"));
    const byHand = entry("hand", "pw");
    const text = JSON.stringify({ ...config, auths: { ...config.auths, "hand.example": byHand } });
    await writeFile(file, text);
    expect((await run(`ci-env ${ASK.replace("r.example", "hand.example")}`)).auths).toEqual({
      ...{ [OWN]: own, "r.example": mine, "hand.example": mine },
    });
  });

  test("has nothing of it after a cleanup", async () => {
    await program.run("cleanup", gitlabJob);
    expect(await run("ci-env", gitlabJob)).toMatchObject({ auths: { [OWN]: own } });
    expect(Object.keys((await authsIn(program)) as object)).toEqual([OWN]);
  });
});
