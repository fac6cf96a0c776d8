import type { Variables } from "../../fixtures/environments.ts";

// https://woodpecker-ci.org/docs/usage/environment
const job = {
  CI: "woodpecker",
  CI_SYSTEM_NAME: "woodpecker",
  CI_SYSTEM_URL: "https://ci.example.com",
  CI_SYSTEM_HOST: "ci.example.com",
  CI_SYSTEM_VERSION: "3.17.0",
  CI_SYSTEM_PLATFORM: "linux/amd64",
  CI_FORGE_TYPE: "forgejo",
  CI_FORGE_URL: "https://git.example.com",
  CI_REPO: "john-doe/my-repo",
  CI_REPO_OWNER: "john-doe",
  CI_REPO_NAME: "my-repo",
  CI_REPO_REMOTE_ID: "82",
  CI_REPO_URL: "https://git.example.com/john-doe/my-repo",
  CI_REPO_DEFAULT_BRANCH: "main",
  CI_PIPELINE_PARENT: "0",
  CI_PIPELINE_STATUS: "success",
  CI_PIPELINE_AUTHOR: "octocat",
  CI_PIPELINE_FILES: "[]",
  CI_WORKFLOW_NAME: "release",
  CI_WORKFLOW_NUMBER: "1",
  CI_STEP_NAME: "publish",
  CI_STEP_NUMBER: "0",
  CI_STEP_TYPE: "commands",
  CI_WORKSPACE: "/woodpecker/src/git.example.com/john-doe/my-repo",
  CI_COMMIT_SHA: "eba09b46064473a1d345da7abf28b477468e8dbd",
  CI_COMMIT_MESSAGE: "Initial commit",
  CI_COMMIT_AUTHOR: "john-doe",
  SHELL: "/bin/sh",
} as const;

export const recorded = {
  // woodpecker-ci/woodpecker:pipeline/frontend/metadata/environment.go
  push: {
    ...job,
    CI_PIPELINE_NUMBER: "8",
    CI_PIPELINE_URL: "https://ci.example.com/repos/7/pipeline/8",
    CI_STEP_URL: "https://ci.example.com/repos/7/pipeline/8",
    CI_PIPELINE_EVENT: "push",
    CI_COMMIT_REF: "refs/heads/main",
    CI_COMMIT_BRANCH: "main",
  },
  // woodpecker-ci/woodpecker:pipeline/frontend/metadata/environment.go
  tag: {
    ...job,
    CI_PIPELINE_NUMBER: "9",
    CI_PIPELINE_URL: "https://ci.example.com/repos/7/pipeline/9",
    CI_STEP_URL: "https://ci.example.com/repos/7/pipeline/9",
    CI_PIPELINE_EVENT: "tag",
    CI_COMMIT_REF: "refs/tags/v1.10.3",
    CI_COMMIT_TAG: "v1.10.3",
  },
  // woodpecker-ci/woodpecker:pipeline/frontend/metadata/environment.go
  pullRequest: {
    ...job,
    CI_PIPELINE_NUMBER: "10",
    CI_PIPELINE_URL: "https://ci.example.com/repos/7/pipeline/10",
    CI_STEP_URL: "https://ci.example.com/repos/7/pipeline/10",
    CI_PIPELINE_EVENT: "pull_request",
    CI_COMMIT_REF: "refs/pull/1/head",
    CI_COMMIT_REFSPEC: "issue-branch:main",
    CI_COMMIT_BRANCH: "main",
    CI_COMMIT_SOURCE_BRANCH: "issue-branch",
    CI_COMMIT_TARGET_BRANCH: "main",
    CI_COMMIT_PULL_REQUEST: "1",
    CI_COMMIT_PULL_REQUEST_DRAFT: "false",
  },
} as const satisfies Record<string, Variables>;
