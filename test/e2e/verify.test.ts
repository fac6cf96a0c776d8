import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { outputFile } from "fs-extra/esm";
import { startAnswering } from "../fixtures/answering-server.ts";
import { authFile } from "../support/auth-file.ts";
import { json } from "../support/clouds/http.ts";
import type { JobEnv } from "../support/job.ts";
import { leaksIn } from "../support/leaks.ts";
import {
  type Behaviour,
  known,
  PASSWORD,
  refusal,
  registry,
  USER,
} from "../support/registries/behaviour.ts";
import { type Registries, startRegistries } from "../support/registries/registries.ts";
import {
  makeSandbox,
  type Outcome,
  type Place,
  type Sandbox,
  statements,
} from "./support/sandbox.ts";

const HOST = "r.example.test";
const OTHER = "other.example.test";
const WRONG = "test-token-of-nobody";

let sandbox: Sandbox;
let registries: Registries;
let place: Place;
beforeAll(async () => {
  sandbox = await makeSandbox("verify");
  registries = await startRegistries();
});
afterAll(async () => {
  await registries?.stop();
  await sandbox?.remove();
});
beforeEach(async () => {
  place = await sandbox.place();
  for (const host of [HOST, OTHER, "registry-1.docker.io"]) registries.set(host, registry());
});

/** A job whose own registry is this one. */
const jobOf = (change: JobEnv = {}): JobEnv => ({
  ...place.job({
    ...{ CI_REGISTRY: HOST, CI_REGISTRY_IMAGE: `${HOST}/g/p` },
    ...{ CI_REGISTRY_USER: USER, CI_REGISTRY_PASSWORD: PASSWORD, CI_JOB_TOKEN: PASSWORD },
  }),
  ...{ R_USER: USER, R_TOKEN: PASSWORD, R_WRONG: WRONG },
  ...registries.env,
  ...change,
});

const run = async (args: readonly string[] = [], env: JobEnv = jobOf()): Promise<Outcome> => {
  const outcome = await place.berth(["ci-env", "--verify", ...args], env);
  expect(leaksIn(outcome.stdout + outcome.stderr, [PASSWORD, WRONG])).toEqual([]);
  return outcome;
};

/** The berths of this place. */
const berthsLeft = async (): Promise<readonly string[]> => {
  const all = await readdir(place.temporary, { recursive: true });
  return all.filter((path) => /\/gitlab-[^/]*$/.test(path));
};

const spec = (host: string, variable = "R_TOKEN") =>
  `${host},username-env=R_USER,password-env=${variable}`;

const BERTH = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>";
const HINT =
  "log in again: berth ci-env; is a token that is used up, or another registry's, in its place?";
const refused = (said: string, hint = HINT, asked: readonly string[] = [HOST]): Outcome => ({
  exitCode: 1,
  stdout: "exit 1;\n",
  stderr: [
    ...asked.map((name) => `berth: asking ${name}`),
    `berth: error: ${said} (BERTH_NOT_ACCEPTED)`,
    `  hint       ${hint}`,
    "",
  ].join("\n"),
});
const SAID =
  "the credential is not accepted: HTTP 401, UNAUTHORIZED: incorrect username or password";

describe("a job whose credential is accepted", () => {
  test("gets its statements", async () => {
    expect(await run()).toEqual({
      ...{ exitCode: 0, stdout: statements(HOST) },
      stderr: [
        `berth: asking ${HOST}`,
        `berth: GitLab CI job 1 uses ${BERTH}`,
        `  login      ${HOST}  as ${USER}  by CI_REGISTRY_PASSWORD`,
        "",
      ].join("\n"),
    });
  });

  test("without a word, by BERTH_VERIFY", async () => {
    const outcome = await place.berth(["ci-env", "--quiet"], jobOf({ BERTH_VERIFY: "1" }));
    expect(outcome).toEqual({ exitCode: 0, stdout: statements(HOST), stderr: "" });
    expect(registries.come.length).toBeGreaterThan(0);
  });

  test("is asked who it is, and nothing more: by each registry once", async () => {
    const start = registries.come.length;
    const { exitCode } = await run(["--registry", spec(OTHER)]);
    const asked = registries.come.slice(start).map(({ host, path }) => `${host}${path}`);
    expect([exitCode, asked.sort()]).toEqual([
      0,
      [HOST, OTHER]
        .flatMap((host) => [
          ...[`${host}/token?service=${host}&account=${USER}&client_id=berth`],
          ...[`${host}/v2/`, `${host}/v2/`],
        ])
        .sort(),
    ]);
  });

  test.each([
    ["Docker Hub", "docker.io", "registry-1.docker.io"],
    ["a registry in capitals", "Other.Example.TEST", OTHER],
    ["a part of a registry", `${OTHER}/group`, OTHER],
  ])("to %s, too", async (_, host, name) => {
    const start = registries.come.length;
    const { exitCode, stderr } = await run(["--registry", spec(host)]);
    expect([exitCode, stderr.includes("BERTH_")]).toEqual([0, false]);
    expect(registries.come.slice(start).map((it) => it.host)).toContain(name);
  });

  test("to a registry of DOCKER_AUTH_CONFIG, too", async () => {
    const env = jobOf({ DOCKER_AUTH_CONFIG: authFile(OTHER, USER, WRONG) });
    const { exitCode, stderr } = await run([], env);
    expect([exitCode, stderr.includes(`error: ${OTHER}: the credential is not accepted`)]).toEqual([
      1,
      true,
    ]);
  });

  test("and what the runner has is not asked for: it is not the job's", async () => {
    const start = registries.come.length;
    await outputFile(join(place.home, ".docker/config.json"), authFile(OTHER, USER, WRONG));
    expect((await run()).exitCode).toBe(0);
    expect(registries.come.slice(start).map(({ host }) => host)).not.toContain(OTHER);
  });

  test("and no registry that it has none for", async () => {
    const env = jobOf({ CI_REGISTRY_PASSWORD: "", CI_JOB_TOKEN: "" });
    const start = registries.come.length;
    const { exitCode, stdout } = await run([], env);
    expect([exitCode, stdout, registries.come.slice(start)]).toEqual([0, statements(HOST), []]);
  });

  test("by a registry that is open to all", async () => {
    registries.set(HOST, registry({ login: "none" }));
    expect((await run()).exitCode).toBe(0);
  });
});

describe("a job whose credential is not accepted is stopped", () => {
  test("by the token server", async () => {
    expect(await run([], jobOf({ CI_REGISTRY_PASSWORD: WRONG }))).toEqual(
      refused(`${HOST}: ${SAID}`),
    );
  });

  test("by the registry", async () => {
    registries.set(HOST, registry({ login: "basic" }));
    expect(await run([], jobOf({ CI_REGISTRY_PASSWORD: WRONG }))).toEqual(
      refused(
        `${HOST}: the credential is not accepted: HTTP 401, UNAUTHORIZED: authentication required`,
      ),
    );
  });

  test.each<[string, Behaviour, string, string]>([
    [
      "one that is known, and may not log in",
      { answers: { token: refusal(403, "DENIED", "access forbidden") } },
      "no permission: HTTP 403, DENIED: access forbidden",
      "give its user, or its token, the right to this in the registry; or log in by another credential",
    ],
    [
      "too many requests",
      { answers: { token: { status: 429, body: "" } } },
      "too many requests: HTTP 429",
      "wait, or log in: those who are known may do more",
    ],
    [
      "a registry that fails",
      { answers: { ping: known(json(500, {})) } },
      "the registry fails: HTTP 500",
      "ask again later",
    ],
    [
      "no registry",
      { answers: { ping: { status: 404, body: "" } } },
      "there is no registry: HTTP 404",
      "is the name right, with its port?",
    ],
  ])("and by %s", async (_, behaviour, said, hint) => {
    registries.set(HOST, registry(behaviour));
    expect(await run()).toEqual(refused(`${HOST}: ${said}`, hint));
  });

  test("where the registry is down", async () => {
    const { port, stop } = await startAnswering([]);
    await stop();
    const host = `127.0.0.1:${port}`;
    const env = jobOf({ CI_REGISTRY: host, CI_REGISTRY_IMAGE: `${host}/g/p` });
    expect(await run([], env)).toEqual(
      refused(
        `${host}: it cannot be reached (ECONNREFUSED)`,
        "is the name right, and is a proxy needed (HTTPS_PROXY)?",
        [host],
      ),
    );
  });

  test("where its certificate is not trusted", async () => {
    const { SSL_CERT_FILE: _, ...env } = jobOf(registries.untrusted);
    const { exitCode, stdout, stderr } = await run([], env);
    expect([exitCode, stdout]).toEqual([1, "exit 1;\n"]);
    expect(stderr).toMatch(
      new RegExp(`error: ${HOST}: its certificate is not trusted .*NOT_ACCEPTED`),
    );
  });

  test("and each of several is named", async () => {
    const env = jobOf({ CI_REGISTRY_PASSWORD: WRONG });
    const outcome = await run(["--registry", spec(OTHER, "R_WRONG")], env);
    expect(outcome).toEqual(refused(`${HOST}: ${SAID}; ${OTHER}: ${SAID}`, HINT, [HOST, OTHER]));
  });

  test("also for a part of a registry whose whole is accepted", async () => {
    const args = [HOST, `${OTHER}/group`].flatMap((it) => [
      "--registry",
      spec(it, it === HOST ? "R_TOKEN" : "R_WRONG"),
    ]);
    const { exitCode, stderr } = await run([...args, "--registry", spec(OTHER)]);
    expect([exitCode, stderr.includes(`${OTHER}/group: `)]).toEqual([1, true]);
  });

  test("and a berth that is new is removed, and one that is in use is not", async () => {
    const wrong = jobOf({ CI_REGISTRY_PASSWORD: WRONG });
    expect(await run([], wrong)).toEqual(refused(`${HOST}: ${SAID}`));
    expect(await berthsLeft()).toEqual([]);
    await run();
    const [berth] = await berthsLeft();
    expect(await run([], wrong)).toEqual(refused(`${HOST}: ${SAID}`));
    expect(await berthsLeft()).toEqual([berth]);
  });

  test("in the dialect of its shell", async () => {
    const env = jobOf({ CI_REGISTRY_PASSWORD: WRONG });
    const json = await run(["--shell", "json"], env);
    expect([json.exitCode, JSON.parse(json.stdout)]).toEqual([
      1,
      { error: { code: "BERTH_NOT_ACCEPTED", message: `${HOST}: ${SAID}`, hint: HINT } },
    ]);
    expect((await run(["--shell", "fish"], env)).stdout).toMatch(/exit 1/);
  });

  test("and ends its script", async () => {
    const env = jobOf({ CI_REGISTRY_PASSWORD: WRONG });
    const script = 'eval "$(berth ci-env --verify --quiet)"\necho went on';
    const { exitCode, stdout } = await place.run(["sh", "-c", script], env);
    expect([exitCode, stdout]).toEqual([1, ""]);
  });

  test("and so where what it gives is to be a file", async () => {
    const env = jobOf({ CI_REGISTRY_PASSWORD: WRONG });
    const script = '. "$(berth ci-env --verify --quiet --as-file)"\necho went on';
    const { exitCode, stdout } = await place.run(["sh", "-c", script], env);
    expect([exitCode === 0, stdout]).toEqual([false, ""]);
  });
});

describe("with --store helper", () => {
  test("the helper is asked, and its credential accepted", async () => {
    const { exitCode, stderr } = await run(["--store", "helper"]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`berth: asking ${HOST}\n`)]);
  });

  test("and not accepted", async () => {
    const env = jobOf({ CI_REGISTRY_PASSWORD: WRONG });
    expect(await run(["--store", "helper"], env)).toEqual(refused(`${HOST}: ${SAID}`));
  });

  test("and nothing secret is on disk", async () => {
    await run(["--store", "helper"]);
    const files = await readdir(place.temporary, { recursive: true });
    const { stdout } = await place.run(
      ["grep", "-rl", Buffer.from(`${USER}:${PASSWORD}`).toString("base64"), place.temporary],
      place.env,
    );
    expect([files.length > 0, stdout]).toEqual([true, ""]);
  });
});

describe("nobody is asked", () => {
  test.each([
    ["by a dry run", ["ci-env", "--verify", "--dry-run"]],
    ["without --verify", ["ci-env"]],
    ["with --no-verify", ["ci-env", "--no-verify"]],
    ["to undo it", ["ci-env", "--verify", "--unset"]],
  ])("%s", async (_, args) => {
    const env = jobOf({
      CI_REGISTRY_PASSWORD: WRONG,
      ...(args.includes("--no-verify") && { BERTH_VERIFY: "1" }),
    });
    const start = registries.come.length;
    const { exitCode, stderr } = await place.berth(args, env);
    expect([exitCode, stderr.includes("asking"), registries.come.slice(start)]).toEqual([
      0,
      false,
      [],
    ]);
  });
});

test("what is said of a failure is not raw, whatever the registry says", async () => {
  const text = "a\n::error::b ##vso[task.complete] \x1b[31m";
  registries.set(HOST, registry({ answers: { token: refusal(403, "DENIED", text) } }));
  expect(await run()).toEqual(
    refused(
      `${HOST}: no permission: HTTP 403, DENIED: a ::error::b #\\x23vso[task.complete] \\x1b[31m`,
      "give its user, or its token, the right to this in the registry; or log in by another credential",
    ),
  );
});
