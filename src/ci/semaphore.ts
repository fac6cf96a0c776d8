import template from "../../templates/pipelines/semaphore.yml" with { type: "text" };
import { checkOneLine } from "../variables.ts";
import { type CiSystem, required } from "./system.ts";

export const semaphore = {
  name: "semaphore",
  title: "Semaphore",
  documentation: "https://docs.semaphore.io/reference/env-vars",
  variables: [
    { name: "SEMAPHORE", means: "tells that it is Semaphore" },
    { name: "SEMAPHORE_JOB_ID", means: "which job", required: true },
    { name: "SEMAPHORE_ORGANIZATION_URL", means: "which organization" },
    { name: "SEMAPHORE_REGISTRY_URL", means: "the mirror to pull from" },
    { name: "SEMAPHORE_REGISTRY_USERNAME", means: "user for it" },
    { name: "SEMAPHORE_REGISTRY_PASSWORD", means: "password for it", secret: true },
    { name: "SEMAPHORE_OIDC_TOKEN", means: "says who the job is", secret: true },
  ],
  registry: "the mirror `SEMAPHORE_REGISTRY_URL`, where set, to pull from",
  persist: { by: "shell" },
  // https://docs.semaphore.io/reference/openid
  idTokens: {
    source: ({ secrets }) => {
      const token = secrets["SEMAPHORE_OIDC_TOKEN"];
      return token && { token, name: "SEMAPHORE_OIDC_TOKEN" };
    },
    hint: "it is for organizations whose plan has OpenID Connect",
  },
  template: { path: ".semaphore/semaphore.yml", text: template },
  detect: (env) => env["SEMAPHORE"] === "true",
  job: (env) => {
    const id = required(env, semaphore, "SEMAPHORE_JOB_ID");
    const organization = env["SEMAPHORE_ORGANIZATION_URL"];
    const url = organization && `${organization}/jobs/${id}`;
    return {
      id,
      key: [organization ?? "", id],
      ...(url && {
        url: checkOneLine(url, "SEMAPHORE_ORGANIZATION_URL/jobs/SEMAPHORE_JOB_ID"),
      }),
    };
  },
  // Nobody pushes to a mirror: it is not BERTH_REGISTRY, and it is no loss where there is none.
  access: ({ env, secrets }) => {
    const registry = env["SEMAPHORE_REGISTRY_URL"];
    const user = env["SEMAPHORE_REGISTRY_USERNAME"];
    const secret = secrets["SEMAPHORE_REGISTRY_PASSWORD"];
    if (!registry || !user || !secret) return { logins: [], notices: [] };
    const login = {
      registry,
      registryFrom: "SEMAPHORE_REGISTRY_URL",
      user,
      userFrom: "SEMAPHORE_REGISTRY_USERNAME",
      secret,
      secretFrom: "SEMAPHORE_REGISTRY_PASSWORD",
    };
    return { logins: [login], notices: [] };
  },
} as const satisfies CiSystem;
