import template from "../../templates/pipelines/jenkins.groovy" with { type: "text" };
import { checkOneLine, type Env } from "../variables.ts";
import { type CiSystem, required } from "./system.ts";

// No one of them is in every shell: JENKINS_URL needs a root URL (TRAP 8), and docker.inside leaves
// out what the agent's own environment has, too (docker-workflow-plugin, WithContainerStep.java).
const isOfJenkins = (env: Env): boolean =>
  [env["JENKINS_URL"], env["JENKINS_HOME"], env["HUDSON_SERVER_COOKIE"]].some(
    (value) => value !== undefined,
  );

export const jenkins = {
  name: "jenkins",
  title: "Jenkins",
  documentation:
    "https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables",
  variables: [
    { name: "JOB_NAME", means: "which project", required: true },
    { name: "BUILD_NUMBER", means: "which build of it", required: true },
    { name: "NODE_NAME", means: "tells the parallel stages of a build apart, by their agents" },
    { name: "EXECUTOR_NUMBER", means: "the same, by the executors of one agent" },
    { name: "HUDSON_SERVER_COOKIE", means: "which Jenkins", secret: true },
    { name: "BUILD_URL", means: "the build's page" },
    { name: "JENKINS_URL", means: "tells that it is Jenkins" },
    { name: "JENKINS_HOME", means: "the same, where Jenkins has no URL" },
  ],
  registry: "",
  persist: { by: "nothing", because: "each step of Jenkins is a process of its own" },
  template: { path: "Jenkinsfile", text: template },
  detect: (env) =>
    isOfJenkins(env) && env["BUILD_NUMBER"] !== undefined && env["JOB_NAME"] !== undefined,
  job: (env) => {
    const name = required(env, jenkins, "JOB_NAME");
    const number = required(env, jenkins, "BUILD_NUMBER");
    const url = env["BUILD_URL"];
    // Each `node` block of a build has an executor to itself, whatever its workspace and container.
    const executor = [env["NODE_NAME"] ?? "", env["EXECUTOR_NUMBER"] ?? ""];
    return {
      id: `${name}#${number}`,
      key: [env["HUDSON_SERVER_COOKIE"] ?? "", name, number, ...executor],
      ...(url && { url: checkOneLine(url, "BUILD_URL") }),
    };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
