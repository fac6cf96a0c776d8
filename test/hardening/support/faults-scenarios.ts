import type { Place } from "../../e2e/support/sandbox.ts";
import { age, envOf } from "./faults-place.ts";
import type { Scenario } from "./faults-run.ts";

const ciEnv = (place: Place) => place.berth(["ci-env", "gitlab"], envOf(place));

/** Another job's berth, which nobody has cleaned up. */
const forget = async (place: Place): Promise<void> => {
  await place.berth(["ci-env", "gitlab"], envOf(place, { CI_JOB_ID: "2" }));
  await age(place, 3);
};

const GITHUB = {
  ...{ GITLAB_CI: undefined, GITHUB_ACTIONS: "true", GITHUB_ACTOR: "octocat", GITHUB_JOB: "test" },
  ...{ GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "g/p" },
  ...{ GITHUB_RUN_ID: "1", GITHUB_RUN_ATTEMPT: "1", RUNNER_NAME: "runner-1" },
};

const PERSISTED = /env-file|^write\([12]</;

/** The command lines that make a berth, or undo its variables. */
export const making: readonly Scenario[] = [
  { name: "a first run, beside a forgotten berth", args: ["ci-env", "gitlab"], before: forget },
  {
    name: "a renewal",
    args: ["ci-env", "gitlab"],
    own: /tmp\/berth-|^write\([12]<|^exit/,
    before: ciEnv,
  },
  {
    name: "--as-file --cleanup-on-exit",
    args: ["ci-env", "gitlab", "--as-file", "--cleanup-on-exit"],
    own: /env\.sh|on-exit|^write\([12]</,
    before: ciEnv,
  },
  { name: "--persist of GitLab", args: ["ci-env", "gitlab", "--persist"], own: PERSISTED },
  {
    name: "--persist of GitHub",
    args: ["ci-env", "github", "--persist"],
    change: GITHUB,
    own: PERSISTED,
  },
  {
    name: "a failing run with --as-file",
    args: ["ci-env", "gitlab", "--as-file"],
    change: { CI_JOB_ID: undefined },
  },
  { name: "--unset", args: ["ci-env", "gitlab", "--unset"], before: ciEnv },
];

export const cleanup: Scenario = { name: "cleanup", args: ["cleanup", "gitlab"], before: ciEnv };

export const stale: Scenario = {
  name: "cleanup --stale",
  args: ["cleanup", "--stale", "48h"],
  before: forget,
};

export const exec: Scenario = {
  name: "exec",
  args: ["exec", "gitlab", "--", "true"],
  own: /^(?:mkdir|rmdir|rename|unlink|exit)|exec-|O_CREAT|^write\([12]</,
};
