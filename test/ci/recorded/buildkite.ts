import type { Variables } from "../../fixtures/environments.ts";

const push = {
  CI: "true",
  BUILDKITE: "true",
  BUILDKITE_AGENT_ID: "1a222222-e999-3636-8ddd-802222222222",
  BUILDKITE_AGENT_NAME: "elastic-builders-088264dc4f9",
  BUILDKITE_BRANCH: "main",
  BUILDKITE_BUILD_CHECKOUT_PATH: "/var/lib/buildkite-agent/builds/agent-1/pipeline-2",
  BUILDKITE_BUILD_ID: "4735ba57-80d0-46e2-8fa0-b28223a86586",
  BUILDKITE_BUILD_NUMBER: "1514",
  BUILDKITE_BUILD_PATH: "/var/lib/buildkite-agent/builds/",
  BUILDKITE_BUILD_URL: "https://buildkite.com/acme-inc/my-project/builds/1514",
  BUILDKITE_COMMIT: "83a20ec058e2fb00e7fa4558c4c6e81e2dcf253d",
  BUILDKITE_COMMIT_RESOLVED: "true",
  BUILDKITE_COMPUTE_TYPE: "self-hosted",
  BUILDKITE_JOB_ID: "e44f9784-e20e-4b93-a21d-f41fd5869db9",
  BUILDKITE_LABEL: ":hammer: Specs",
  BUILDKITE_ORGANIZATION_ID: "6abcd532-f9b7-41e9-8717-40fb75a82b5d",
  BUILDKITE_ORGANIZATION_SLUG: "acme-inc",
  BUILDKITE_PIPELINE_ID: "d18439cc-df59-45b0-97cc-98d7fb69d983",
  BUILDKITE_PIPELINE_PROVIDER: "github",
  BUILDKITE_PIPELINE_SLUG: "my-project",
  BUILDKITE_PULL_REQUEST: "false",
  BUILDKITE_PULL_REQUEST_BASE_BRANCH: "",
  BUILDKITE_PULL_REQUEST_REPO: "",
  BUILDKITE_REPO: "git@github.com:acme-inc/my-project.git",
  BUILDKITE_RETRY_COUNT: "0",
  BUILDKITE_SOURCE: "webhook",
  BUILDKITE_STEP_ID: "080b7d73-986d-4a39-a510-b34f9faf4710",
  BUILDKITE_STEP_KEY: "tests-06",
  BUILDKITE_TAG: "",
} as const satisfies Variables;

export const recorded = {
  // https://github.com/buildkite/docs:data/content/environment_variables.yaml
  push,
  // https://github.com/buildkite/docs:data/content/environment_variables.yaml
  tag: { ...push, BUILDKITE_BRANCH: "v1.2.3", BUILDKITE_TAG: "v1.2.3" },
  // https://github.com/buildkite/docs:data/content/environment_variables.yaml
  pullRequest: {
    ...push,
    BUILDKITE_BRANCH: "feature-x",
    BUILDKITE_JOB_ID: "01932d42-ae19-478f-af10-cfb95d0cee8c",
    BUILDKITE_PULL_REQUEST: "123",
    BUILDKITE_PULL_REQUEST_BASE_BRANCH: "main",
    BUILDKITE_PULL_REQUEST_DRAFT: "true",
    BUILDKITE_PULL_REQUEST_LABELS: "label1,label2",
    BUILDKITE_PULL_REQUEST_REPO: "git://github.com/acme-inc/my-project.git",
  },
} as const satisfies Record<string, Variables>;
