import template from "../../templates/pipelines/woodpecker.yml" with { type: "text" };
import { checkOneLine } from "../variables.ts";
import { type CiSystem, required } from "./system.ts";

export const woodpecker = {
  name: "woodpecker",
  title: "Woodpecker",
  documentation: "https://woodpecker-ci.org/docs/usage/environment",
  variables: [
    { name: "CI", means: "tells that it is Woodpecker" },
    { name: "CI_SYSTEM_NAME", means: "the same, where the pipeline sets CI" },
    { name: "CI_PIPELINE_URL", means: "which server and repository", required: true },
    { name: "CI_PIPELINE_NUMBER", means: "which pipeline", required: true },
    { name: "CI_WORKFLOW_NUMBER", means: "which workflow of it", required: true },
  ],
  registry: "",
  persist: { by: "nothing", because: "each step of Woodpecker is a container of its own" },
  template: { path: ".woodpecker.yaml", text: template },
  detect: (env) => env["CI"] === "woodpecker" || env["CI_SYSTEM_NAME"] === "woodpecker",
  job: (env) => {
    const url = checkOneLine(required(env, woodpecker, "CI_PIPELINE_URL"), "CI_PIPELINE_URL");
    const pipeline = required(env, woodpecker, "CI_PIPELINE_NUMBER");
    const workflow = required(env, woodpecker, "CI_WORKFLOW_NUMBER");
    return { id: `${pipeline}-${workflow}`, key: [url, pipeline, workflow], url };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
