import type { Variables } from "../../fixtures/environments.ts";

// https://docs.gitlab.com/ci/variables/predefined_variables/, gitlabhq/gitlabhq:app/models/ci/build.rb
const job = {
  CI: "true",
  GITLAB_CI: "true",
  CI_SERVER: "yes",
  CI_SERVER_NAME: "GitLab",
  CI_SERVER_URL: "https://gitlab.example.com",
  CI_SERVER_HOST: "gitlab.example.com",
  CI_SERVER_VERSION: "18.5.0-ee",
  CI_JOB_ID: "7654321",
  CI_JOB_NAME: "publish",
  CI_JOB_STAGE: "deploy",
  CI_JOB_URL: "https://gitlab.example.com/Group/App/-/jobs/7654321",
  CI_JOB_TOKEN: "test-token-job",
  CI_PIPELINE_ID: "1212",
  CI_PIPELINE_URL: "https://gitlab.example.com/Group/App/-/pipelines/1212",
  CI_PROJECT_ID: "42",
  CI_PROJECT_PATH: "Group/App",
  CI_PROJECT_DIR: "/builds/Group/App",
  CI_BUILDS_DIR: "/builds",
  CI_COMMIT_SHA: "2293ada6b400935a1378653304eaf6221e0fdb8f",
  CI_REGISTRY: "registry.example.com:5050",
  CI_REGISTRY_IMAGE: "registry.example.com:5050/group/app",
  CI_REGISTRY_USER: "gitlab-ci-token",
  CI_REGISTRY_PASSWORD: "test-token-job",
  CI_DEPENDENCY_PROXY_SERVER: "gitlab.example.com:443",
  CI_DEPENDENCY_PROXY_USER: "gitlab-ci-token",
  CI_DEPENDENCY_PROXY_PASSWORD: "test-token-job",
  GITLAB_ENV: "/builds/Group/App.tmp/gitlab_runner_env",
} as const satisfies Variables;

export const recorded = {
  push: {
    ...job,
    CI_PIPELINE_SOURCE: "push",
    CI_COMMIT_BRANCH: "main",
    CI_COMMIT_REF_NAME: "main",
  },
  tag: {
    ...job,
    CI_PIPELINE_SOURCE: "push",
    CI_COMMIT_TAG: "v1.2.0",
    CI_COMMIT_REF_NAME: "v1.2.0",
  },
  // Of a fork: the job runs in the fork, with the fork's registry.
  pullRequest: {
    ...job,
    CI_PIPELINE_SOURCE: "merge_request_event",
    CI_PROJECT_PATH: "Fork/App",
    CI_REGISTRY_IMAGE: "registry.example.com:5050/fork/app",
    CI_MERGE_REQUEST_IID: "7",
    CI_MERGE_REQUEST_PROJECT_PATH: "Group/App",
    CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: "Fork/App",
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "feature",
  },
} as const satisfies Record<string, Variables>;
