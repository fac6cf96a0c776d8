import type { Variables } from "../../fixtures/environments.ts";

const job = {
  CI: "true",
  TRAVIS: "true",
  CONTINUOUS_INTEGRATION: "true",
  USER: "travis",
  HOME: "/home/travis",
  TRAVIS_OS_NAME: "linux",
  TRAVIS_CPU_ARCH: "amd64",
  TRAVIS_DIST: "focal",
  TRAVIS_REPO_SLUG: "OndraM/ci-detector",
  TRAVIS_BUILD_DIR: "/home/travis/build/OndraM/ci-detector",
  TRAVIS_BUILD_STAGE_NAME: "",
  TRAVIS_JOB_NAME: "",
  TRAVIS_TEST_RESULT: "",
} as const;

// OndraM/ci-detector:tests/phpt/Ci/CiDetector_Travis.phpt, with "push" for "cron"
const push = {
  ...job,
  TRAVIS_EVENT_TYPE: "push",
  TRAVIS_BUILD_ID: "208715140",
  TRAVIS_BUILD_NUMBER: "519",
  TRAVIS_BUILD_WEB_URL: "https://travis-ci.com/OndraM/ci-detector/builds/208715140",
  TRAVIS_JOB_ID: "459962541",
  TRAVIS_JOB_NUMBER: "519.1",
  TRAVIS_JOB_WEB_URL: "https://travis-ci.com/OndraM/ci-detector/jobs/459962541",
  TRAVIS_BRANCH: "test-travis-branch",
  TRAVIS_TAG: "",
  TRAVIS_PULL_REQUEST: "false",
  TRAVIS_PULL_REQUEST_BRANCH: "",
  TRAVIS_PULL_REQUEST_SHA: "",
  TRAVIS_PULL_REQUEST_SLUG: "",
  TRAVIS_COMMIT: "dc78d69a83b22190ba68b13bde0c1a2eaedd5f0a",
  TRAVIS_COMMIT_MESSAGE: "Update dependencies, use composer 2 everywhere",
  TRAVIS_SECURE_ENV_VARS: "false",
  TRAVIS_TMPDIR: "/tmp/tmp.R9oyw2HYrU",
} as const;

export const recorded = {
  push,
  // travis-ci/travis-build:lib/travis/build/env/builtin.rb
  tag: { ...push, TRAVIS_BRANCH: "v1.0.0", TRAVIS_TAG: "v1.0.0" },
  // OndraM/ci-detector:tests/phpt/Ci/CiDetector_TravisPullRequest.phpt
  pullRequest: {
    ...job,
    TRAVIS_EVENT_TYPE: "pull_request",
    TRAVIS_BUILD_ID: "208848666",
    TRAVIS_BUILD_NUMBER: "524",
    TRAVIS_BUILD_WEB_URL: "https://travis-ci.com/OndraM/ci-detector/builds/208848666",
    TRAVIS_JOB_ID: "460445057",
    TRAVIS_JOB_NUMBER: "524.1",
    TRAVIS_JOB_WEB_URL: "https://travis-ci.com/OndraM/ci-detector/jobs/460445057",
    TRAVIS_BRANCH: "main",
    TRAVIS_TAG: "",
    TRAVIS_PULL_REQUEST: "90",
    TRAVIS_PULL_REQUEST_BRANCH: "feature/pr-branch",
    TRAVIS_PULL_REQUEST_SHA: "ff1f4e7f85eacb89a76a434e8d038e13c4b46e8a",
    TRAVIS_PULL_REQUEST_SLUG: "OndraM/ci-detector",
    TRAVIS_COMMIT: "854df4f976f83ecccb5ede1fb3bf9bdebdc07d84",
    TRAVIS_SECURE_ENV_VARS: "false",
    TRAVIS_TMPDIR: "/tmp/tmp.6GWlRMnrBy",
  },
} as const satisfies Record<string, Variables>;
