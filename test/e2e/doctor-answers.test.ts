import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { outputFile } from "fs-extra/esm";
import { startAnswering } from "../fixtures/answering-server.ts";
import { forgeries, payloads } from "../hardening/support/payloads.ts";
import { authFile } from "../support/auth-file.ts";
import { json } from "../support/clouds/http.ts";
import { githubJob, type JobEnv } from "../support/job.ts";
import { leaksIn } from "../support/leaks.ts";
import {
  type Behaviour,
  ISSUED,
  known,
  PASSWORD,
  refusal,
  registry,
  USER,
} from "../support/registries/behaviour.ts";
import { type Registries, startRegistries } from "../support/registries/registries.ts";
import { makeSandbox, type Outcome, type Place, type Sandbox } from "./support/sandbox.ts";

const HOST = "containers.example.test";
const IMAGE = `${HOST}/g/p:1`;
const DENIED = refusal(403, "DENIED", "requested access to the resource is denied");

let sandbox: Sandbox;
let registries: Registries;
let place: Place;
beforeAll(async () => {
  sandbox = await makeSandbox("doctor-answers");
  registries = await startRegistries();
});
afterAll(async () => {
  await registries?.stop();
  await sandbox?.remove();
});
beforeEach(async () => {
  place = await sandbox.place();
  const config = authFile(HOST, USER, PASSWORD);
  await outputFile(join(place.home, ".docker/config.json"), config, { mode: 0o600 });
});

/** Asks a registry that behaves so. */
const ask = (
  behaviour: Behaviour,
  env: JobEnv = place.env,
  args: readonly string[] = [IMAGE],
): Promise<Outcome> => {
  registries.set(HOST, registry({ login: "basic", ...behaviour }));
  return place.berth(["doctor", "--check", ...args], { ...env, ...registries.env });
};

/** What is found, as `code: text` and the hint. */
const findingsOf = async (behaviour: Behaviour, env?: JobEnv) => {
  const { stdout } = await ask(behaviour, env, ["--format", "json", IMAGE]);
  return JSON.parse(stdout).findings.map(({ code, text, hint }: Record<string, string>) => [
    `${code}: ${text}`,
    hint,
  ]);
};

describe("a finding of what the registry says names the step, and what to do", () => {
  const NAME = refusal(404, "NAME_UNKNOWN", "repository name not known to registry");
  test.each<[string, Behaviour, string, string]>([
    [
      "no registry",
      { answers: { ping: { status: 404, body: "" } } },
      "no-registry: reach: there is no registry: HTTP 404",
      "is the name right, with its port?",
    ],
    [
      "a wrong credential",
      { answers: { ping: known(refusal(401, "UNAUTHORIZED", "no")) } },
      "wrong-credential: identity: the credential is not accepted: HTTP 401, UNAUTHORIZED: no",
      "log in again: berth ci-env; is a token that is used up, or another registry's, in its place?",
    ],
    [
      "no permission",
      { answers: { upload: DENIED } },
      "no-permission: push: no permission: HTTP 403, DENIED: requested access to the resource is denied",
      "give its user, or its token, the right to this in the registry; or log in by another credential",
    ],
    [
      "no such repository",
      { answers: { upload: NAME } },
      "not-found: push: no such repository, or it is hidden: HTTP 404, NAME_UNKNOWN: repository name not known to registry",
      "is the name right, and does it have to be made first (ECR, Artifact Registry)?",
    ],
    [
      "a limit",
      { answers: { head: { status: 429, body: "" } } },
      "rate-limit: pull: too many requests: HTTP 429",
      "wait, or log in: those who are known may do more",
    ],
    [
      "a failure",
      { answers: { head: { status: 500, body: "" } } },
      "server: pull: the registry fails: HTTP 500",
      "ask again later",
    ],
  ])("%s", async (_, behaviour, told, hint) => {
    const text = told.replace(/^([\w-]+): /, `$1: ${IMAGE}: `);
    expect(await findingsOf(behaviour)).toEqual([[text, hint]]);
  });

  test("a certificate that nobody trusts", async () => {
    const env = { ...place.env, ...registries.untrusted };
    const { stdout } = await place.berth(["doctor", "--check", "--format", "json", IMAGE], env);
    expect(JSON.parse(stdout).findings).toEqual([
      {
        ...{ level: "warning", code: "tls" },
        text: expect.stringMatching(/: reach: its certificate is not trusted \(/),
        hint: "put its authority's certificate into /etc/docker/certs.d/HOST/ca.crt, or name it with SSL_CERT_FILE",
      },
    ]);
  });

  test("a registry that is not there", async () => {
    const { port, stop } = await startAnswering([]);
    await stop();
    const name = `127.0.0.1:${port}/app`;
    const { stdout } = await ask({}, place.env, ["--format", "json", name]);
    expect(JSON.parse(stdout).findings).toEqual([
      {
        ...{ level: "warning", code: "network" },
        text: `${name}: reach: it cannot be reached (ECONNREFUSED)`,
        hint: "is the name right, and is a proxy needed (HTTPS_PROXY)?",
      },
    ]);
  });
});

describe("advice is the CI system's own", () => {
  const github = (change: JobEnv = {}): JobEnv => {
    const options = { id: 1, host: "", project: "Acme/App", token: PASSWORD };
    return { ...githubJob(place, options), GITHUB_SERVER_URL: "https://example.test", ...change };
  };
  const gitlab = (image: string): JobEnv =>
    place.job({ CI_REGISTRY: HOST, CI_REGISTRY_IMAGE: image, CI_REGISTRY_PASSWORD: PASSWORD });
  /** The hints of what the registry denies, without what is said of the job. */
  const hints = async (behaviour: Behaviour, env: JobEnv) =>
    (await findingsOf(behaviour, env))
      .filter(([text = ""]: readonly string[]) => text.startsWith("no-permission"))
      .map(([, hint]: readonly string[]) => hint);

  const push: Behaviour = { answers: { upload: DENIED } };
  const pull: Behaviour = { answers: { head: DENIED } };
  const linked =
    "and the package has to be linked with Acme/App (Package settings › Manage Actions access)";

  test("GitHub's, to push", async () => {
    expect(await hints(push, github())).toEqual([
      `add to the job:  permissions: { packages: write }; ${linked}`,
    ]);
  });

  test("GitHub's, to pull", async () => {
    expect(await hints(pull, github())).toEqual([
      `add to the job:  permissions: { packages: read }; ${linked}`,
    ]);
  });

  test("GitHub's, in the pull request of a fork", async () => {
    const event = join(place.folder, "event.json");
    const [head, base] = ["Somebody/App", "Acme/App"].map((it) => ({ repo: { full_name: it } }));
    await writeFile(event, JSON.stringify({ pull_request: { head, base } }));
    expect(await hints(push, github({ GITHUB_EVENT_PATH: event }))).toEqual([
      "this is a fork's pull request, whose token may only read",
    ]);
  });

  test.each([
    ["is not there", undefined],
    ["is no JSON", "{"],
    ["says nothing", "null"],
    ["says something else", '{"pull_request":{"head":null,"base":[1]}}'],
  ])("GitHub's, whose event %s", async (_, text) => {
    const event = join(place.folder, "event.json");
    if (text !== undefined) await writeFile(event, text);
    expect(await hints(push, github({ GITHUB_EVENT_PATH: event }))).toEqual([
      `add to the job:  permissions: { packages: write }; ${linked}`,
    ]);
  });

  test("GitLab's, to push to the own project", async () => {
    expect(await hints(push, gitlab(`${HOST}/g/p`))).toEqual([
      "may the user who started the pipeline push? (Manage › Members: Developer or above)",
    ]);
  });

  test("GitLab's, to push to another's", async () => {
    expect(await hints(push, gitlab(`${HOST}/g/other`))).toEqual([
      `a job token pushes to its own project alone: ${HOST}/g/other`,
    ]);
  });

  test("GitLab's, to pull from another's", async () => {
    expect(await hints(pull, gitlab(`${HOST}/g/other`))).toEqual([
      "the other project has to allow this one (Settings › CI/CD › Job token permissions), and the user who started the pipeline has to be its member",
    ]);
  });
});

describe("the credential of a job's berth is asked with", () => {
  test.each([
    ["from its files", ""],
    ["by its helper", "--store helper"],
  ])("%s", async (_, options) => {
    // That of the runner is the job's own here, which would be a finding.
    await outputFile(join(place.home, ".docker/config.json"), "{}");
    registries.set(HOST, registry());
    const job = { CI_REGISTRY: HOST, CI_REGISTRY_IMAGE: `${HOST}/g/p` };
    const own = { CI_REGISTRY_USER: USER, CI_REGISTRY_PASSWORD: PASSWORD };
    const script = `eval "$(berth ci-env --quiet ${options})"; berth doctor --check --quiet --format json`;
    const env = { ...place.job({ ...job, ...own }), ...registries.env };
    const run = await place.run(["sh", "-c", script], env);
    expect([run.exitCode, run.stderr, leaksIn(run.stdout, [PASSWORD])]).toEqual([0, "", []]);
    const [{ name, checks }] = JSON.parse(run.stdout).registries;
    expect([name, checks.map(({ text }: { readonly text: string }) => text)]).toEqual([
      `${HOST}/g/p`,
      [
        "reached, and its certificate is trusted",
        ...[`accepted as ${USER}`, "allowed: latest is there", "allowed"],
      ],
    ]);
  });
});

describe("a registry is asked no more than is needed", () => {
  const asked = async (behaviour: Behaviour) => {
    const start = registries.come.length;
    const { exitCode } = await ask(behaviour);
    return [exitCode, registries.come.slice(start).map(({ method, path }) => `${method} ${path}`)];
  };

  test("one that wants to be left alone is not asked again", async () => {
    const answer = refusal(429, "TOOMANYREQUESTS", "slow down");
    expect(await asked({ answers: { ping: answer } })).toEqual([1, ["GET /v2/"]]);
  });

  test("nor when it says for how long", async () => {
    const answer = refusal(429, "TOOMANYREQUESTS", "slow down", { "retry-after": "1" });
    const start = performance.now();
    expect(await asked({ answers: { ping: answer } })).toEqual([1, ["GET /v2/"]]);
    expect(performance.now() - start).toBeLessThan(8_000);
  });

  test("one that fails for the moment is asked again", async () => {
    expect(await asked({ answers: { ping: { status: 503, body: "" } } })).toEqual([
      ...[1, ["GET /v2/", "GET /v2/"]],
    ]);
  });

  test("one that does not answer is waited for half a minute at most", async () => {
    const start = performance.now();
    const { exitCode, stdout } = await ask({ answers: { ping: "hang" } });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("  reach      no answer in 10 s\n");
    expect(performance.now() - start).toBeLessThan(40_000);
  });
});

describe("RULE 23, in the whole program: the credential arrives nowhere else", () => {
  const ELSEWHERE = { status: 307, headers: { location: "https://trap.example.test/" }, body: "" };
  const LOCATION = {
    status: 202,
    headers: { location: `http://${HOST}/v2/g/p/blobs/uploads/1` },
    body: "",
  };
  test.each<[string, Behaviour]>([
    ["a realm without TLS", { login: `Bearer realm="http://${HOST}/token"` }],
    ["a realm without TLS elsewhere", { login: 'Bearer realm="http://trap.example.test/token"' }],
    ["a realm in the job's network", { login: 'Bearer realm="https://10.0.0.1/token"' }],
    ["a realm on this machine", { login: 'Bearer realm="https://127.0.0.1:1/token"' }],
    ["a redirection of the first answer", { answers: { ping: known(ELSEWHERE) } }],
    ["a redirection of the token server", { login: "bearer", answers: { token: ELSEWHERE } }],
    ["a redirection of a manifest", { answers: { head: ELSEWHERE } }],
    ["a redirection of an upload", { answers: { upload: ELSEWHERE } }],
    ["an upload without TLS", { answers: { upload: LOCATION } }],
  ])("%s", async (_, behaviour) => {
    const start = registries.come.length;
    await ask(behaviour);
    const strangers = registries.come
      .slice(start)
      .filter(({ authorization }) => authorization !== "")
      .filter(({ scheme, host }) => scheme !== "https" || host !== HOST);
    expect(strangers).toEqual([]);
  });
});

const said = ({ stdout, stderr }: Outcome): string => stdout + stderr;

/** Of each kind of attack on logs something, as one text. */
const EVIL = ["line break", "carriage return", "azure", "gitlab", "buildkite", "ansi", "marks"]
  .map((name) => payloads[name])
  .join(" ");

describe("hostile: nothing that a registry says is raw in what is said", () => {
  const answer = refusal(403, EVIL, EVIL);
  const challenge = `Bearer realm="https://x/${EVIL.replace(/[^ !#-~]/g, "")}"`;
  test.each<[string, Behaviour]>([
    ["at first", { answers: { ping: answer } }],
    ["instead of a token", { login: "bearer", answers: { token: answer } }],
    ["of an image", { answers: { head: refusal(404, "", ""), get: answer, upload: answer } }],
    ["as a token", { login: "bearer", answers: { token: json(200, { token: EVIL }) } }],
    ["in OAuth's form", { login: "bearer", answers: { token: json(400, { error: EVIL }) } }],
    ["as a challenge", { login: challenge }],
  ])("%s", async (_, behaviour) => {
    for (const args of [[IMAGE], ["--format", "json", IMAGE]]) {
      const run = await ask(behaviour, place.env, args);
      expect([run.exitCode, forgeries(said(run))]).toEqual([1, []]);
      expect(said(run)).not.toContain("BERTH_INTERNAL");
    }
  });

  const encoded = Buffer.from(`${USER}:${PASSWORD}`).toString("base64");
  test.each<[string, string, readonly string[]]>([
    ["Basic", "basic", [encoded, PASSWORD]],
    ["Bearer", "bearer", [ISSUED, encoded, PASSWORD]],
  ])("and no secret that it says back, by %s", async (_, login, secrets) => {
    const answer = refusal(403, "DENIED", `not with ${secrets.join(" and ")}`);
    const run = await ask({ login, answers: { head: answer, upload: answer } });
    expect([run.exitCode, leaksIn(said(run), secrets)]).toEqual([1, []]);
  });
});

describe("hostile: nothing of the environment is raw in what is said", () => {
  const github = (change: JobEnv) => ({
    ...githubJob(place, { id: 1, host: "", project: "Acme/App", token: PASSWORD }),
    ...{ GITHUB_SERVER_URL: "https://example.test", ...change },
  });
  const denied: Behaviour = { answers: { head: DENIED, upload: DENIED } };

  test.each([
    ...["GITHUB_REPOSITORY", "GITHUB_JOB", "GITHUB_EVENT_PATH", "GITHUB_ACTOR", "DOCKER_CONFIG"],
    ...["REGISTRY_AUTH_FILE", "HELM_REGISTRY_CONFIG", "XDG_CONFIG_HOME", "BUILDX_CONFIG"],
    ...["DOCKER_AUTH_CONFIG", "SSL_CERT_FILE", "HTTPS_PROXY", "NO_PROXY"],
  ])("%s", async (name) => {
    registries.set(HOST, registry({ login: "basic", ...denied }));
    // What has a line break is refused sooner.
    for (const text of [EVIL, EVIL.replace(/[\r\n]/g, " ")]) {
      const env = { ...github({}), ...registries.env, [name]: text };
      const run = await place.berth(["doctor", "--check", IMAGE], env);
      expect(forgeries(said(run))).toEqual([]);
      expect(said(run)).not.toContain("BERTH_INTERNAL");
    }
  });

  test("CI_REGISTRY_IMAGE", async () => {
    const CI_REGISTRY_IMAGE = `${HOST}/g/\x1b[31mother##vso[task.complete]`;
    const env = place.job({ CI_REGISTRY: HOST, CI_REGISTRY_IMAGE, CI_REGISTRY_PASSWORD: PASSWORD });
    expect(forgeries(said(await ask(denied, env)))).toEqual([]);
  });

  test("a user's name, by a helper", async () => {
    const answer = JSON.stringify({ Username: "me\n::error::x\x1b[31m", Secret: PASSWORD });
    const config = JSON.stringify({ credHelpers: { [HOST]: "test" } });
    await outputFile(join(place.home, ".docker/config.json"), config);
    const helper = join(place.folder, "bin/docker-credential-test");
    await outputFile(join(place.folder, "answer.json"), answer);
    await outputFile(helper, `#!/bin/sh\ncat '${place.folder}/answer.json'\n`, { mode: 0o755 });
    const PATH = `${place.env["PATH"]}:${place.folder}/bin`;
    const run = await ask({ answers: { ping: known(json(200, {})) } }, { ...place.env, PATH });
    expect([forgeries(said(run)), run.stdout]).toEqual([
      [],
      expect.stringContaining("accepted as me\\x0a::error::x\\x1b[31m"),
    ]);
  });
});

describe("a name that cannot be asked for is refused, or told of: never a bug of berth's", () => {
  test.each(["r.example:99999", "300.1.1.1/app", "[1]:5000", "a.b.1"])("%s", async (name) => {
    const run = await place.berth(["doctor", "--check", name], { ...place.env, ...registries.env });
    expect(said(run)).not.toContain("BERTH_INTERNAL");
    expect(run.exitCode).toBeGreaterThan(0);
  });
});
