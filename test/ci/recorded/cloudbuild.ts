import type { Variables } from "../../fixtures/environments.ts";

// GoogleCloudPlatform/cloud-build-local:build/build.go (dockerRunArgs)
const step = {
  HOME: "/builder/home",
  BUILDER_OUTPUT: "/builder/outputs",
  HOSTNAME: "5fb2c0a11a4e",
  PWD: "/workspace",
} as const satisfies Variables;

// https://docs.cloud.google.com/build/docs/configuring-builds/substitute-variable-values
const mapped = {
  ...step,
  PROJECT_ID: "my-project",
  PROJECT_NUMBER: "173555414031",
  BUILD_ID: "0735deab-cd4c-4be1-ad6d-70710ec85592",
  LOCATION: "us-central1",
  SERVICE_ACCOUNT_EMAIL: "builder@my-project.iam.gserviceaccount.com",
  TRIGGER_NAME: "publish",
  TRIGGER_BUILD_CONFIG_PATH: "cloudbuild.yaml",
  COMMIT_SHA: "c150e3a3d2d89acd1b1222bf6f7a50b45a4218c0",
  REVISION_ID: "c150e3a3d2d89acd1b1222bf6f7a50b45a4218c0",
  SHORT_SHA: "c150e3a",
  REPO_NAME: "app",
  REPO_FULL_NAME: "owner/app",
} as const satisfies Variables;

export const recorded = {
  // https://docs.cloud.google.com/build/docs/configuring-builds/run-bash-scripts
  push: { ...mapped, BRANCH_NAME: "main", REF_NAME: "main", TAG_NAME: "" },
  // https://docs.cloud.google.com/build/docs/configuring-builds/run-bash-scripts
  tag: { ...mapped, BRANCH_NAME: "", REF_NAME: "v1.0.0", TAG_NAME: "v1.0.0" },
  // https://docs.cloud.google.com/build/docs/configuring-builds/substitute-variable-values
  pullRequest: {
    ...mapped,
    BRANCH_NAME: "feature",
    REF_NAME: "feature",
    _HEAD_BRANCH: "feature",
    _BASE_BRANCH: "main",
    _HEAD_REPO_URL: "https://github.com/octocat/app",
    _PR_NUMBER: "24",
  },
  // GoogleCloudPlatform/cloud-build-local:build/build.go (dockerRunArgs)
  unmapped: step,
} as const satisfies Record<string, Variables>;
