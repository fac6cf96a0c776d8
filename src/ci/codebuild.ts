import template from "../../templates/pipelines/codebuild.yml" with { type: "text" };
import { checkOneLine, type Env } from "../variables.ts";
import { type CiSystem, required } from "./system.ts";

// CodeBuild hosts their runners: https://docs.aws.amazon.com/codebuild/latest/userguide/runners.html
const isOfHostedRunner = (env: Env): boolean =>
  [env["GITHUB_ACTIONS"], env["GITLAB_CI"], env["BUILDKITE"]].includes("true");

// The consoles of other partitions (aws-cn, aws-us-gov) have hosts of their own.
const ARN = /^arn:aws:codebuild:([a-z0-9-]+):(\d+):build\/(([\w-]+):[\w-]+)$/;

const consolePage = (arn: string): string | undefined => {
  const [, region, account, build, project] = ARN.exec(arn) ?? [];
  if (!region || !account || !build || !project) return undefined;
  const builds = `${account}/projects/${project}/build/${encodeURIComponent(build)}`;
  return `https://${region}.console.aws.amazon.com/codesuite/codebuild/${builds}/?region=${region}`;
};

export const codebuild = {
  name: "codebuild",
  title: "AWS CodeBuild",
  documentation:
    "https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html",
  variables: [
    { name: "CODEBUILD_BUILD_ARN", means: "which build", required: true },
    { name: "CODEBUILD_BUILD_ID", means: "its short name" },
    { name: "CODEBUILD_PUBLIC_BUILD_URL", means: "its page, where that is public" },
    { name: "GITHUB_ACTIONS", means: "tells that it is a runner of GitHub's" },
    { name: "GITLAB_CI", means: "tells that it is a runner of GitLab's" },
    { name: "BUILDKITE", means: "tells that it is an agent of Buildkite's" },
  ],
  registry: "",
  // As of version 0.2: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
  persist: { by: "shell" },
  template: { path: "buildspec.yml", text: template },
  detect: (env) =>
    /^arn:[\w-]+:codebuild:/.test(env["CODEBUILD_BUILD_ARN"] ?? "") && !isOfHostedRunner(env),
  job: (env) => {
    const arn = required(env, codebuild, "CODEBUILD_BUILD_ARN");
    const page = env["CODEBUILD_PUBLIC_BUILD_URL"];
    const url = page ? checkOneLine(page, "CODEBUILD_PUBLIC_BUILD_URL") : consolePage(arn);
    return { id: env["CODEBUILD_BUILD_ID"] ?? arn, key: [arn], ...(url && { url }) };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
