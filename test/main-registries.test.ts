import { writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  ASK,
  done,
  entry,
  job,
  loginLine,
  mine,
  OWN,
  OWN_LOGIN,
  own,
  R_LOGIN,
  runWithLogins,
} from "./fixtures/asked-registry.ts";
import { base64 } from "./fixtures/configs.ts";
import { gitlabJob, type Variables } from "./fixtures/environments.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";

let program: Program;
beforeEach(async () => {
  program = await makeProgram("main-registries");
});
afterEach(() => program.remove());

const run = (line: string, env?: Variables) => runWithLogins(program, line, env);

describe("--registry", () => {
  test("logs in beside the job's token", async () => {
    expect(await run(`ci-env ${ASK}`)).toEqual(
      done([OWN_LOGIN, R_LOGIN], { [OWN]: own, "r.example": mine }),
    );
  });

  test("by its variable, one a line, is the same, and the option wins", async () => {
    const other = "s.example,username=s,password-env=R_TOKEN";
    const env = { ...job, BERTH_REGISTRIES: `${ASK.replace("--registry ", "")}\n\n ${other}\n` };
    const s = entry("s", "test-token-r");
    expect(await run("ci-env", env)).toEqual(
      done([OWN_LOGIN, R_LOGIN, loginLine("s.example", "s", "R_TOKEN")], {
        ...{ [OWN]: own, "r.example": mine, "s.example": s },
      }),
    );
    await program.run("cleanup", job);
    expect((await run(`ci-env --quiet --registry ${other}`, env)).auths).toEqual({
      [OWN]: own,
      "s.example": s,
    });
  });

  test("reads a file from the folder that the job is in, and says which", async () => {
    await writeFile(program.at("token"), "test-token-r\n");
    const from = program.at("token");
    expect(
      await run("ci-env --registry r.example,username=me,password-file=token", gitlabJob),
    ).toEqual(
      done([OWN_LOGIN, loginLine("r.example", "me", from)], { [OWN]: own, "r.example": mine }),
    );
  });

  test("is the only login of a job that is to have none by its tokens", async () => {
    expect(await run(`ci-env --no-login-to-registry ${ASK}`)).toEqual(
      done(["  login      r.example  as me  by R_TOKEN"], { "r.example": mine }),
    );
  });

  test("takes its secret out of what berth could show or pass on", async () => {
    const { stdout, stderr } = await program.run(`ci-env --verbose --shell json ${ASK}`, job);
    const shown = ["test-token-r", base64("me:test-token-r"), base64("test-token-r").slice(0, -4)];
    expect(shown.filter((text) => (stdout + stderr).includes(text))).toEqual([]);
    expect(JSON.parse(stdout).registries).toContainEqual({
      registry: "r.example",
      user: "me",
      from: "R_TOKEN",
    });
  });

  test("writes nothing in a dry run", async () => {
    const { status, auths: logins } = await run(`ci-env --dry-run ${ASK}`);
    expect([status, logins]).toEqual([0, undefined]);
  });
});

describe("for one registry", () => {
  const forOwn = `--registry ${OWN},username-env=R_USER,password-env=R_TOKEN`;
  const variable = (key: string) => JSON.stringify({ auths: { [key]: entry("v", "pw") } });
  const notUsed = (registry: string, from: string) =>
    `  note       ${registry}: ${from} is not used, because --registry has a credential for it`;
  const MERGED =
    "  note       DOCKER_AUTH_CONFIG is merged and unset: Docker would prefer it to the berth";
  const asked = `  login      ${OWN}  as me  by R_TOKEN`;

  test("it beats the job's token, which is said", async () => {
    expect(await run(`ci-env ${forOwn}`)).toEqual(
      done([asked, notUsed(OWN, "CI_REGISTRY_PASSWORD")], { [OWN]: mine }),
    );
  });

  test("it beats DOCKER_AUTH_CONFIG and the token, which is said", async () => {
    const env = { ...job, DOCKER_AUTH_CONFIG: variable(OWN) };
    expect(await run(`ci-env ${forOwn}`, env)).toEqual(
      done(
        [
          asked,
          MERGED,
          `  note       ${OWN}: CI_REGISTRY_PASSWORD is not used, because DOCKER_AUTH_CONFIG has a credential for it`,
          notUsed(OWN, "CI_REGISTRY_PASSWORD"),
          notUsed(OWN, "DOCKER_AUTH_CONFIG"),
        ],
        { [OWN]: mine },
      ),
    );
  });

  // The other note on it, that podman, buildah and skopeo can use it, is wrong then.
  test("it beats what DOCKER_AUTH_CONFIG has for a part of it, which is said once", async () => {
    const env = { ...job, DOCKER_AUTH_CONFIG: variable("r.example/group") };
    expect(await run(`ci-env ${ASK}`, env)).toEqual(
      done([OWN_LOGIN, R_LOGIN, MERGED, notUsed("r.example/group", "DOCKER_AUTH_CONFIG")], {
        ...{ [OWN]: own, "r.example": mine },
      }),
    );
  });

  test("it beats the runner's, which are no news", async () => {
    const config = { auths: { "https://r.example/v2/": entry("base", "pw") } };
    await writeFile(program.at("home/.docker/config.json"), JSON.stringify(config));
    expect(await run(`ci-env ${ASK}`)).toEqual(
      done([OWN_LOGIN, R_LOGIN], { [OWN]: own, "r.example": mine }),
    );
  });

  test.each(["docker.io", "registry-1.docker.io", "https://index.docker.io/v1/"])(
    "Docker Hub by any name beats its login in DOCKER_AUTH_CONFIG by another: %s",
    async (name) => {
      const env = { ...job, DOCKER_AUTH_CONFIG: variable("index.docker.io") };
      const {
        status,
        said,
        auths: logins,
      } = await run(`ci-env ${ASK.replace("r.example", name)}`, env);
      const key = "https://index.docker.io/v1/";
      expect([status, logins]).toEqual([0, { [OWN]: own, [key]: mine }]);
      expect(said.filter((line) => line.includes("not used"))).toEqual([
        notUsed(key, "DOCKER_AUTH_CONFIG"),
      ]);
    },
  );

  test("one in upper case is written as clients look for it, and as it was typed", async () => {
    const { auths: logins } = await run(`ci-env ${ASK.replace("r.e", "R.E")}`);
    expect(logins).toEqual({ [OWN]: own, "r.example": mine, "R.Example": mine });
  });

  test("one with a port beats none without", async () => {
    const env = { ...job, DOCKER_AUTH_CONFIG: variable("r.example") };
    const { auths: logins } = await run(`ci-env ${ASK.replace("example,", "example:443,")}`, env);
    expect(logins).toEqual({ [OWN]: own, "r.example": entry("v", "pw"), "r.example:443": mine });
  });
});
