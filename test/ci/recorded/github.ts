import type { Variables } from "../../fixtures/environments.ts";

const push = {
  CI: "true",
  GITHUB_ACTIONS: "true",
  GITHUB_ACTION: "__run",
  GITHUB_ACTION_REF: "",
  GITHUB_ACTION_REPOSITORY: "",
  GITHUB_ACTOR: "octocat",
  GITHUB_ACTOR_ID: "583231",
  GITHUB_API_URL: "https://api.github.com",
  GITHUB_BASE_REF: "",
  GITHUB_ENV:
    "/home/runner/work/_temp/_runner_file_commands/set_env_f176a41e-06b3-4f6b-89a4-fb543883da7d",
  GITHUB_EVENT_NAME: "push",
  GITHUB_EVENT_PATH: "/home/runner/work/_temp/_github_workflow/event.json",
  GITHUB_GRAPHQL_URL: "https://api.github.com/graphql",
  GITHUB_HEAD_REF: "",
  GITHUB_JOB: "build",
  GITHUB_OUTPUT:
    "/home/runner/work/_temp/_runner_file_commands/set_output_f176a41e-06b3-4f6b-89a4-fb543883da7d",
  GITHUB_PATH:
    "/home/runner/work/_temp/_runner_file_commands/add_path_f176a41e-06b3-4f6b-89a4-fb543883da7d",
  GITHUB_REF: "refs/heads/main",
  GITHUB_REF_NAME: "main",
  GITHUB_REF_PROTECTED: "true",
  GITHUB_REF_TYPE: "branch",
  GITHUB_REPOSITORY: "octocat/Hello-World",
  GITHUB_REPOSITORY_ID: "1296269",
  GITHUB_REPOSITORY_OWNER: "octocat",
  GITHUB_REPOSITORY_OWNER_ID: "583231",
  GITHUB_RETENTION_DAYS: "90",
  GITHUB_RUN_ATTEMPT: "1",
  GITHUB_RUN_ID: "33278970756",
  GITHUB_RUN_NUMBER: "32",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_SHA: "d26abf5d15a1ffed968176b2840bcb99eb2de0cb",
  GITHUB_STATE:
    "/home/runner/work/_temp/_runner_file_commands/save_state_f176a41e-06b3-4f6b-89a4-fb543883da7d",
  GITHUB_STEP_SUMMARY:
    "/home/runner/work/_temp/_runner_file_commands/step_summary_f176a41e-06b3-4f6b-89a4-fb543883da7d",
  GITHUB_TRIGGERING_ACTOR: "octocat",
  GITHUB_WORKFLOW: "CI",
  GITHUB_WORKFLOW_REF: "octocat/Hello-World/.github/workflows/ci.yml@refs/heads/main",
  GITHUB_WORKFLOW_SHA: "d26abf5d15a1ffed968176b2840bcb99eb2de0cb",
  GITHUB_WORKSPACE: "/home/runner/work/Hello-World/Hello-World",
  RUNNER_ARCH: "X64",
  RUNNER_ENVIRONMENT: "github-hosted",
  RUNNER_NAME: "GitHub Actions 1000039223",
  RUNNER_OS: "Linux",
  RUNNER_TEMP: "/home/runner/work/_temp",
  RUNNER_TOOL_CACHE: "/opt/hostedtoolcache",
  RUNNER_TRACKING_ID: "github_1406e602-57f6-4769-b995-3c68b4b89af1",
  RUNNER_WORKSPACE: "/home/runner/work/Hello-World",
  ACTIONS_ORCHESTRATION_ID: "3e77825e-0f10-4ef9-9852-a3291ffef79a.build.__default",
} as const satisfies Variables;

export const recorded = {
  // https://github.com/actions/runner:src/Runner.Worker/GitHubContext.cs
  push,
  // https://docs.github.com/en/actions/reference/workflows-and-actions/variables
  tag: {
    ...push,
    GITHUB_REF: "refs/tags/v1.2.3",
    GITHUB_REF_NAME: "v1.2.3",
    GITHUB_REF_TYPE: "tag",
    GITHUB_REF_PROTECTED: "false",
    GITHUB_WORKFLOW_REF: "octocat/Hello-World/.github/workflows/ci.yml@refs/tags/v1.2.3",
  },
  // https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
  pullRequest: {
    ...push,
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_REF: "refs/pull/42/merge",
    GITHUB_REF_NAME: "42/merge",
    GITHUB_REF_TYPE: "branch",
    GITHUB_REF_PROTECTED: "false",
    GITHUB_HEAD_REF: "feature-branch-1",
    GITHUB_BASE_REF: "main",
    GITHUB_SHA: "8f3bc9a1d0e7f6254c1b9a8d7e6f5c4b3a291807",
    GITHUB_WORKFLOW_REF: "octocat/Hello-World/.github/workflows/ci.yml@refs/pull/42/merge",
  },
} as const satisfies Readonly<Record<string, Variables>>;
