import template from "../../templates/pipelines/forgejo.yml" with { type: "text" };
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
import { missing, type Notice } from "../notice.ts";
import type { CiSystem, Job } from "./system.ts";

const REGISTRY: OwnRegistry = {
  // A step may set GITHUB_TOKEN to one for github.com: these two belong together.
  server: "FORGEJO_SERVER_URL",
  at: ({ host }) => host,
  token: "FORGEJO_TOKEN",
  noToken: missing(
    "no login: FORGEJO_TOKEN is not set",
    "the runner sets it in every job; is it passed to this container?",
  ),
};

// https://codeberg.org/forgejo/forgejo/src/branch/forgejo/services/context/package.go
const PULL_ONLY: Notice = {
  level: "info",
  text: "FORGEJO_TOKEN, the job's own, can log in and pull, but not push",
  hint: `to push, ${PASS_A_PERSONS}`,
};

export const forgejo = {
  name: "forgejo",
  title: "Forgejo Actions",
  documentation: "https://forgejo.org/docs/latest/user/actions/reference/",
  variables: [
    ...commonVariables,
    ...idTokenVariables,
    { name: "GITHUB_RUN_NUMBER", means: "the run's number on the web" },
    { name: "JOB_CONTAINER_NAME", means: "tells the jobs of a matrix apart" },
    { name: "RUNNER_TEMP", means: "the same on a host; the job's directory" },
    { name: "FORGEJO_SERVER_URL", means: "leads to the registry" },
    {
      name: "FORGEJO_TOKEN",
      means: "password for the registry, to pull",
      secret: true,
      endsWithJob: true,
    },
    { name: "FORGEJO_ACTIONS", means: "true in its jobs" },
  ],
  registry: "the server's own, or `--registry-host`; to push it needs `--token-env`",
  tempDirVariable: "RUNNER_TEMP",
  persist,
  idTokens: idTokensFor("add to the job:  enable-openid-connect: true"),
  mask,
  template: { path: ".forgejo/workflows/publish.yml", text: template },
  detect: (env) => isJobOf("FORGEJO_ACTIONS", env),
  job: (env): Job =>
    jobOf(forgejo, env, {
      number: env["GITHUB_RUN_NUMBER"],
      apart: [env["JOB_CONTAINER_NAME"] ?? env["RUNNER_TEMP"]],
    }),
  access: (variables, options) => {
    const access = accessByToken(REGISTRY, variables, options);
    const isJobs = access.logins.length > 0 && !options.tokenEnv;
    return isJobs ? { ...access, notices: [PULL_ONLY] } : access;
  },
} as const satisfies CiSystem;
