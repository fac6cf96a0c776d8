import type { Variables } from "../../fixtures/environments.ts";

// OndraM/ci-detector:tests/phpt/Ci/CiDetector_AwsCodeBuild.phpt
const build = {
  AWS_REGION: "eu-west-1",
  AWS_DEFAULT_REGION: "eu-west-1",
  AWS_EXECUTION_ENV: "AWS_ECS_EC2",
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/test",
  CODEBUILD_AUTH_TOKEN: "test-token-codebuild",
  CODEBUILD_BUILD_ARN:
    "arn:aws:codebuild:eu-west-1:911074024513:build/project-api:449b6959-c0f7-41ac-aac8-7fec365d3004",
  CODEBUILD_BUILD_ID: "project-api:449b6959-c0f7-41ac-aac8-7fec365d3004",
  CODEBUILD_BUILD_IMAGE: "aws/codebuild/standard:7.0",
  CODEBUILD_BUILD_NUMBER: "559",
  CODEBUILD_BUILD_SUCCEEDING: "1",
  CODEBUILD_CI: "true",
  CODEBUILD_KMS_KEY_ID: "arn:aws:kms:eu-west-1:911074024513:alias/aws/s3",
  CODEBUILD_LOG_PATH: "449b6959-c0f7-41ac-aac8-7fec365d3004",
  CODEBUILD_RESOLVED_SOURCE_VERSION: "c150e3a3d2d89acd1b1222bf6f7a50b45a4218c0",
  CODEBUILD_SOURCE_REPO_URL: "https://github.com/project-app/project-api.git",
  CODEBUILD_SRC_DIR: "/codebuild/output/src341076892/src/github.com/project-app/project-api",
  CODEBUILD_START_TIME: "1585485986820",
  HOME: "/root",
  HOSTNAME: "202d63ee90d4",
} as const satisfies Variables;

export const recorded = {
  // https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
  push: {
    ...build,
    CODEBUILD_INITIATOR: "GitHub-Hookshot/fc9e274",
    CODEBUILD_SOURCE_VERSION: "c150e3a3d2d89acd1b1222bf6f7a50b45a4218c0",
    CODEBUILD_WEBHOOK_EVENT: "PUSH",
    CODEBUILD_WEBHOOK_TRIGGER: "branch/main",
    CODEBUILD_WEBHOOK_HEAD_REF: "refs/heads/main",
    CODEBUILD_WEBHOOK_PREV_COMMIT: "1da177e4c3f41524e886b7f1b8a0c1fc7321cac2",
  },
  // https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
  tag: {
    ...build,
    CODEBUILD_INITIATOR: "GitHub-Hookshot/fc9e274",
    CODEBUILD_SOURCE_VERSION: "refs/tags/v1.0.0",
    CODEBUILD_WEBHOOK_EVENT: "PUSH",
    CODEBUILD_WEBHOOK_TRIGGER: "tag/v1.0.0",
    CODEBUILD_WEBHOOK_HEAD_REF: "refs/tags/v1.0.0",
  },
  // OndraM/ci-detector:tests/phpt/Ci/CiDetector_AwsCodeBuildPullRequest.phpt
  pullRequest: {
    ...build,
    CODEBUILD_INITIATOR: "GitHub-Hookshot/fc9e274",
    CODEBUILD_SOURCE_VERSION: "pr/1486",
    CODEBUILD_WEBHOOK_ACTOR_ACCOUNT_ID: "461164",
    CODEBUILD_WEBHOOK_BASE_REF: "refs/heads/develop",
    CODEBUILD_WEBHOOK_EVENT: "PULL_REQUEST_CREATED",
    CODEBUILD_WEBHOOK_HEAD_REF: "refs/heads/test/pr-branch",
    CODEBUILD_WEBHOOK_TRIGGER: "pr/1486",
  },
} as const satisfies Record<string, Variables>;
