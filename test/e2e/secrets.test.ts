import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { githubJob, type JobEnv } from "../support/job.ts";
import { auth, makeSandbox, type Outcome, type Place, type Sandbox } from "./support/sandbox.ts";

// One of its own for each place that a secret can come from, so that a leak names it.
const canary = (name: string): string => `glpat-Canary+${name}/9f8e7d`;

const canaries = [
  ...["registry-password", "job-token", "deploy-password", "proxy-password", "github-token"],
  ...["custom-token", "variable", "cut-variable", "variable-file", "identity", "registry-token"],
  ...["base", "base-plain", "bad-auth", "containers", "helm", "header", "http-proxy", "later"],
  ...["given-as-name", "url", "env-file"],
] as const;

const userOf = (name: (typeof canaries)[number]): string => `user-of-${name}`;
const encoded = (name: (typeof canaries)[number]) => auth(userOf(name), canary(name));

/** The parts of a secret that do not depend on what it stands beside: base64 of it at each of the three offsets. */
const inBase64 = (secret: string): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const text = Buffer.from(" ".repeat(offset) + secret).toString("base64");
    return text.slice(offset === 0 ? 0 : 4, -6);
  });

const leaksOf = (text: string): readonly string[] =>
  canaries.filter((name) => {
    const secret = canary(name);
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret), ...inBase64(secret)];
    return forms.some((form) => text.includes(form));
  });

let sandbox: Sandbox;
let place: Place;
const outcomes: {
  readonly name: string;
  readonly exitCode: number | undefined;
  readonly text: string;
}[] = [];

const writeConfigs = async (): Promise<void> => {
  const folders = [".docker", ".config/containers", ".config/helm/registry"];
  const [docker = "", containers = "", helm = ""] = folders.map((it) => join(place.home, it));
  for (const folder of [docker, containers, helm]) await mkdir(folder, { recursive: true });
  const write = (file: string, content: object) => writeFile(file, JSON.stringify(content));
  await write(join(docker, "config.json"), {
    auths: {
      "base.example.com": { auth: encoded("base") },
      "plain.example.com": { username: "u", password: canary("base-plain") },
      "bad.example.com": { auth: `${canary("bad-auth")}:` },
      "identity.example.com": { auth: auth("u", ""), identitytoken: canary("identity") },
      "token.example.com": { registrytoken: canary("registry-token") },
    },
    HttpHeaders: { Authorization: canary("header") },
    proxies: { default: { httpProxy: `http://u:${canary("http-proxy")}@proxy` } },
  });
  await write(join(containers, "auth.json"), {
    auths: { "containers.example.com": { auth: encoded("containers") } },
  });
  await write(join(helm, "config.json"), {
    auths: { "helm.example.com": { auth: encoded("helm") } },
  });
  await write(join(place.folder, "variable.json"), {
    auths: { "file.example.com": { auth: encoded("variable-file") } },
  });
  await writeFile(
    join(place.folder, "broken.json"),
    `{"auths": {"x": {"auth": "${encoded("variable-file")}`,
  );
  await writeFile(join(place.folder, "job.env"), `CI_REGISTRY_PASSWORD=${canary("env-file")}\n`);
};

const gitlab = (change: Readonly<Record<string, string>> = {}): JobEnv =>
  place.job({
    ...{ CI_REGISTRY_USER: "me", CI_REGISTRY_PASSWORD: canary("registry-password") },
    ...{ CI_JOB_TOKEN: canary("job-token") },
    ...{ CI_DEPLOY_USER: "deployer", CI_DEPLOY_PASSWORD: canary("deploy-password") },
    ...{ CI_DEPENDENCY_PROXY_SERVER: "gitlab.example.com:443", CI_DEPENDENCY_PROXY_USER: "p" },
    ...{ CI_DEPENDENCY_PROXY_PASSWORD: canary("proxy-password") },
    DOCKER_AUTH_CONFIG: JSON.stringify({
      auths: { "v.example.com": { auth: encoded("variable") } },
    }),
    ...change,
  });

const github = (): JobEnv => ({
  ...githubJob(place, { id: 1, host: "", project: "g/p", token: canary("github-token") }),
  CUSTOM: canary("custom-token"),
});

const name = canary("given-as-name");

const runs: readonly (readonly [args: string, env: () => JobEnv, status: number])[] = [
  ["ci-env", gitlab, 0],
  ["ci-env --verbose", gitlab, 0],
  ["ci-env --dry-run --verbose", gitlab, 0],
  ["ci-env --shell json", gitlab, 0],
  ["ci-env --shell dotenv --verbose", gitlab, 0],
  ["ci-env --gitlab-credentials deploy --verbose", gitlab, 0],
  ["ci-env --env-file job.env --verbose", gitlab, 0],
  [
    "ci-env --verbose",
    () => gitlab({ DOCKER_AUTH_CONFIG: join(place.folder, "variable.json") }),
    0,
  ],
  ["ci-env --verbose", github, 0],
  ["ci-env --token-env CUSTOM --verbose --shell json", github, 0],
  ["ci-env", () => gitlab({ DOCKER_AUTH_CONFIG: `{"auths": {"x": "${canary("cut-variable")}` }), 1],
  ["ci-env --shell json", () => gitlab({ DOCKER_AUTH_CONFIG: canary("cut-variable") }), 1],
  ["ci-env", () => gitlab({ DOCKER_AUTH_CONFIG: join(place.folder, "broken.json") }), 1],
  ["ci-env", () => gitlab({ CI_REGISTRY: `https://u:${canary("url")}@registry.example.com` }), 1],
  ["ci-env", () => gitlab({ CI_REGISTRY_USER: "a:b" }), 1],
  ["ci-env --tmp-dir none --verbose", gitlab, 1],
  ["ci-env --frob", gitlab, 2],
  [`ci-env --token-env ${name}`, github, 2],
  [`ci-env --token-env=${name} --shell json`, github, 2],
  [`ci-env --registry-host u:${canary("url")}@ghcr.io`, github, 1],
  [`ci-env ${name}`, github, 2],
  [`ci-env github ${name}`, github, 2],
  [name, github, 2],
  [`ci-env --token ${name}`, github, 2],
  [`ci-env --token=${name}`, github, 2],
  ["cleanup", gitlab, 0],
  ["cleanup --frob", gitlab, 2],
];

beforeAll(async () => {
  sandbox = await makeSandbox("secrets");
  place = await sandbox.place();
  await writeConfigs();
  for (const [args, env, status] of runs) {
    const { exitCode, stdout, stderr }: Outcome = await place.berth(args.split(" "), env());
    outcomes.push({ name: `${args} (${status})`, exitCode, text: stdout + stderr });
  }
});

afterAll(() => sandbox?.remove());

test("every run ends as it should", () => {
  expect(outcomes.map(({ name: run, exitCode }) => [run, exitCode])).toEqual(
    runs.map(([args, , status]) => [`${args} (${status})`, status]),
  );
});

test("no secret, in no encoding, is in what any run prints", () => {
  expect(outcomes.map(({ name: run, text }) => [run, leaksOf(text)])).toEqual(
    outcomes.map(({ name: run }) => [run, []]),
  );
});

test("the job's files have the secrets, and nothing else in the temp directory has", async () => {
  const fresh = await sandbox.place();
  const { root } = fresh;
  const own = { TMPDIR: fresh.temporary };
  await place.berth(["ci-env"], gitlab(own));
  const [berth = ""] = await readdir(root);
  const leaks = async (file: string) => leaksOf(await readFile(join(root, berth, file), "utf8"));
  expect(await leaks("berth.json")).toEqual([]);
  const both = [
    "registry-password",
    "proxy-password",
    "variable",
    "identity",
    "base",
    "base-plain",
  ];
  expect([...(await leaks("auth.json"))].sort()).toEqual(
    [...both, "containers", "registry-token"].sort(),
  );
  expect([...(await leaks("config.json"))].sort()).toEqual(
    [...both, "registry-token", "helm", "header", "http-proxy"].sort(),
  );
  expect((await readdir(join(root, berth))).sort()).toEqual([
    "auth.json",
    "berth.json",
    "config.json",
  ]);
});
