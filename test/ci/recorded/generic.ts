import type { Variables } from "../../fixtures/environments.ts";

// A CI that berth does not know: semantic-release/env-ci:test/services/cirrus.test.js
const cirrus = {
  CI: "true",
  CIRRUS_CI: "true",
  CIRRUS_BUILD_ID: "1234",
  CIRRUS_CHANGE_IN_REPO: "5678",
  CIRRUS_REPO_FULL_NAME: "owner/repo",
} as const satisfies Variables;

export const recorded = {
  // semantic-release/env-ci:test/services/cirrus.test.js
  push: {
    ...cirrus,
    CIRRUS_BRANCH: "master",
    CIRRUS_TASK_ID: "91011",
    BERTH_JOB_ID: "91011",
  },
  // semantic-release/env-ci:test/services/cirrus.test.js
  tag: {
    ...cirrus,
    CIRRUS_TAG: "tag_name",
    CIRRUS_TASK_ID: "91012",
    BERTH_JOB_ID: "91012",
  },
  // semantic-release/env-ci:test/services/cirrus.test.js
  pullRequest: {
    ...cirrus,
    CIRRUS_PR: "239",
    CIRRUS_BASE_BRANCH: "master",
    CIRRUS_BRANCH: "pr-branch",
    CIRRUS_TASK_ID: "91013",
    BERTH_JOB_ID: "91013",
  },
} as const satisfies Record<string, Variables>;
