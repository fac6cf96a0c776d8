import template from "../../templates/pipelines/bitbucket.yml" with { type: "text" };
import { missing } from "../notice.ts";
import type { JobVariables } from "../variables.ts";
import { type Access, type CiSystem, required } from "./system.ts";

const REGISTRY = "crg.apkg.io";

const login = ({ env, secrets }: JobVariables): Pick<Access, "logins" | "notices"> => {
  const user = env["BITBUCKET_PACKAGES_USERNAME"];
  const secret = secrets["BITBUCKET_PACKAGES_TOKEN"];
  if (!user || !secret) {
    const text =
      "no login: BITBUCKET_PACKAGES_USERNAME and BITBUCKET_PACKAGES_TOKEN are not both set";
    const hint =
      "Bitbucket sets both in every step, but not on the Free plan, which has no Packages";
    return { logins: [], notices: [missing(text, hint)] };
  }
  const request = {
    registry: REGISTRY,
    registryFrom: "Bitbucket Packages",
    user,
    userFrom: "BITBUCKET_PACKAGES_USERNAME",
    secret,
    secretFrom: "BITBUCKET_PACKAGES_TOKEN",
  };
  return { logins: [request], notices: [] };
};

export const bitbucket = {
  name: "bitbucket",
  title: "Bitbucket Pipelines",
  documentation: "https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/",
  variables: [
    { name: "BITBUCKET_STEP_UUID", means: "which step, which is a job", required: true },
    { name: "BITBUCKET_STEP_RUN_NUMBER", means: "which run of it" },
    { name: "BITBUCKET_BUILD_NUMBER", means: "which pipeline, for people" },
    { name: "BITBUCKET_REPO_FULL_NAME", means: "the repository, for the step's page" },
    { name: "BITBUCKET_PACKAGES_USERNAME", means: "user for the registry" },
    {
      name: "BITBUCKET_PACKAGES_TOKEN",
      means: "password for the registry",
      secret: true,
      endsWithJob: true,
    },
    { name: "BITBUCKET_STEP_OIDC_TOKEN", means: "says who the step is", secret: true },
  ],
  registry: "`crg.apkg.io`, on the Standard and Premium plans",
  persist: { by: "shell" },
  // https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/
  idTokens: {
    source: ({ secrets }) => {
      const token = secrets["BITBUCKET_STEP_OIDC_TOKEN"];
      return token && { token, name: "BITBUCKET_STEP_OIDC_TOKEN" };
    },
    hint: "add to the step:  oidc: true, or with an audience of its own:  oidc: { audiences: [ … ] }",
    forAnother: "add to the step:  oidc: { audiences: [ … ] }",
  },
  template: { path: "bitbucket-pipelines.yml", text: template },
  // It has no variable that only says which CI system it is.
  detect: (env) =>
    /^\d+$/.test(env["BITBUCKET_BUILD_NUMBER"] ?? "") &&
    /^\{.+\}$/.test(env["BITBUCKET_STEP_UUID"] ?? ""),
  job: (env) => {
    const step = required(env, bitbucket, "BITBUCKET_STEP_UUID");
    const number = env["BITBUCKET_BUILD_NUMBER"];
    const repository = env["BITBUCKET_REPO_FULL_NAME"];
    const url =
      number &&
      repository &&
      encodeURI(`https://bitbucket.org/${repository}/pipelines/results/${number}/steps/${step}`);
    return {
      id: number ?? step,
      key: [step, env["BITBUCKET_STEP_RUN_NUMBER"] ?? "1"],
      ...(url && { url }),
    };
  },
  access: (variables) => ({ registry: REGISTRY, ...login(variables) }),
} as const satisfies CiSystem;
