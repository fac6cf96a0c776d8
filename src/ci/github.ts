import { parseRegistry } from "../docker-config/keys.ts";
import { missing } from "../notice.ts";
import type { LoginRequest } from "../registries/kind.ts";
import { checkOneLine, type Env, type JobVariables } from "../variables.ts";
import { type Access, type CiSystem, type LoginOptions, required } from "./system.ts";

// Each of these runs GitHub's workflows with GITHUB_ACTIONS=true, against a server of its own (TRAPS 1, 3, 21).
const LOOK_ALIKES = [
  { variable: "FORGEJO_ACTIONS", title: "Forgejo Actions" },
  { variable: "GITEA_ACTIONS", title: "Gitea Actions" },
  { variable: "ACT", title: "act" },
] as const;

const lookAlike = (env: Env) => LOOK_ALIKES.find(({ variable }) => env[variable] === "true");

const serverHost = (env: Env): string | undefined => {
  const url = env["GITHUB_SERVER_URL"];
  return url && URL.canParse(url) ? new URL(url).hostname || undefined : undefined;
};

// https://docs.github.com/en/packages/working-with-a-github-packages-registry/working-with-the-container-registry
// github.com has a registry of its own name; GHE.com and Enterprise Server with subdomain isolation have `containers.`.
const registryOf = (env: Env): string | undefined => {
  const host = serverHost(env);
  if (!host) return undefined;
  return host === "github.com" ? "ghcr.io" : `containers.${host}`;
};

const imageOf = (registry: string, env: Env): string | undefined => {
  const repository = env["GITHUB_REPOSITORY"];
  return repository && `${registry}/${checkOneLine(repository, "GITHUB_REPOSITORY")}`.toLowerCase();
};

const login = (
  registry: string,
  registryFrom: string,
  { env, secrets }: JobVariables,
  options: LoginOptions,
): Pick<Access, "logins" | "notices"> => {
  const tokenName = options.tokenEnv ?? "GITHUB_TOKEN";
  const secret = secrets[tokenName];
  const other = lookAlike(env);
  if (other && !options.registryHost) {
    const text = `no login: this is ${other.title}, whose token is not for ${registry}`;
    const hint = "name the registry that the token is for with --registry-host";
    return { logins: [], notices: [missing(text, hint)] };
  }
  if (!secret) {
    const shown = options.tokenEnv ? "the variable that --token-env names" : tokenName;
    const hint = options.tokenEnv
      ? "pass it to the step with env:; secrets are not passed to pull requests of forks"
      : `add to the step:  env: { GITHUB_TOKEN: "\${{ github.token }}" }`;
    return { logins: [], notices: [missing(`no login: ${shown} is not set`, hint)] };
  }
  const user = env["GITHUB_ACTOR"];
  if (!user) {
    const hint = "GitHub sets it in every job; is it passed to this container?";
    return { logins: [], notices: [missing("no login: GITHUB_ACTOR is not set", hint)] };
  }
  const request: LoginRequest = {
    registry,
    registryFrom,
    user,
    userFrom: "GITHUB_ACTOR",
    secret,
    secretFrom: tokenName,
  };
  return { logins: [request], notices: [] };
};

export const github = {
  name: "github",
  title: "GitHub Actions",
  documentation: "https://docs.github.com/en/actions/reference/workflows-and-actions/variables",
  variables: [
    { name: "GITHUB_RUN_ID", means: "which run", required: true },
    { name: "GITHUB_JOB", means: "which job of the workflow file", required: true },
    { name: "GITHUB_RUN_ATTEMPT", means: "which attempt" },
    { name: "RUNNER_NAME", means: "tells the jobs of a matrix apart" },
    { name: "RUNNER_TEMP", means: "the job's directory, which the runner empties" },
    { name: "GITHUB_SERVER_URL", means: "which GitHub: leads to its registry" },
    { name: "GITHUB_REPOSITORY", means: "the image repository, in lower case" },
    { name: "GITHUB_ACTOR", means: "user for the registry" },
    {
      name: "GITHUB_TOKEN",
      means: "password for the registry; the step has to pass it",
      secret: true,
    },
  ],
  tempDirVariable: "RUNNER_TEMP",
  detect: (env) => env["GITHUB_ACTIONS"] === "true" && lookAlike(env) === undefined,
  job: (env) => {
    const run = required(env, github, "GITHUB_RUN_ID");
    const job = required(env, github, "GITHUB_JOB");
    const attempt = env["GITHUB_RUN_ATTEMPT"] ?? "1";
    const machine = [env["RUNNER_NAME"] ?? "", env["RUNNER_TEMP"] ?? ""];
    return {
      id: `${run}-${attempt}-${job}`,
      key: [env["GITHUB_SERVER_URL"] ?? "", run, attempt, job, ...machine],
    };
  },
  access: (variables, options) => {
    const given = options.registryHost ?? registryOf(variables.env);
    if (!given) {
      const text = "no login: GITHUB_SERVER_URL is not set to a URL, so the registry is not known";
      const hint = "pass it to this container, or name the registry with --registry-host";
      return { logins: [], notices: [missing(text, hint)] };
    }
    const from = options.registryHost ? "--registry-host" : "GITHUB_SERVER_URL";
    const registry = parseRegistry(given, from).host;
    const image = imageOf(registry, variables.env);
    return { registry, ...(image && { image }), ...login(given, from, variables, options) };
  },
} as const satisfies CiSystem;
