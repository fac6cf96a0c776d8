import { readdir, readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { berthIn, entry, job } from "./fixtures/asked-registry.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";

let program: Program;
beforeEach(async () => {
  program = await makeProgram("main-parts");
});
afterEach(() => program.remove());

const ASK =
  "--registry r.example/group/a,username=a,password-env=R_TOKEN --registry r.example/b,username=b,password-env=R_TOKEN";
const a = entry("a", "test-token-r");
const b = entry("b", "test-token-r");

const read = async (file: string): Promise<unknown> =>
  JSON.parse(await readFile(`${await berthIn(program)}/${file}`, "utf8")).auths;

const files = async () => ({
  auth: await read("auth.json"),
  config: await read("config.json"),
  a: await read("buildx/config/r.example/group/a/config.json"),
  b: await read("buildx/config/r.example/b/config.json"),
});

const NOTE =
  "a credential for a part of a registry, which podman, buildah and skopeo can use, and buildx for a repository of that name; Docker cannot";

describe("credentials for parts of one registry (RULE 12)", () => {
  const ALL = {
    auth: { "r.example/group/a": a, "r.example/b": b },
    config: { "berth.invalid": {} },
    a: { "r.example": a },
    b: { "r.example": b },
  };

  test("are where podman and buildx look, and not where docker would take one at random", async () => {
    const { status, stderr } = await program.run(`ci-env --no-login-to-registry ${ASK}`, job);
    expect([status, stderr.split("\n").filter((line) => line.includes("note"))]).toEqual([
      0,
      [`  note       r.example/group/a: ${NOTE}`, `  note       r.example/b: ${NOTE}`],
    ]);
    expect(await files()).toEqual(ALL);
  });

  test("stay where a later run in the job lacks the secret", async () => {
    await program.run(`ci-env --no-login-to-registry ${ASK}`, job);
    const { status } = await program.run("ci-env --no-login-to-registry", job);
    expect([status, await files()]).toEqual([0, ALL]);
  });

  test("leave buildx' folder alone where it is not the berth's", async () => {
    const env = { ...job, BUILDX_CONFIG: program.at("buildx") };
    const { status } = await program.run(`ci-env --no-login-to-registry ${ASK}`, env);
    const places = [`${await berthIn(program)}/buildx`, program.at("buildx")];
    const there = await Promise.all(
      places.map((path) => readFile(path).catch((error) => error.code)),
    );
    expect([status, there]).toEqual([0, ["ENOENT", "ENOENT"]]);
  });

  test("go, all of them, where a later run has one for the whole", async () => {
    await program.run(`ci-env --no-login-to-registry ${ASK}`, job);
    const whole = "--registry r.example,username=w,password-env=R_TOKEN";
    await program.run(`ci-env --no-login-to-registry ${whole}`, job);
    const logins = { "r.example": entry("w", "test-token-r") };
    expect([await read("auth.json"), await read("config.json")]).toEqual([logins, logins]);
    const there = await readdir(`${await berthIn(program)}/buildx`, {
      ...{ recursive: true, withFileTypes: true },
    });
    expect(there.filter((it) => it.isFile())).toEqual([]);
  });

  test("are nobody's where a helper is to have them, which knows no parts", async () => {
    const line = `ci-env --no-login-to-registry --store helper ${ASK}`;
    const { stderr, status } = await program.run(line, { ...job, PATH: "/usr/bin:/bin" });
    const lost = "its credential is left out: a credential helper cannot give it";
    const said = stderr.split("\n").filter((it) => it.includes("r.example"));
    expect([status, await read("auth.json"), said]).toEqual([
      0,
      { "berth.invalid": {} },
      [`  warning    r.example/group/a: ${lost}`, `  warning    r.example/b: ${lost}`],
    ]);
  });

  test("of which one is missing are told by their part", async () => {
    const line = `ci-env --no-login-to-registry ${ASK.replace("R_TOKEN", "NOPE")}`;
    const { stderr } = await program.run(line, job);
    expect(stderr).toContain("warning    no login to r.example/group/a: NOPE is not set");
  });
});
