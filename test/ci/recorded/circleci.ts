import type { Variables } from "../../fixtures/environments.ts";

// cidverse/normalizeci:pkg/normalizer/circleci/normalize_test.go
const push = {
  CI: "true",
  CIRCLECI: "true",
  CIRCLE_BRANCH: "main",
  CIRCLE_BUILD_NUM: "9",
  CIRCLE_BUILD_URL:
    "https://app.circleci.com/jobs/circleci/0d12c8fa-cf92-415b-a14c-4787b20c52e2/aa4638b8-064e-4321-b1ee-794f3028b01f/9",
  CIRCLE_INTERNAL_SCRATCH: "/tmp/circleci-4169931879",
  CIRCLE_INTERNAL_TASK_DATA:
    "/tmp/.circleci-task-data-7564f453-074e-43cf-aef3-a393a9909474-0-build",
  CIRCLE_JOB: "publish-env",
  CIRCLE_NODE_INDEX: "0",
  CIRCLE_NODE_TOTAL: "1",
  CIRCLE_OIDC_TOKEN: "test-token-oidc",
  CIRCLE_OIDC_TOKEN_V2: "test-token-oidc-v2",
  CIRCLE_ORGANIZATION_ID: "0d12c8fa-cf92-415b-a14c-4787b20c52e2",
  CIRCLE_PIPELINE_ID: "ec202ec0-b88f-47cf-9df0-f85979ea3426",
  CIRCLE_PROJECT_ID: "aa4638b8-064e-4321-b1ee-794f3028b01f",
  CIRCLE_PROJECT_REPONAME: "cienvsamples",
  CIRCLE_PROJECT_USERNAME: "CIDVerse",
  CIRCLE_REPOSITORY_URL: "",
  CIRCLE_SHA1: "790efd9b96e59d9b3c3f1899284c85fa91efbcbc",
  CIRCLE_SHELL_ENV: "/tmp/.bash_env-7564f453-074e-43cf-aef3-a393a9909474-0-build",
  CIRCLE_WORKFLOW_ID: "00adcc65-3be1-463b-b5f6-f2102329bb00",
  CIRCLE_WORKFLOW_JOB_ID: "7564f453-074e-43cf-aef3-a393a9909474",
  CIRCLE_WORKFLOW_WORKSPACE_ID: "00adcc65-3be1-463b-b5f6-f2102329bb00",
  CIRCLE_WORKING_DIRECTORY: "/root/project",
  BASH_ENV: "/tmp/.bash_env-7564f453-074e-43cf-aef3-a393a9909474-0-build",
} as const;

export const recorded = {
  push,
  // https://circleci.com/docs/reference/variables/, and eddiewebb/circleci-queue#126: no branch
  tag: { ...push, CIRCLE_BRANCH: undefined, CIRCLE_TAG: "v1.2.3" },
  // a job of j256/simplelogging's, for its pull request 7
  pullRequest: {
    CI: "true",
    CIRCLECI: "true",
    CIRCLE_BRANCH: "gw-testing-check-publishing",
    CIRCLE_BUILD_NUM: "62",
    CIRCLE_BUILD_URL: "https://circleci.com/gh/j256/simplelogging/62",
    CIRCLE_COMPARE_URL:
      "https://github.com/j256/simplelogging/compare/c36a36c0adc6923a3b30efdafc30aff0589bcc8a...4c884f7adccb828d0881882854ec69eda602a6e7",
    CIRCLE_INTERNAL_TASK_DATA: "/tmp/.circleci-task-data-5ff500d1b69add1c4bbd1290-0-build",
    CIRCLE_JOB: "build",
    CIRCLE_NODE_INDEX: "0",
    CIRCLE_NODE_TOTAL: "1",
    CIRCLE_PREVIOUS_BUILD_NUM: "61",
    CIRCLE_PROJECT_REPONAME: "simplelogging",
    CIRCLE_PROJECT_USERNAME: "j256",
    CIRCLE_PULL_REQUEST: "https://github.com/j256/simplelogging/pull/7",
    CIRCLE_PULL_REQUESTS: "https://github.com/j256/simplelogging/pull/7",
    CIRCLE_REPOSITORY_URL: "git@github.com:j256/simplelogging.git",
    CIRCLE_SHA1: "4c884f7adccb828d0881882854ec69eda602a6e7",
    CIRCLE_SHELL_ENV: "/tmp/.bash_env-5ff500d1b69add1c4bbd1290-0-build",
    CIRCLE_USERNAME: "j256",
    CIRCLE_WORKFLOW_ID: "467058ba-1816-43a8-8bd5-3138d91ffe58",
    CIRCLE_WORKFLOW_JOB_ID: "7a9c3cac-d77c-44bf-9a01-310c628fedd3",
    CIRCLE_WORKFLOW_UPSTREAM_JOB_IDS: "",
    CIRCLE_WORKFLOW_WORKSPACE_ID: "467058ba-1816-43a8-8bd5-3138d91ffe58",
    CIRCLE_WORKING_DIRECTORY: "~/project",
    CI_PULL_REQUEST: "https://github.com/j256/simplelogging/pull/7",
    CI_PULL_REQUESTS: "https://github.com/j256/simplelogging/pull/7",
  },
} as const satisfies Record<string, Variables>;
