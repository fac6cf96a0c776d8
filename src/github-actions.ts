import {
  type Access,
  type CiSystem,
  type IdTokens,
  type Job,
  type LoginOptions,
  type Mask,
  type Persist,
  required,
} from "./ci/system.ts";
import { parseRegistry } from "./docker-config/keys.ts";
import { missing, type Notice } from "./notice.ts";
import { githubEnv } from "./shells/github-env.ts";
import { checkOneLine, type Env, type JobVariables } from "./variables.ts";

// Each system's runner sets its own and all that stand after it (TRAPS 1, 3, 21).
// https://code.forgejo.org/forgejo/runner/src/branch/main/internal/app/run/runner.go
const MARKERS = ["FORGEJO_ACTIONS", "GITEA_ACTIONS", "ACT", "GITHUB_ACTIONS"] as const;

/** Whether a job is of the system with this marker, and not of one that only looks like it. */
export const isJobOf = (marker: (typeof MARKERS)[number], env: Env): boolean =>
  MARKERS.find((name) => env[name] === "true") === marker;

/** What the jobs of all that run GitHub's workflows have. */
export const commonVariables = [
  { name: "GITHUB_RUN_ID", means: "which run", required: true },
  { name: "GITHUB_JOB", means: "which job of the workflow file", required: true },
  { name: "GITHUB_RUN_ATTEMPT", means: "which attempt" },
  { name: "GITHUB_SERVER_URL", means: "which server" },
  { name: "GITHUB_REPOSITORY", means: "the image repository, in lower case" },
  { name: "GITHUB_ACTOR", means: "user for the registry" },
  { name: "GITHUB_ENV", means: "with --persist: the file for the later steps" },
] as const satisfies CiSystem["variables"];

export const persist = {
  by: "file",
  variable: "GITHUB_ENV",
  shell: githubEnv,
  mustExist: true,
} as const satisfies Persist;

/** The variables of a job that may ask for tokens that say who it is; empty where it may not. */
export const idTokenVariables = [
  { name: "ACTIONS_ID_TOKEN_REQUEST_URL", means: "where the job asks for id tokens" },
  { name: "ACTIONS_ID_TOKEN_REQUEST_TOKEN", means: "lets it ask", secret: true },
] as const satisfies CiSystem["variables"];

// https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
export const idTokensFor = (hint: string): IdTokens => ({
  hint,
  servers: ["GITHUB_SERVER_URL", "FORGEJO_SERVER_URL"],
  source: ({ env, secrets }, { asked, usual }) => {
    const given = env["ACTIONS_ID_TOKEN_REQUEST_URL"];
    const token = secrets["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
    if (!given || !token || !URL.canParse(given)) return undefined;
    const url = new URL(given);
    const audience = asked ?? usual;
    if (audience) url.searchParams.set("audience", audience);
    const headers = { authorization: ["Bearer ", token] };
    return { request: { method: "GET", url: url.href, headers }, field: "value" };
  },
});

/** A command in the log of a job. */
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
export const workflowCommand = (name: string, text: string): string =>
  `::${name}::${text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A")}`;

export const mask = {
  by: "log",
  line: (value) => workflowCommand("add-mask", value),
} as const satisfies Mask;

const PAGE = /^https?:\/\/[\w.:[\]-]+(?:\/[\w.-]+)+\/\d+$/;

const pageOf = (env: Env, number: string): string | undefined => {
  const server = env["GITHUB_SERVER_URL"]?.replace(/\/$/, "");
  const url = `${server}/${env["GITHUB_REPOSITORY"]}/actions/runs/${number}`;
  // What is not all plain names is no page, and no reason to fail.
  return env["GITHUB_REPOSITORY"] && PAGE.test(url) ? url : undefined;
};

interface RunOfJob {
  /** Under which the web has the run, where it has. */
  readonly number?: string | undefined;
  /** Of the address of the run's page. */
  readonly query?: string;
  /** What tells the jobs of a matrix apart, which have all else in common. */
  readonly apart: readonly (string | undefined)[];
}

export const jobOf = (system: CiSystem, env: Env, { number, query, apart }: RunOfJob): Job => {
  const run = required(env, system, "GITHUB_RUN_ID");
  const job = required(env, system, "GITHUB_JOB");
  const attempt = env["GITHUB_RUN_ATTEMPT"] ?? "1";
  const page = number && pageOf(env, number);
  return {
    id: `${number ?? run}-${attempt}-${job}`,
    key: [
      ...[env["GITHUB_SERVER_URL"] ?? "", run, attempt, job],
      ...apart.map((part) => part ?? ""),
    ],
    ...(page && { url: `${page}${query ?? ""}` }),
  };
};

/** What to do where the job's own token is not enough. */
export const PASS_A_PERSONS =
  "pass the step a personal access token (write:package) and name its variable: --token-env NAME";

/** A server's own registry. */
export interface OwnRegistry {
  /** The variable with the server's URL: the token goes nowhere else. */
  readonly server: string;
  /** The registry of the server with this URL. */
  at(server: URL): string;
  /** The variable with the job's own token, where that is good for the registry. */
  readonly token?: string;
  readonly noToken: Notice;
}

const registryAt = (url: string | undefined, { at }: OwnRegistry): string | undefined => {
  const server = url && URL.canParse(url) ? new URL(url) : undefined;
  return server?.hostname ? at(server) : undefined;
};

/**
 * The login by a token to the server's own registry, or to the one that the user says it is for.
 * Throws BERTH_BAD_REGISTRY and BERTH_BAD_VALUE.
 */
export const accessByToken = (
  own: OwnRegistry,
  { env, secrets }: JobVariables,
  { tokenEnv, registryHost }: LoginOptions,
): Access => {
  const given = registryHost ?? registryAt(env[own.server], own);
  if (!given) {
    const text = `no login: ${own.server} is not set to a URL, so the registry is not known`;
    const hint = "pass it to this container, or name the registry with --registry-host";
    return { logins: [], notices: [missing(text, hint)] };
  }
  const registryFrom = registryHost ? "--registry-host" : own.server;
  const registry = parseRegistry(given, registryFrom, { mayBeSecret: true }).host;
  const repository = env["GITHUB_REPOSITORY"];
  const image =
    repository && `${registry}/${checkOneLine(repository, "GITHUB_REPOSITORY")}`.toLowerCase();
  const place = { registry, ...(image && { image }) };

  const secretFrom = tokenEnv ?? own.token;
  const secret = secretFrom && secrets[secretFrom];
  if (!secret) {
    const notPassed = missing(
      "no login: the variable that --token-env names is not set",
      "pass it to the step with env:; secrets are not passed to pull requests of forks",
    );
    return { ...place, logins: [], notices: [tokenEnv ? notPassed : own.noToken] };
  }
  const user = env["GITHUB_ACTOR"];
  if (!user) {
    const hint = "the runner sets it in every job; is it passed to this container?";
    return { ...place, logins: [], notices: [missing("no login: GITHUB_ACTOR is not set", hint)] };
  }
  const userFrom = "GITHUB_ACTOR";
  const login = { registry: given, registryFrom, user, userFrom, secret, secretFrom };
  return { ...place, logins: [login], notices: [] };
};
