import { readdir, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parse } from "yaml";
import type { AuthEntry } from "../src/docker-config/model.ts";
import type { Exit } from "../src/main.ts";
import { pullSecretManifest } from "../src/pull-secret.ts";
import { complaint } from "./fixtures/complaint.ts";
import { base64, configOf, inStore, login } from "./fixtures/configs.ts";
import { githubJob, gitlabJob, type Variables } from "./fixtures/environments.ts";
import { hostileText } from "./fixtures/hostile-text.ts";
import { planAt } from "./fixtures/plan.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";
import { tokenWith } from "./fixtures/unsigned-token.ts";
import { forgeries } from "./hardening/support/payloads.ts";
import { leaksIn } from "./support/leaks.ts";

const OWN = gitlabJob.CI_REGISTRY;
const HUB = "https://index.docker.io/v1/";
const DEPLOY = { CI_DEPLOY_USER: "gitlab+deploy-token-1", CI_DEPLOY_PASSWORD: "test-token-deploy" };
const deployJob = { ...gitlabJob, ...DEPLOY };
const R = { R_USER: "me", R_TOKEN: "test-token-of-r" };
const R_SPEC = "--registry r.example,username-env=R_USER,password-env=R_TOKEN";
const LOGINS = { notices: [], lacking: new Map<string, never>() };
const SECRETS = [
  ...[gitlabJob.CI_REGISTRY_PASSWORD, gitlabJob.CI_JOB_TOKEN, DEPLOY.CI_DEPLOY_PASSWORD, R.R_TOKEN],
  githubJob.GITHUB_TOKEN,
];

const entry = (user: string, password: string) => ({ auth: base64(`${user}:${password}`) });

let program: Program;
beforeEach(async () => {
  program = await makeProgram("pull-secret");
});
afterEach(() => program?.remove());

const run = (line: string, env: Variables = deployJob): Promise<Exit> =>
  program.run(`pull-secret ${line}`, env);

/** Puts logins into the config that the runner's jobs share. */
const share = (config: unknown) =>
  writeFile(program.at("home/.docker/config.json"), JSON.stringify(config), { mode: 0o600 });

/** A manifest, with its data in the open. */
const decoded = (text: string) => {
  const { data, ...rest } = parse(text);
  const { ".dockerconfigjson": value, ...others } = data;
  return {
    ...rest,
    data: {
      ...others,
      ".dockerconfigjson": JSON.parse(Buffer.from(value, "base64").toString("utf8")),
    },
  };
};

const manifest = (auths: unknown, metadata: unknown = { name: "regcred" }) => ({
  ...{ apiVersion: "v1", kind: "Secret", metadata, type: "kubernetes.io/dockerconfigjson" },
  data: { ".dockerconfigjson": { auths } },
});

const deployed = { [OWN]: entry(DEPLOY.CI_DEPLOY_USER, DEPLOY.CI_DEPLOY_PASSWORD) };
const WITH_DEPLOY = "gitlab --gitlab-credentials deploy";

describe("a manifest", () => {
  const shared = {
    auths: {
      "o.example": entry("other", "test-token-o"),
      "o.example/group": entry("part", "test-token-part"),
      [HUB]: entry("hub", "test-token-hub"),
    },
  };
  const TOLD = `berth: a Secret for ${OWN}\n`;

  test.each<[string, string, Variables, unknown, string]>([
    ["of the job's own registry", WITH_DEPLOY, deployJob, manifest(deployed), TOLD],
    [
      "under a name, in a namespace",
      `${WITH_DEPLOY} --name my.pull-secret --namespace prod-1`,
      deployJob,
      manifest(deployed, { name: "my.pull-secret", namespace: "prod-1" }),
      TOLD,
    ],
    [
      "under a name that is a number, a truth value or nothing to YAML",
      `${WITH_DEPLOY} --name 1 --namespace null`,
      deployJob,
      manifest(deployed, { name: "1", namespace: "null" }),
      TOLD,
    ],
    [
      "under a name of the environment",
      WITH_DEPLOY,
      { ...deployJob, BERTH_SECRET_NAME: "true", BERTH_NAMESPACE: "1e3" },
      manifest(deployed, { name: "true", namespace: "1e3" }),
      TOLD,
    ],
    ["without a word", `${WITH_DEPLOY} --quiet`, deployJob, manifest(deployed), ""],
    [
      "of a credential of the pipeline's own variables",
      R_SPEC,
      { ...gitlabJob, ...R },
      manifest({ "r.example": entry("me", R.R_TOKEN) }),
      "berth: a Secret for r.example\n",
    ],
    [
      "of what the runner has, with its parts",
      "--registry https://O.example/v2/",
      gitlabJob,
      manifest({
        "o.example": entry("other", "test-token-o"),
        "o.example/group": entry("part", "test-token-part"),
      }),
      "berth: a Secret for o.example\n",
    ],
    [
      "of Docker Hub, under the key that the cluster knows",
      "--registry docker.io",
      gitlabJob,
      manifest({ [HUB]: entry("hub", "test-token-hub") }),
      "berth: a Secret for docker.io\n",
    ],
    [
      "of several, each once",
      `${WITH_DEPLOY} --registry ${OWN} ${R_SPEC} --registry r.example --registry docker.io`,
      { ...deployJob, ...R },
      manifest({
        ...deployed,
        "r.example": entry("me", R.R_TOKEN),
        [HUB]: entry("hub", "test-token-hub"),
      }),
      `berth: a Secret for ${OWN}, r.example, docker.io\n`,
    ],
    [
      "of what the pipeline's variables list",
      "--registry r.example",
      {
        ...gitlabJob,
        ...R,
        BERTH_REGISTRIES: `${R_SPEC.slice("--registry ".length)}\nx.example,username=u,password-env=X`,
      },
      manifest({ "r.example": entry("me", R.R_TOKEN) }),
      "berth: a Secret for r.example\n",
    ],
    [
      "of the job's own, whatever else is listed",
      WITH_DEPLOY,
      { ...deployJob, ...R, BERTH_REGISTRIES: R_SPEC.slice("--registry ".length) },
      manifest(deployed),
      TOLD,
    ],
    [
      "of what is named, before what is listed for it",
      R_SPEC,
      { ...gitlabJob, ...R, BERTH_REGISTRIES: "r.example,username=u,password-env=X" },
      manifest({ "r.example": entry("me", R.R_TOKEN) }),
      "berth: a Secret for r.example\n",
    ],
    [
      "of DOCKER_AUTH_CONFIG",
      "--registry v.example",
      {
        ...gitlabJob,
        DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { "v.example": entry("v", "test-token-v") } }),
      },
      manifest({ "v.example": entry("v", "test-token-v") }),
      "berth: a Secret for v.example\n",
    ],
    [
      "of a registry of the project's own, whose credential is no job's",
      "",
      { ...gitlabJob, CI_REGISTRY_USER: "robot", CI_REGISTRY_PASSWORD: "test-token-robot" },
      manifest({ [OWN]: entry("robot", "test-token-robot") }),
      TOLD,
    ],
    [
      "of a job's token, by force",
      "gitlab --force",
      gitlabJob,
      manifest({ [OWN]: entry("gitlab-ci-token", gitlabJob.CI_REGISTRY_PASSWORD) }),
      TOLD,
    ],
    [
      "of another token than GitHub's own",
      "github --token-env PAT",
      { ...githubJob, PAT: "test-token-pat" },
      manifest({ "ghcr.io": entry("octocat", "test-token-pat") }),
      "berth: a Secret for ghcr.io\n",
    ],
  ])("%s", async (_, line, env, expected, told) => {
    await share(shared);
    const { stdout, stderr, status } = await run(line, env);
    expect({ stderr, status }).toEqual({ stderr: told, status: 0 });
    expect(decoded(stdout)).toEqual(expected);
  });

  test("is what kubectl's own is, byte by byte", async () => {
    const { stdout } = await run(WITH_DEPLOY);
    const data = base64(JSON.stringify({ auths: deployed }));
    expect(stdout).toBe(
      [
        "apiVersion: v1",
        "kind: Secret",
        "metadata:",
        '  name: "regcred"',
        "type: kubernetes.io/dockerconfigjson",
        "data:",
        `  .dockerconfigjson: ${data}`,
        "",
      ].join("\n"),
    );
  });

  test("leaves nothing behind", async () => {
    await run(WITH_DEPLOY);
    expect(await readdir(program.at("tmp"))).toEqual([]);
  });

  test("decodes to what was given, whatever that is", () => {
    const text = fc.oneof(hostileText, fc.string({ unit: "grapheme" })).filter((it) => it !== "");
    fc.assert(
      fc.property(text, (password) => {
        const authFile = configOf({ auths: { "r.example": login("me", password) } });
        const plan = planAt("/tmp/berth-1/x", { authFile });
        const options = {
          name: "x",
          force: false,
          hosts: ["r.example"],
          jobTokens: [],
          logins: LOGINS,
        };
        const { data } = decoded(pullSecretManifest(plan, options));
        expect(data).toEqual({
          ".dockerconfigjson": { auths: { "r.example": entry("me", password) } },
        });
      }),
    );
  });
});

/** How a run ends that prints nothing, with what it says and the hint. */
const refusal = async (line: string, env?: Variables) => {
  const { stdout, stderr, status } = await run(line, env);
  const [said = "", hint = "", ...rest] = stderr.split("\n");
  return {
    ...{ stdout, status, rest },
    said: said.replace(/^berth: error: /, ""),
    hint: hint.replace(/^ {2}hint {7}/, ""),
  };
};
const refused = (status: number, said: string, hint: string) => ({
  ...{ stdout: "", status, rest: hint ? [""] : [], said, hint },
});

const DEPLOY_TOKEN =
  "create a deploy token that may read the registry (Settings › Repository › Deploy tokens), name it gitlab-deploy-token, and use --gitlab-credentials deploy";
const PAT =
  "create a token that may read packages (Settings › Developer settings › Personal access tokens (classic): read:packages), and name its variable: --token-env NAME";

const ANOTHER = "give one that lasts: --registry r.example,username-env=NAME,password-env=NAME";

describe("a credential that would not last is refused", () => {
  const dies = (what: string, end: string) =>
    `the credential for ${what} ${end}: the cluster could not pull any more, at the latest when a pod starts again elsewhere (BERTH_SHORT_LIVED)`;
  const WITH_JOB = "ends with the job";
  const variable = (user: string, password: string) => ({
    DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [OWN]: entry(user, password) } }),
  });

  test.each<[string, string, Variables, string, string]>([
    ["GitLab's, of the job", "gitlab", gitlabJob, dies(OWN, WITH_JOB), DEPLOY_TOKEN],
    [
      "GitLab's, by CI_JOB_TOKEN alone",
      "gitlab",
      { ...gitlabJob, CI_REGISTRY_USER: "", CI_REGISTRY_PASSWORD: "" },
      dies(OWN, WITH_JOB),
      DEPLOY_TOKEN,
    ],
    [
      "GitLab's, as a credential of its own",
      "--registry r.example,username-env=R_USER,password-env=CI_JOB_TOKEN",
      { ...gitlabJob, ...R },
      dies("r.example", WITH_JOB),
      ANOTHER,
    ],
    [
      "another job's, by its form",
      R_SPEC,
      { ...gitlabJob, ...R, R_TOKEN: "glcbt-64_test-token" },
      dies("r.example", WITH_JOB),
      ANOTHER,
    ],
    [
      "GitHub's, by its form, where the step is not given it",
      R_SPEC,
      { ...githubJob, ...R, GITHUB_TOKEN: "", R_TOKEN: "ghs_testtoken" },
      dies("r.example", WITH_JOB),
      ANOTHER,
    ],
    [
      "Amazon's, by the user's name",
      "--registry r.example",
      {
        ...gitlabJob,
        DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { "r.example": entry("AWS", "x") } }),
      },
      dies("r.example", WITH_JOB),
      ANOTHER,
    ],
    [
      "GitLab's, under whatever name, in DOCKER_AUTH_CONFIG",
      "gitlab",
      { ...gitlabJob, ...variable("somebody", gitlabJob.CI_JOB_TOKEN) },
      dies(OWN, WITH_JOB),
      DEPLOY_TOKEN,
    ],
    [
      "another job's, by the user's name",
      "gitlab",
      { ...gitlabJob, ...variable("gitlab-ci-token", "test-token-of-another") },
      dies(OWN, WITH_JOB),
      DEPLOY_TOKEN,
    ],
    ["GitHub's", "github", githubJob, dies("ghcr.io", WITH_JOB), PAT],
    [
      "GitHub's, by another variable",
      "github --token-env GH_TOKEN",
      { ...githubJob, GH_TOKEN: githubJob.GITHUB_TOKEN },
      dies("ghcr.io", WITH_JOB),
      PAT,
    ],
  ])("%s", async (_, line, env, said, hint) => {
    expect(await refusal(line, env)).toEqual(refused(1, said, `${hint}; or --force`));
  });

  test("and one of several is enough", async () => {
    const { status, stdout, said } = await refusal(`gitlab ${R_SPEC} --registry ${OWN}`, {
      ...gitlabJob,
      ...R,
    });
    expect({ status, stdout, said }).toEqual({ status: 1, stdout: "", said: dies(OWN, WITH_JOB) });
  });

  const NOW = new Date("2026-01-02T03:04:05Z");
  const options = { name: "x", force: false, hosts: ["r.example"], jobTokens: [], logins: LOGINS };
  const of = (parts: Partial<AuthEntry>) =>
    planAt("/tmp/berth-1/x", {
      now: NOW,
      authFile: configOf({ auths: { "r.example": { ...login("AWS", "x"), ...parts } } }),
    });

  test.each([
    ["twelve hours", "2026-01-02T15:04:05Z", "ends in 12 h"],
    ["a minute", "2026-01-02T03:05:05Z", "ends in 60 s"],
    ["no time at all", "2026-01-01T00:00:00Z", "ends in 0 s"],
    ["a year", "2027-01-02T03:04:05Z", "ends in 365 d"],
  ])("and one of which it is known that it ends: in %s", async (_, until, end) => {
    const plan = of({ until: new Date(until) });
    expect(await complaint(() => pullSecretManifest(plan, options))).toBe(
      `BERTH_SHORT_LIVED: ${dies("r.example", end).replace(" (BERTH_SHORT_LIVED)", "")}`,
    );
    expect(pullSecretManifest(plan, { ...options, force: true })).toContain("kind: Secret");
  });

  test("and one that says of itself that it has ended", async () => {
    await share({ auths: { "o.example": entry("me", tokenWith({ exp: 1_600_000_000 })) } });
    const { status, stdout } = await run("--registry o.example", gitlabJob);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  });
});

describe("what cannot be given to a cluster is refused", () => {
  const lacking = (why: string) => `no credential for r.example: ${why} (BERTH_MISSING_CREDENTIAL)`;
  const generic = { BERTH_JOB_ID: "1" };
  const RENEWS = "what the job has is a token for clients that renew it, which a cluster does not";

  test.each<[string, unknown, string]>([
    ["nothing", {}, "the job has none"],
    ["a marker of a store", { auths: { "r.example": {} } }, "the job has none"],
    ["another port's", { auths: { "r.example:443": entry("me", "x") } }, "the job has none"],
    ["a refresh token", { auths: { "r.example": { identitytoken: "test-token-i" } } }, RENEWS],
    [
      "a refresh token beside its user, as docker login writes it",
      { auths: { "r.example": { auth: base64("me:"), identitytoken: "test-token-i" } } },
      RENEWS,
    ],
    [
      "a token for the registry",
      { auths: { "r.example": { registrytoken: "test-token-r" } } },
      RENEWS,
    ],
  ])("%s", async (_, config, why) => {
    await share(config);
    expect(await refusal("generic --registry r.example", generic)).toEqual(
      refused(1, lacking(why), ANOTHER),
    );
  });

  test("what a helper has", async () => {
    const plan = planAt("/tmp/berth-1/x", {
      config: configOf({ credHelpers: { "r.example": "pass" } }),
      authFile: configOf({ auths: { "r.example": inStore() } }),
    });
    const options = { name: "x", force: true, hosts: ["r.example"], jobTokens: [], logins: LOGINS };
    expect(await complaint(() => pullSecretManifest(plan, options))).toBe(
      "BERTH_MISSING_CREDENTIAL: no credential for r.example: a credential helper has it, which a cluster cannot ask",
    );
  });

  test("with the way that this CI has to one that lasts", async () => {
    const { GITHUB_TOKEN: _, ...withoutToken } = githubJob;
    expect(await refusal("github", withoutToken)).toEqual(
      refused(1, "no login: GITHUB_TOKEN is not set (BERTH_MISSING_CREDENTIAL)", PAT),
    );
  });

  test("with why a credential that was asked for is not there", async () => {
    const { status, stdout, said } = await refusal(R_SPEC, { ...gitlabJob, R_USER: "me" });
    expect({ status, stdout, said }).toEqual({
      ...{ status: 1, stdout: "" },
      said: "no login to r.example: R_TOKEN is not set (BERTH_MISSING_CREDENTIAL)",
    });
  });

  test("a deploy token that is not there, with how it comes to be", async () => {
    expect(await refusal(WITH_DEPLOY, gitlabJob)).toEqual(
      refused(
        1,
        "no login: CI_DEPLOY_USER and CI_DEPLOY_PASSWORD are not both set (BERTH_MISSING_CREDENTIAL)",
        DEPLOY_TOKEN,
      ),
    );
  });

  test("a part of a registry that lacks its credential, beside one that has it", async () => {
    const [ours, theirs] = ["ours", "theirs"].map(
      (part) =>
        `--registry r.example/${part},username-env=R_USER,password-env=${part === "ours" ? "R_TOKEN" : "R_NONE"}`,
    );
    const { status, stdout, said } = await refusal(`${ours} ${theirs}`, { ...gitlabJob, ...R });
    expect({ status, stdout, said }).toEqual({
      ...{ status: 1, stdout: "" },
      said: "no login to r.example/theirs: R_NONE is not set (BERTH_MISSING_CREDENTIAL)",
    });
  });

  test("what an earlier run has written, of which nobody knows how long it lasts", async () => {
    await program.run(`ci-env ${R_SPEC}`, { ...gitlabJob, ...R });
    const there = await program.run("ci-env", gitlabJob);
    expect(there.stderr).toContain("r.example");
    expect(await refusal("--registry r.example", gitlabJob)).toEqual(
      refused(1, lacking("the job has none"), ANOTHER),
    );
    expect((await run("--registry r.example --force", gitlabJob)).status).toBe(0);
  });

  test("a job without a registry of its own, and none named", async () => {
    expect(await refusal("generic", generic)).toEqual(
      refused(2, "the job has no registry of its own (BERTH_USAGE)", "name one: --registry HOST"),
    );
  });

  test("no job", async () => {
    const { status, stdout, said } = await refusal("", {});
    expect({ status, stdout, said }).toEqual({
      ...{ status: 1, stdout: "" },
      said: "no CI system found: no variable of one that berth knows is set (BERTH_NO_CI)",
    });
  });
});

// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
describe("a name that is none of Kubernetes' is refused", () => {
  const plan = planAt("/tmp/berth-1/x");
  const options = { name: "x", force: true, hosts: [], jobTokens: [], logins: LOGINS };
  const of = (option: "name" | "namespace", value: string) =>
    complaint(() => pullSecretManifest(plan, { ...options, [option]: value }));
  const BOTH = ["name", "namespace"] as const;
  const NAMES = {
    capitals: "Regcred",
    "a blank": "a b",
    "an underscore": "a_b",
    "a dash at the start": "-a",
    "a dash at the end": "a-",
    "a dot at the start": ".a",
    "a dot at the end": "a.",
    "two dots": "a..b",
    "a way out": "../a",
    "a slash": "a/b",
    "a letter of another alphabet": "ä",
    "a line break": "a\nb",
    "a line break at the end": "a\n",
    "a line of YAML": 'a"\n  labels: {x: y}\n  z: "',
    "a quote": 'a"',
    "a comment": "a #b",
    "a sequence of a terminal": "\x1b[31ma",
    "a number of 254 letters": "a".repeat(254),
  } as const;

  test.each(BOTH)("--%s", async (option) => {
    for (const [what, value] of Object.entries(NAMES)) {
      expect([what, await of(option, value)]).toEqual([
        what,
        `BERTH_USAGE: --${option}: its value is no name of Kubernetes'`,
      ]);
    }
  });

  test("and so is a namespace with a dot, or of 64 letters", async () => {
    const refusals = await Promise.all(["a.b", "a".repeat(64)].map((it) => of("namespace", it)));
    expect(new Set(refusals)).toEqual(
      new Set(["BERTH_USAGE: --namespace: its value is no name of Kubernetes'"]),
    );
  });

  test("and no other", async () => {
    const good = [
      ...["a", "1", "a-b", "a--b", "0a0"].flatMap((it) =>
        BOTH.map((option) => [option, it] as const),
      ),
      ["name", "a.b-c.d"] as const,
      ["name", "a".repeat(253)] as const,
      ["namespace", "a".repeat(63)] as const,
    ];
    for (const [option, value] of good)
      expect([value, await of(option, value)]).toEqual([value, "no complaint"]);
  });

  test("by the program, too, before anything is printed", async () => {
    expect(await refusal(`${WITH_DEPLOY} --name Regcred`)).toEqual(
      refused(
        2,
        "--name: its value is no name of Kubernetes' (BERTH_USAGE)",
        "write it in lower case, with digits and dashes: --name regcred",
      ),
    );
  });
});

describe("what is said", () => {
  test.each([
    ["", gitlabJob],
    [WITH_DEPLOY, deployJob],
    ["gitlab --force", gitlabJob],
    [R_SPEC, { ...gitlabJob, ...R }],
    ["github", githubJob],
  ])("holds no secret: pull-secret %s", async (line, env) => {
    const { stderr } = await run(line, env);
    expect(leaksIn(stderr, SECRETS)).toEqual([]);
  });

  test.each([
    ["a token", "glpat-AbCdEfGhIjKlMnOp"],
    ["a token in lower case", "ghp0123456789abcdef0123456789"],
    ["a user and a password", "me:hunter2hunter2@r.example"],
  ])(
    "TRAP 40: shows nothing that stands where a registry should, for it may be one: %s",
    async (_, it) => {
      const { stderr, status } = await run(`--registry ${it}`, gitlabJob);
      expect(status).toBeGreaterThan(0);
      expect(stderr.toLowerCase()).not.toContain(it.toLowerCase().slice(0, 12));
    },
  );

  test.each([
    ["a sequence of a terminal", "r.example\x1b[31m"],
    ["a command of Azure's", "##vso[task.complete]"],
    ["a mark that turns the direction", "r.example\u202e"],
  ])("holds nothing raw of a variable: %s", async (_, it) => {
    const { stderr, stdout } = await run("gitlab --force", { ...gitlabJob, BERTH_REGISTRIES: it });
    expect(forgeries(stderr)).toEqual([]);
    expect(forgeries(stdout)).toEqual([]);
  });

  test("no job's token passes for one that lasts by a line break at its end", async () => {
    const env = { ...gitlabJob, ...R, R_TOKEN: `${gitlabJob.CI_JOB_TOKEN}\n` };
    expect((await run(R_SPEC, env)).status).toBe(1);
  });
});
