import template from "../../templates/pipelines/cloudbuild.yml" with { type: "text" };
import type { Env } from "../variables.ts";
import type { CiSystem } from "./system.ts";

const consolePage = (env: Env): string | undefined => {
  const parts = [env["LOCATION"], env["BUILD_ID"], env["PROJECT_ID"]];
  const [location, build, project] = parts.map((part) => part && encodeURIComponent(part));
  if (!location || !build || !project) return undefined;
  const builds = "https://console.cloud.google.com/cloud-build/builds";
  return `${builds};region=${location}/${build}?project=${project}`;
};

export const cloudbuild = {
  name: "cloudbuild",
  title: "Google Cloud Build",
  documentation:
    "https://docs.cloud.google.com/build/docs/configuring-builds/substitute-variable-values",
  variables: [
    { name: "BUILDER_OUTPUT", means: "tells that it is Cloud Build" },
    { name: "HOME", means: "the same: it is `/builder/home`" },
    { name: "BUILD_ID", means: "which build; set with `automapSubstitutions`" },
    { name: "PROJECT_ID", means: "the build's page; set with `automapSubstitutions`" },
    { name: "LOCATION", means: "the build's page; set with `automapSubstitutions`" },
  ],
  registry: "Artifact Registry, with the credentials that Cloud Build itself puts into `$HOME`",
  persist: { by: "nothing", because: "each step of Cloud Build is a container of its own" },
  template: { path: "cloudbuild.yaml", text: template },
  // https://github.com/GoogleCloudPlatform/cloud-build-local/blob/master/build/build.go
  detect: (env) => env["BUILDER_OUTPUT"] === "/builder/outputs" && env["HOME"] === "/builder/home",
  job: (env) => {
    const url = consolePage(env);
    // The machine is this build's: https://docs.cloud.google.com/build/docs/shared-responsibility
    const build = env["BUILD_ID"] ?? "build";
    return { id: build, key: [build], ...(url && { url }) };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
