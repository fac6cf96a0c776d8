import type { Variables } from "../../fixtures/environments.ts";

// https://docs.semaphore.io/reference/env-vars
const job = {
  CI: "true",
  SEMAPHORE: "true",
  TERM: "xterm",
  SEMAPHORE_PROJECT_NAME: "my-awesome-project",
  SEMAPHORE_PROJECT_ID: "0dd982e8-32f5-4037-983e-4de01ac7fb1e",
  SEMAPHORE_JOB_NAME: "Push image to Docker",
  SEMAPHORE_JOB_CREATION_TIME: "1632943641",
  SEMAPHORE_JOB_TYPE: "pipeline_job",
  SEMAPHORE_AGENT_MACHINE_TYPE: "e1-standard-2",
  SEMAPHORE_AGENT_MACHINE_OS_IMAGE: "ubuntu2404",
  SEMAPHORE_AGENT_MACHINE_ENVIRONMENT_TYPE: "VM",
  SEMAPHORE_ORGANIZATION_URL: "https://my-org.semaphoreci.com",
  SEMAPHORE_WORKFLOW_ID: "0dd982e8-32f5-4037-983e-4de01ac7fb1e",
  SEMAPHORE_PIPELINE_ID: "ea3e6bba-d19a-45d7-86a0-e78a2301b616",
  SEMAPHORE_WORKFLOW_TRIGGERED_BY: "torvalds",
  SEMAPHORE_GIT_PROVIDER: "github",
  SEMAPHORE_GIT_URL: "git@github.com:/test-org/test-repo.git",
  SEMAPHORE_GIT_REPO_NAME: "zebra",
  SEMAPHORE_GIT_DIR: "zebra",
  SEMAPHORE_GIT_REPO_SLUG: "test-org/test-repo",
  SEMAPHORE_GIT_SHA: "8d762d04c7c753c2181030a9385b496559e5a885",
  SEMAPHORE_GIT_COMMIT_RANGE: "123...456",
} as const;

export const recorded = {
  // semaphoreio/semaphore:zebra/test/zebra/workers/job_request_factory/repository_test.exs
  push: {
    ...job,
    SEMAPHORE_JOB_ID: "a26d42cf-89ac-4c3f-9e2d-51bb231897bf",
    SEMAPHORE_GIT_REF: "refs/heads/master",
    SEMAPHORE_GIT_REF_TYPE: "branch",
    SEMAPHORE_GIT_BRANCH: "master",
    SEMAPHORE_GIT_WORKING_BRANCH: "master",
  },
  // semaphoreio/semaphore:zebra/test/zebra/workers/job_request_factory/repository_test.exs
  tag: {
    ...job,
    SEMAPHORE_JOB_ID: "5d9f1c0e-7a34-4b0c-8a52-0f3c6e2b9d17",
    SEMAPHORE_GIT_REF: "refs/tags/v1.0.0",
    SEMAPHORE_GIT_REF_TYPE: "tag",
    SEMAPHORE_GIT_BRANCH: "refs/tags/v1.0.0",
    SEMAPHORE_GIT_TAG_NAME: "v1.0.0",
  },
  // semaphoreio/semaphore:zebra/test/zebra/workers/job_request_factory/repository_test.exs
  pullRequest: {
    ...job,
    SEMAPHORE_JOB_ID: "c1a0b7de-2f6b-4e0d-9c8e-3b1d5a7f4e62",
    SEMAPHORE_GIT_REF: "refs/pull/1/merge",
    SEMAPHORE_GIT_REF_TYPE: "pull-request",
    SEMAPHORE_GIT_BRANCH: "master",
    SEMAPHORE_GIT_WORKING_BRANCH: "hotfix",
    SEMAPHORE_GIT_PR_BRANCH: "hotfix",
    SEMAPHORE_GIT_PR_NUMBER: "1",
    SEMAPHORE_GIT_PR_NAME: "First PR",
    SEMAPHORE_GIT_PR_SHA: "8d762d04c7c753c2181030a9385b496559e5a883",
    SEMAPHORE_GIT_PR_SLUG: "test-org/test-repo",
  },
} as const satisfies Record<string, Variables>;
