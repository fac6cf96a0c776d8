import { chmod, cp, readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { credentialHelper } from "../src/credential-helper.ts";
import { berthIn, entry, job, OWN } from "./fixtures/asked-registry.ts";
import type { Variables } from "./fixtures/environments.ts";
import { machineIn } from "./fixtures/machine.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";

const HUB = "https://index.docker.io/v1/";

let program: Program;
let env: Variables;

/** Makes the job's berth; out: the environment of a shell that has evaluated what is printed. */
const make = async (options = "", before: Variables = {}): Promise<Variables> => {
  const given = { ...job, PATH: "/usr/bin:/bin", XDG_RUNTIME_DIR: program.at("run"), ...before };
  const line = `ci-env --store helper --shell json ${options}`;
  const { stdout, status } = await program.run(line, given);
  expect(status).toBe(0);
  return { ...given, ...JSON.parse(stdout).variables };
};

beforeEach(async () => {
  program = await makeProgram("credential-helper");
  env = await make("--registry docker.io,username-env=R_USER,password-env=R_TOKEN");
});
afterEach(() => program.remove());

const run = (words: string, input: string | (() => string) = "", changes: Variables = {}) =>
  credentialHelper(
    words.split(" ").filter(Boolean),
    typeof input === "string" ? () => input : input,
    machineIn(program.folder, {
      env: { ...env, ...changes },
      tempDirectory: program.at("tmp"),
      cwd: "/",
    }),
  );

const good = (answer: unknown) => ({
  status: 0,
  stdout: `${JSON.stringify(answer)}\n`,
  stderr: "",
});
const bad = (said: string, stderr = "") => ({ status: 1, stdout: `${said}\n`, stderr });
const failed = (text: string, hint: string) =>
  bad(`berth: ${text}`, `berth: ${text}\n  hint       ${hint}\n`);
const NOT_FOUND = bad("credentials not found in native keychain");

describe("get", () => {
  const own = { Username: "gitlab-ci-token", Secret: "test-token-registry" };
  const hub = { Username: "me", Secret: "test-token-r" };

  test.each([
    ["the job's own registry", OWN, own],
    ["in any case", OWN.toUpperCase(), own],
    ["with a scheme, as old clients ask", `https://${OWN}/v2/`, own],
    ["Docker Hub, as Docker calls it", HUB, hub],
    ["Docker Hub, as podman does", "docker.io", hub],
  ])("gives the credential for %s", async (_, url, answer) => {
    expect(await run("get", `${url}\n`)).toEqual(good({ ServerURL: url, ...answer }));
  });

  test("takes the secrets from the environment, as they are now", async () => {
    const renewed = await run("get", OWN, { CI_REGISTRY_PASSWORD: "test-token-new" });
    expect(renewed).toEqual(good({ ServerURL: OWN, ...own, Secret: "test-token-new" }));
  });

  test("keeps colons and other letters of a password", async () => {
    const Secret = "a:b'\"$ü\\";
    const answer = { ServerURL: OWN, ...own, Secret };
    expect(await run("get", OWN, { CI_REGISTRY_PASSWORD: Secret })).toEqual(good(answer));
  });

  test.each(["other.example", "r.example", `${OWN}0`])("knows nothing of %s", async (url) => {
    expect(await run("get", url)).toEqual(NOT_FOUND);
  });

  test("needs a registry", async () => {
    expect(await run("get", "\n")).toEqual(bad("no credentials server URL"));
  });

  test("says why there is none for a registry of the job's", async () => {
    const without = { CI_REGISTRY_PASSWORD: "", CI_JOB_TOKEN: "" };
    expect(await run("get", OWN, without)).toEqual(
      failed(
        "no login: neither CI_REGISTRY_PASSWORD nor CI_JOB_TOKEN is set",
        "GitLab sets both in every job; does the job run in a container that they are not passed to?",
      ),
    );
    expect(await run("get", HUB, { R_TOKEN: "" })).toEqual(
      failed(
        "no login to docker.io: R_TOKEN is not set",
        "pass it to the job; secrets are not passed to pull requests of forks",
      ),
    );
  });
});

describe("what the job inherits is answered for, too", () => {
  const config = {
    auths: {
      "kept.example": entry("kept", "test-token-kept"),
      "refresh.example": { auth: entry("00", "").auth, identitytoken: "test-token-refresh" },
    },
  };

  test("from the runner's config, which berth only names", async () => {
    await writeFile(program.at("home/.docker/config.json"), JSON.stringify(config));
    env = await make();
    expect(await run("get", "kept.example")).toEqual(
      good({ ServerURL: "kept.example", Username: "kept", Secret: "test-token-kept" }),
    );
    expect(await run("get", "refresh.example")).toEqual(
      good({ ServerURL: "refresh.example", Username: "<token>", Secret: "test-token-refresh" }),
    );
    const berth = await berthIn(program);
    const texts = ["config.json", "auth.json", "berth.json"].map((file) =>
      readFile(`${berth}/${file}`, "utf8"),
    );
    expect((await Promise.all(texts)).join("")).not.toMatch(/test-token|dGVzdC10b2tlb/);
  });

  test("from DOCKER_AUTH_CONFIG, which stays set", async () => {
    const variable = {
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { "v.example": entry("v", "pw") } }),
    };
    const { stdout } = await program.run("ci-env --store helper --shell json", {
      ...env,
      ...variable,
    });
    expect(JSON.parse(stdout).unset).toEqual([]);
    env = await make("", variable);
    expect(await run("get", "v.example")).toEqual(
      good({ ServerURL: "v.example", Username: "v", Secret: "pw" }),
    );
  });
});

test("DOCKER_AUTH_CONFIG, which stays set, takes Docker's part of what is asked for: that is said", async () => {
  const { stderr } = await program.run("ci-env", {
    ...env,
    DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { "docker.io": entry("v", "pw") } }),
  });
  expect(stderr).toContain(
    "  warning    docker.io: DOCKER_AUTH_CONFIG has a credential for it, too, and stays set: Docker 28.3 and later prefer that\n",
  );
});

test("list names the users, and no secret", async () => {
  expect(await run("list", "unused")).toEqual(good({ [OWN]: "gitlab-ci-token", [HUB]: "me" }));
});

describe("stdin, which may never end,", () => {
  const isRead = async (words: string): Promise<boolean> => {
    let count = 0;
    await run(words, () => {
      count += 1;
      return OWN;
    });
    return count > 0;
  };

  test.each(["get", "store", "erase"])(
    "is read for what the protocol has on it: %s",
    async (it) => {
      expect(await isRead(it)).toBe(true);
    },
  );

  test.each(["", "list", "version", "help", "get get"])("and for nothing else: %j", async (it) => {
    expect(await isRead(it)).toBe(false);
  });
});

describe("keeps nothing", () => {
  test.each([
    ["store", JSON.stringify({ ServerURL: OWN, Username: "x", Secret: "test-token-x" })],
    ["erase", OWN],
  ])("%s", async (action, input) => {
    expect(await run(action, input)).toEqual(
      bad("berth keeps no credentials: they are those of the job"),
    );
  });
});

test.each(["", "get get", "help", "--help"])("tells how it is used: %j", async (words) => {
  expect(await run(words)).toEqual(
    bad("Usage: docker-credential-berth <store|get|erase|list|version>"),
  );
});

describe("answers for no berth but the job's own", () => {
  const NONE = failed(
    "BERTH_DIRECTORY does not name a berth with --store helper (BERTH_USAGE)",
    "run berth ci-env --store helper, and evaluate what it prints",
  );

  test("that berth itself has named: whatever the client's variables do", async () => {
    const clients = {
      ...{ DOCKER_CONFIG: "", REGISTRY_AUTH_FILE: "", HELM_REGISTRY_CONFIG: "" },
      WERF_DOCKER_CONFIG: "",
    };
    expect((await run("get", OWN, clients)).status).toBe(0);
    expect(await run("get", OWN, { BERTH_DIRECTORY: "" })).toEqual(NONE);
  });

  test("that has been removed", async () => {
    await program.run("cleanup", env);
    expect(await run("get", OWN)).toEqual(NONE);
  });

  test("with its credentials in files", async () => {
    await program.run("cleanup", env);
    const { stdout } = await program.run("ci-env --shell json", env);
    const directory = JSON.parse(stdout).variables.DOCKER_CONFIG;
    expect(await run("get", OWN, { BERTH_DIRECTORY: directory })).toEqual(NONE);
  });

  test("in another job", async () => {
    expect(await run("get", OWN, { CI_JOB_ID: "2" })).toEqual(
      failed("the berth is another job's (BERTH_OTHER_CI)", "run berth ci-env in this one"),
    );
  });

  test("that others may write to", async () => {
    const berth = (await berthIn(program)) ?? "";
    await chmod(berth, 0o777);
    expect((await run("get", OWN)).stdout).toBe(
      `berth: ${berth} can be written to by other users (BERTH_UNSAFE_DIRECTORY)\n`,
    );
  });

  test("nor for one of a checkout, which would have a token sent to its registry", async () => {
    const forged = program.at("checkout/.docker");
    await cp((await berthIn(program)) ?? "", forged, { recursive: true });
    await chmod(forged, 0o755);
    const marker = JSON.parse(await readFile(`${forged}/berth.json`, "utf8"));
    const spec = "evil.example,username=me,password-env=CI_JOB_TOKEN";
    const [way] = marker.answering.registries;
    marker.answering.registries = [{ ...way, host: "evil.example", spec }];
    await writeFile(`${forged}/berth.json`, JSON.stringify(marker));
    const found = await run("get", "evil.example", { DOCKER_CONFIG: forged });
    expect(found).toEqual(NOT_FOUND);
    expect(await run("get", "evil.example", { BERTH_DIRECTORY: "checkout/.docker" })).toEqual(NONE);
  });
});

describe("a later run in the job", () => {
  const R = "--registry r.example,username-env=R_USER,password-env=R_TOKEN";
  const answer = (ServerURL: string) => good({ ServerURL, Username: "me", Secret: "test-token-r" });
  const helpersIn = async (file: string) =>
    JSON.parse(await readFile(`${await berthIn(program)}/${file}`, "utf8")).credHelpers;
  const runAgain = (options: string, changes: Variables = {}) =>
    program.run(`ci-env ${options}`, { ...env, ...changes });

  test("that says nothing of the store stays with the helper, and with what was asked for", async () => {
    expect((await runAgain(R)).status).toBe(0);
    expect(await helpersIn("config.json")).toEqual({
      ...{ [OWN]: "berth", [HUB]: "berth", "r.example": "berth" },
    });
    expect(await helpersIn("auth.json")).toEqual({
      ...{ [OWN]: "berth", "docker.io": "berth", "r.example": "berth" },
    });
    expect(await run("get", HUB)).toEqual(answer(HUB));
    expect(await run("get", "r.example")).toEqual(answer("r.example"));
  });

  test("asks anew for what it is asked for again", async () => {
    await runAgain("--registry docker.io,username=other,password-env=R_TOKEN");
    expect(await run("get", HUB)).toEqual(
      good({ ServerURL: HUB, Username: "other", Secret: "test-token-r" }),
    );
  });

  test("in a step without the token takes nothing away", async () => {
    await runAgain("", { CI_REGISTRY_PASSWORD: "", CI_JOB_TOKEN: "" });
    expect((await run("get", OWN)).status).toBe(0);
  });

  test.each([
    ["file", "helper", () => ""],
    ["helper", "file", () => "cleanup"],
  ])("cannot change the store to %s", async (asked, made, before) => {
    if (before()) {
      await program.run("cleanup", env);
      await program.run("ci-env", env);
    }
    for (const command of ["ci-env", "exec"]) {
      const { status, stderr } = await program.run(
        `${command} --store ${asked}${command === "exec" ? " -- true" : ""}`,
        env,
      );
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: `berth: error: --store ${asked}: the job's berth was made with --store ${made} (BERTH_USAGE)\n  hint       leave it out, or run berth cleanup before\n`,
      });
    }
  });

  test("undone, leaves nothing of the helper's behind", async () => {
    const { stdout } = await program.run("ci-env --unset --shell json", env);
    const { variables, unset } = JSON.parse(stdout);
    expect({ PATH: variables.PATH, unset }).toEqual({
      PATH: "/usr/bin:/bin",
      unset: expect.arrayContaining(["BERTH_DIRECTORY", "DOCKER_CONFIG"]),
    });
  });

  test("undone after its berth is gone, too", async () => {
    await program.run("cleanup", env);
    const { stdout } = await program.run("ci-env --unset --shell json", env);
    const { variables, unset } = JSON.parse(stdout);
    expect({ variables, unset }).toEqual({
      variables: { PATH: "/usr/bin:/bin" },
      unset: expect.arrayContaining(["BERTH_DIRECTORY", "DOCKER_CONFIG"]),
    });
  });
});
