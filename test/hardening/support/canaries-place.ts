import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { auth, type Place } from "../../e2e/support/sandbox.ts";
import type { JobEnv } from "../../support/job.ts";
import { canary } from "./canaries.ts";

/** Secrets that a job has in its environment, and those that are in files or that a program gives. */
const IN_JOB = ["password", "token", "deploy", "proxy", "variable", "identity", "asked"] as const;
const IN_FILES = [
  ...["base", "base-plain", "base-identity", "base-token", "header", "http-proxy", "bad"],
  ...["pods", "helm", "file", "agent", "helper"],
] as const;

const byName = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, canary(name)]));

export const inJob = byName(IN_JOB);
export const inFiles = byName(IN_FILES);
export const all = { ...inJob, ...inFiles };

const login = (name: string) => ({ auth: auth(`user-of-${name}`, canary(name)) });

const BASE = {
  auths: {
    "base.example.com": login("base"),
    "plain.example.com": { username: "u", password: canary("base-plain") },
    "bad.example.com": { auth: `${canary("bad")}:` },
    "identity.example.com": { auth: auth("u", ""), identitytoken: canary("base-identity") },
    "token.example.com": { registrytoken: canary("base-token") },
    "stored.example.com": {},
  },
  credHelpers: { "helped.example.com": "canary" },
  credsStore: "canary",
  HttpHeaders: { Authorization: canary("header") },
  proxies: { default: { httpProxy: `http://u:${canary("http-proxy")}@proxy.example.com` } },
};

// They live long enough to be seen, and note what they were given: their environment and their words.
const note = (says: string) =>
  `#!/bin/sh\n{ echo "$0 $*"; env; } >> "$CANARY_NOTES"\nsleep 0.1\n${says}\n`;

const PROGRAMS: Readonly<Record<string, string>> = {
  "buildkite-agent": note(`echo '${canary("agent")}'`),
  appveyor: note(":"),
  "docker-credential-canary": note(`echo '{"Username":"u","Secret":"${canary("helper")}"}'`),
  noting: note(""),
};

/** Puts a canary wherever one can be in a place; `notes` is where its programs say what they were given. */
export const furnish = async (place: Place): Promise<{ notes: string; path: string }> => {
  const at = (...names: string[]) => join(place.folder, ...names);
  const write = async (path: string, json: object) => {
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, JSON.stringify(json));
  };
  await write(join(place.home, ".docker/config.json"), BASE);
  const pods = { auths: { "pods.example.com": login("pods") } };
  await write(join(place.home, ".config/containers/auth.json"), pods);
  const helm = { auths: { "helm.example.com": login("helm") } };
  await write(join(place.home, ".config/helm/registry/config.json"), helm);
  await mkdir(at("given"));
  await writeFile(at("given/password"), `${canary("file")}\n`);
  for (const [name, text] of Object.entries(PROGRAMS))
    await writeFile(at("given", name), text, { mode: 0o755 });
  return { notes: at("given/notes"), path: `${at("given")}:${place.env["PATH"]}` };
};

const variable = JSON.stringify({
  auths: {
    "v.example.com": login("variable"),
    "i.example.com": { auth: auth("u", ""), identitytoken: canary("identity") },
  },
});

const ASKED = "asked.example.com,username=me,password-env=ASKED";

/** Jobs that have every secret that can be in an environment. */
export const jobsIn = (place: Place, { notes, path }: { notes: string; path: string }) => {
  const common: JobEnv = {
    ...{ PATH: path, CANARY_NOTES: notes, CANARY: "1", DOCKER_AUTH_CONFIG: variable },
    ...{ ASKED: canary("asked") },
    BERTH_REGISTRIES: `${ASKED}\nfile.example.com,username=me,password-file=given/password`,
  };
  const gitlab = place.job({
    ...common,
    ...{ CI_REGISTRY_USER: "me", CI_REGISTRY_PASSWORD: canary("password") },
    ...{ CI_JOB_TOKEN: canary("token"), CI_DEPLOY_USER: "d", CI_DEPLOY_PASSWORD: canary("deploy") },
    ...{ CI_DEPENDENCY_PROXY_SERVER: "gitlab.example.com:443", CI_DEPENDENCY_PROXY_USER: "p" },
    CI_DEPENDENCY_PROXY_PASSWORD: canary("proxy"),
  });
  const machine = { ...place.env, ...common, CI: "true" };
  const buildkite: JobEnv = {
    ...{ ...machine, BUILDKITE: "true", BUILDKITE_JOB_ID: "1" },
    BERTH_REGISTRIES: `${common["BERTH_REGISTRIES"]}\npackages.buildkite.com/o/r`,
  };
  const appveyor: JobEnv = { ...machine, APPVEYOR: "true", APPVEYOR_JOB_ID: "1" };
  return { gitlab, buildkite, appveyor };
};
