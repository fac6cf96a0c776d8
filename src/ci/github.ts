import template from "../../templates/pipelines/github.yml" with { type: "text" };
import { isObject } from "../docker-config/shapes.ts";
import {
  accessByToken,
  commonVariables,
  idTokensFor,
  idTokenVariables,
  isJobOf,
  jobOf,
  mask,
  type OwnRegistry,
  persist,
} from "../github-actions.ts";
import { missing } from "../notice.ts";
import type { CiSystem, Job } from "./system.ts";

const REGISTRY: OwnRegistry = {
  server: "GITHUB_SERVER_URL",
  // https://docs.github.com/en/packages/working-with-a-github-packages-registry/working-with-the-container-registry
  // github.com has a registry of its own name; GHE.com and Enterprise Server with subdomain isolation have `containers.`.
  at: ({ hostname }) => (hostname === "github.com" ? "ghcr.io" : `containers.${hostname}`),
  token: "GITHUB_TOKEN",
  noToken: missing(
    "no login: GITHUB_TOKEN is not set",
    `add to the step:  env: { GITHUB_TOKEN: "\${{ github.token }}" }`,
  ),
};

const nested = (json: unknown, ...names: readonly string[]): unknown =>
  names.reduce<unknown>((it, name) => (isObject(it) ? it[name] : undefined), json);

// https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request
const isOfFork = (event: unknown): boolean => {
  const [head, base] = ["head", "base"].map((end) =>
    nested(event, "pull_request", end, "repo", "full_name"),
  );
  return head !== undefined && head !== base;
};

export const github = {
  name: "github",
  title: "GitHub Actions",
  documentation: "https://docs.github.com/en/actions/reference/workflows-and-actions/variables",
  variables: [
    ...commonVariables,
    ...idTokenVariables,
    { name: "RUNNER_NAME", means: "tells the jobs of a matrix apart" },
    { name: "ACTIONS_ORCHESTRATION_ID", means: "the same, where runners have one name" },
    { name: "RUNNER_TEMP", means: "the job's directory, which the runner empties" },
    {
      name: "GITHUB_TOKEN",
      means: "password for the registry; the step has to pass it",
      secret: true,
      endsWithJob: true,
    },
    { name: "GITHUB_EVENT_PATH", means: "with doctor: tells the pull request of a fork" },
    { name: "GITHUB_ACTIONS", means: "true in its jobs" },
    { name: "FORGEJO_ACTIONS", means: "not true: else it is Forgejo" },
    { name: "GITEA_ACTIONS", means: "not true: else it is Gitea" },
    { name: "ACT", means: "not true: else it is act" },
  ],
  registry: "`ghcr.io`; `containers.<host>` of GHE.com and Enterprise Server, or `--registry-host`",
  tempDirVariable: "RUNNER_TEMP",
  persist,
  idTokens: idTokensFor("add to the job:  permissions: { id-token: write }"),
  mask,
  // https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
  jobTokens: { prefix: "ghs_" },
  // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes
  timeLimit: () => ({ seconds: 360 * 60, isUsual: true }),
  template: { path: ".github/workflows/publish.yml", text: template },
  eventVariable: "GITHUB_EVENT_PATH",
  lasting:
    "create a token that may read packages (Settings › Developer settings › Personal access tokens (classic): read:packages), and name its variable: --token-env NAME",
  advise: ({ action, host }, env, event) => {
    if (isOfFork(event) && action === "push")
      return "this is a fork's pull request, whose token may only read";
    if (host !== "ghcr.io" && !host.startsWith("containers.")) return undefined;
    const right = action === "push" ? "write" : "read";
    return `add to the job:  permissions: { packages: ${right} }; and the package has to be linked with ${env["GITHUB_REPOSITORY"] ?? "this repository"} (Package settings › Manage Actions access)`;
  },
  detect: (env) => isJobOf("GITHUB_ACTIONS", env),
  job: (env): Job =>
    jobOf(github, env, {
      number: env["GITHUB_RUN_ID"],
      // Not RUNNER_TEMP: it has another name in the container of an action (TRAP 44).
      apart: [env["RUNNER_NAME"], env["ACTIONS_ORCHESTRATION_ID"]],
    }),
  access: (variables, options) => accessByToken(REGISTRY, variables, options),
} as const satisfies CiSystem;
