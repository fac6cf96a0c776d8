import template from "../../templates/pipelines/appveyor.yml" with { type: "text" };
import { checkOneLine, type Env } from "../variables.ts";
import { type CiSystem, required } from "./system.ts";

const urlOf = (env: Env, id: string): string => {
  const server = checkOneLine(env["APPVEYOR_URL"] ?? "", "APPVEYOR_URL");
  const account = checkOneLine(env["APPVEYOR_ACCOUNT_NAME"] ?? "", "APPVEYOR_ACCOUNT_NAME");
  const project = checkOneLine(env["APPVEYOR_PROJECT_SLUG"] ?? "", "APPVEYOR_PROJECT_SLUG");
  const build = checkOneLine(env["APPVEYOR_BUILD_ID"] ?? "", "APPVEYOR_BUILD_ID");
  return server && account && project && build
    ? `${server}/project/${account}/${project}/builds/${build}/job/${id}`
    : "";
};

export const appveyor = {
  name: "appveyor",
  title: "AppVeyor",
  documentation: "https://www.appveyor.com/docs/environment-variables/",
  variables: [
    { name: "APPVEYOR", means: "tells that it is AppVeyor" },
    { name: "APPVEYOR_JOB_ID", means: "which job", required: true },
    { name: "APPVEYOR_URL", means: "which AppVeyor" },
    { name: "APPVEYOR_ACCOUNT_NAME", means: "for the job's page" },
    { name: "APPVEYOR_PROJECT_SLUG", means: "for the job's page" },
    { name: "APPVEYOR_BUILD_ID", means: "for the job's page" },
  ],
  registry: "",
  // https://www.appveyor.com/docs/build-worker-api/#set-environment-variable
  persist: {
    by: "program",
    command: (name, value) => ["appveyor", "SetVariable", "-Name", name, "-Value", value],
  },
  template: { path: "appveyor.yml", text: template },
  // `True` on Windows, `true` on Linux (TRAP 5).
  detect: (env) => env["APPVEYOR"]?.toLowerCase() === "true",
  job: (env) => {
    const id = checkOneLine(required(env, appveyor, "APPVEYOR_JOB_ID"), "APPVEYOR_JOB_ID");
    const url = urlOf(env, id);
    return { id, key: [env["APPVEYOR_URL"] ?? "", id], ...(url && { url }) };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
