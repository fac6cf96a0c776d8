import template from "../../templates/pipelines/gitea.yml" with { type: "text" };
import {
  accessByToken,
  commonVariables,
  idTokensFor,
  idTokenVariables,
  isJobOf,
  jobOf,
  mask,
  type OwnRegistry,
  PASS_A_PERSONS,
  persist,
} from "../github-actions.ts";
import { missing } from "../notice.ts";
import type { CiSystem, Job } from "./system.ts";

const REGISTRY: OwnRegistry = {
  server: "GITHUB_SERVER_URL",
  at: ({ host }) => host,
  // The registry refuses the job's own token: https://github.com/go-gitea/gitea/issues/23642
  noToken: missing("no login: Gitea's registry does not take the job's own token", PASS_A_PERSONS),
};

export const gitea = {
  name: "gitea",
  title: "Gitea Actions",
  documentation: "https://docs.gitea.com/usage/actions/comparison",
  variables: [
    ...commonVariables,
    ...idTokenVariables,
    { name: "GITHUB_RUN_NUMBER", means: "the run's number on the web" },
    { name: "JOB_CONTAINER_NAME", means: "tells the jobs of a matrix apart" },
    { name: "RUNNER_TEMP", means: "the same on a host; the job's directory" },
    { name: "GITEA_ACTIONS", means: "true in its jobs" },
    { name: "FORGEJO_ACTIONS", means: "not true: else it is Forgejo" },
  ],
  registry: "the server's own, or `--registry-host`; it needs `--token-env`",
  tempDirVariable: "RUNNER_TEMP",
  persist,
  idTokens: idTokensFor(
    "add to the job:  permissions: { id-token: write }, if this Gitea knows it",
  ),
  mask,
  template: { path: ".gitea/workflows/publish.yml", text: template },
  detect: (env) => isJobOf("GITEA_ACTIONS", env),
  job: (env): Job =>
    jobOf(gitea, env, {
      number: env["GITHUB_RUN_NUMBER"],
      // From 1.26 on a page has the run's id, before that its number: this leads there in both.
      query: "?by_index=1",
      apart: [env["JOB_CONTAINER_NAME"] ?? env["RUNNER_TEMP"]],
    }),
  access: (variables, options) => accessByToken(REGISTRY, variables, options),
} as const satisfies CiSystem;
