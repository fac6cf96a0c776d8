import type { Variables } from "../../fixtures/environments.ts";

// Dvd848/CTFs:2021_CyberArk/On_our_way_back_home.md, before Packages
const step = {
  CI: "true",
  BITBUCKET_BUILD_NUMBER: "52",
  BITBUCKET_PIPELINE_UUID: "{d32eeb5c-14fd-4162-845c-6897bdb4d2ce}",
  BITBUCKET_STEP_UUID: "{19fb8a86-fad3-42a4-ab43-f9e150d7b3ab}",
  BITBUCKET_STEP_RUN_NUMBER: "1",
  BITBUCKET_STEP_TRIGGERER_UUID: "{5eb3cb57-b0ba-46bc-b023-2bd28ad15d4c}",
  BITBUCKET_COMMIT: "2d7fd9d3ed13dcb54f6881a6238e691995aaade7",
  BITBUCKET_CLONE_DIR: "/opt/atlassian/pipelines/agent/build",
  BITBUCKET_WORKSPACE: "avivco94",
  BITBUCKET_REPO_OWNER: "avivco94",
  BITBUCKET_REPO_OWNER_UUID: "{ccc1ce6e-a4cc-4ebb-809e-0ea4457dc6f1}",
  BITBUCKET_REPO_SLUG: "expedition-test",
  BITBUCKET_REPO_FULL_NAME: "avivco94/expedition-test",
  BITBUCKET_REPO_UUID: "{e181a250-6b59-48e3-80a4-41d10ae6d663}",
  BITBUCKET_REPO_IS_PRIVATE: "true",
  BITBUCKET_PROJECT_KEY: "TEST",
  BITBUCKET_PROJECT_UUID: "{d4d15a2d-69cf-4d8f-9ba0-8a5c1b2cb9d6}",
  BITBUCKET_GIT_HTTP_ORIGIN: "http://bitbucket.org/avivco94/expedition-test",
  BITBUCKET_GIT_SSH_ORIGIN: "git@bitbucket.org:avivco94/expedition-test.git",
  BITBUCKET_DOCKER_HOST_INTERNAL: "10.39.129.148",
  DOCKER_HOST: "tcp://localhost:2375",
  HOME: "/root",
  PWD: "/opt/atlassian/pipelines/agent/build",
} as const;

// https://support.atlassian.com/bitbucket-cloud/docs/set-up-and-use-packages/
const packages = {
  BITBUCKET_PACKAGES_USERNAME: "test-packages-user",
  BITBUCKET_PACKAGES_TOKEN: "test-token-packages",
} as const;

export const recorded = {
  push: { ...step, ...packages, BITBUCKET_BRANCH: "master" },
  // https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
  tag: { ...step, ...packages, BITBUCKET_TAG: "v1.2.3" },
  // OndraM/ci-detector:tests/phpt/Ci/CiDetector_BitbucketPipelinesPullRequest.phpt
  pullRequest: {
    ...step,
    BITBUCKET_BUILD_NUMBER: "4",
    BITBUCKET_BRANCH: "feature/bitbucket",
    BITBUCKET_COMMIT: "8d081548cabb",
    BITBUCKET_PR_ID: "2",
    BITBUCKET_PR_DESTINATION_BRANCH: "main",
    BITBUCKET_PR_DESTINATION_COMMIT: "88a27cd7f221",
    BITBUCKET_REPO_FULL_NAME: "ondrejmachulda/ci-detector",
    BITBUCKET_WORKSPACE: "ondrejmachulda",
  },
} as const satisfies Record<string, Variables>;
