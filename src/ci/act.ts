import { commonVariables, isJobOf, jobOf, mask, persist } from "../github-actions.ts";
import { missing } from "../notice.ts";
import { github } from "./github.ts";
import type { CiSystem, Job } from "./system.ts";

// act takes it from the GitHub CLI by itself: https://github.com/nektos/act/blob/master/cmd/root.go
const A_PERSONS = missing(
  "no login: in act GITHUB_TOKEN may be a person's own token, with all their rights",
  "if it is meant, say so: --token-env GITHUB_TOKEN, or --registry-host HOST",
);

export const act = {
  name: "act",
  title: "act",
  documentation: "https://nektosact.com/usage",
  variables: [
    ...commonVariables,
    { name: "RUNNER_TEMP", means: "tells jobs apart on a host" },
    {
      name: "GITHUB_TOKEN",
      means: "password for the registry, with --token-env or --registry-host",
      secret: true,
    },
    { name: "ACT", means: "true in its jobs" },
    { name: "GITHUB_ACTIONS", means: "true in its jobs, too" },
    { name: "FORGEJO_ACTIONS", means: "not true: else it is Forgejo" },
    { name: "GITEA_ACTIONS", means: "not true: else it is Gitea" },
  ],
  registry: "as GitHub Actions, but only with `--token-env` or `--registry-host`",
  persist,
  mask,
  template: github.template,
  // ACT alone may be a variable of anybody's.
  detect: (env) => isJobOf("ACT", env) && env["GITHUB_ACTIONS"] === "true",
  // Every run has the number 1, and no page.
  job: (env): Job => jobOf(act, env, { apart: [env["GITHUB_REPOSITORY"], env["RUNNER_TEMP"]] }),
  access: (variables, options) => {
    const access = github.access(variables, options);
    const isMeant = options.tokenEnv || options.registryHost;
    return isMeant ? access : { ...access, logins: [], notices: [A_PERSONS] };
  },
} as const satisfies CiSystem;
