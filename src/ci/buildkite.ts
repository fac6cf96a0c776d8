import template from "../../templates/pipelines/buildkite.yml" with { type: "text" };
import { checkOneLine } from "../variables.ts";
import { type CiSystem, required } from "./system.ts";

const AGENT = "buildkite-agent";

export const buildkite = {
  name: "buildkite",
  title: "Buildkite",
  documentation: "https://buildkite.com/docs/pipelines/configure/environment-variables",
  variables: [
    { name: "BUILDKITE", means: "tells that it is Buildkite" },
    { name: "BUILDKITE_JOB_ID", means: "which job", required: true },
    { name: "BUILDKITE_BUILD_NUMBER", means: "the build's number, for people" },
    { name: "BUILDKITE_BUILD_URL", means: "the build's page" },
    { name: "BUILDKITE_TIMEOUT", means: "how many minutes the job may run" },
  ],
  registry: "Buildkite Packages, named by `--registry packages.buildkite.com/ORG/REGISTRY`",
  persist: { by: "shell" },
  // 5 minutes are what Buildkite Packages allows at most: https://buildkite.com/docs/agent/cli/reference/oidc
  idTokens: {
    source: (_, { asked, usual }) => {
      const audience = asked ?? usual;
      const forWhom = audience ? ["--audience", audience] : [];
      return { command: [AGENT, "oidc", "request-token", ...forWhom, "--lifetime", "300"] };
    },
    hint: "the agent gives it to its jobs alone; is its program, and its socket, in this container?",
  },
  mask: { by: "program", command: [AGENT, "redactor", "add"] },
  timeLimit: (env) => {
    const minutes = Number(env["BUILDKITE_TIMEOUT"] ?? "");
    return minutes > 0 ? { seconds: minutes * 60 } : undefined;
  },
  template: { path: ".buildkite/pipeline.yml", text: template },
  detect: (env) => env["BUILDKITE"] === "true",
  job: (env) => {
    const job = checkOneLine(required(env, buildkite, "BUILDKITE_JOB_ID"), "BUILDKITE_JOB_ID");
    const build = checkOneLine(env["BUILDKITE_BUILD_URL"] ?? "", "BUILDKITE_BUILD_URL");
    return {
      id: env["BUILDKITE_BUILD_NUMBER"] ?? job,
      key: [job],
      // https://github.com/buildkite/agent/blob/main/api/jobs.go
      ...(build && { url: `${build}#${job}` }),
    };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
