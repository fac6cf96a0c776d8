import { describe, expect, test } from "@jest/globals";
import { azure } from "../../src/ci/azure.ts";
import { buildkite } from "../../src/ci/buildkite.ts";
import { circleci } from "../../src/ci/circleci.ts";
import { github } from "../../src/ci/github.ts";
import { gitlab } from "../../src/ci/gitlab.ts";
import type { CiSystem } from "../../src/ci/system.ts";
import { present } from "../../src/variables.ts";
import type { Variables } from "../fixtures/environments.ts";

const NOW = new Date("2026-01-02T03:10:00Z");

describe("how long a job may still run", () => {
  test.each<[string, CiSystem, Variables, unknown]>([
    [
      "on GitLab, from its start on",
      gitlab,
      { CI_JOB_TIMEOUT: "3600", CI_JOB_STARTED_AT: "2026-01-02T03:00:00Z" },
      { seconds: 3000 },
    ],
    [
      "on GitLab with a zone of its own",
      gitlab,
      { CI_JOB_TIMEOUT: "3600", CI_JOB_STARTED_AT: "2026-01-02T05:00:00+02:00" },
      { seconds: 3000 },
    ],
    ["on GitLab, whose start is not known", gitlab, { CI_JOB_TIMEOUT: "3600" }, { seconds: 3600 }],
    [
      "on GitLab, where the clock of the server is ahead",
      gitlab,
      { CI_JOB_TIMEOUT: "3600", CI_JOB_STARTED_AT: "2026-01-02T04:00:00Z" },
      { seconds: 3600 },
    ],
    [
      "on GitLab, when the time is over",
      gitlab,
      { CI_JOB_TIMEOUT: "60", CI_JOB_STARTED_AT: "2026-01-02T03:00:00Z" },
      { seconds: 0 },
    ],
    ["on an older GitLab", gitlab, {}, undefined],
    ["by what is no number", gitlab, { CI_JOB_TIMEOUT: "1h" }, undefined],
    ["on Buildkite, in minutes", buildkite, { BUILDKITE_TIMEOUT: "15" }, { seconds: 900 }],
    ["on Buildkite without a limit", buildkite, { BUILDKITE_TIMEOUT: "false" }, undefined],
    ["on Azure, in minutes", azure, { SYSTEM_JOBTIMEOUT: "60" }, { seconds: 3600 }],
    ["on Azure with the agent's own limit", azure, { SYSTEM_JOBTIMEOUT: "0" }, undefined],
    ["on GitHub, unless the workflow says less", github, {}, { seconds: 21_600, isUsual: true }],
    ["on a system that does not tell", circleci, {}, undefined],
  ])("%s", (_, system, env, expected) => {
    expect(system.timeLimit?.(present(env), NOW)).toEqual(expected);
  });
});
