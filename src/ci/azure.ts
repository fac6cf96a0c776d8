import template from "../../templates/pipelines/azure.yml" with { type: "text" };
import { BerthError } from "../errors.ts";
import { checkOneLine, type Env } from "../variables.ts";
import { type CiSystem, required } from "./system.ts";

// https://github.com/microsoft/azure-pipelines-agent/blob/master/docs/design/percentEncoding.md
const ESCAPES: Readonly<Record<string, string>> = { "%": "%AZP25", "\r": "%0D", "\n": "%0A" };

const escapeValue = (value: string): string =>
  value.replace(/[%\r\n]/g, (character) => ESCAPES[character] ?? character);

// The agent expands macros in stored values before each step, and has no escape for them.
// microsoft/azure-pipelines-agent:src/Agent.Worker/Variables.cs (RecalculateExpanded)
const plain = (name: string, value: string): string => {
  if (!value.includes("$(")) return value;
  throw new BerthError(
    "BERTH_BAD_VALUE",
    `${name}: its value has $( in it`,
    "the agent would expand that as a macro: correct the variable that it is from",
  );
};

const pageOf = (env: Env, build: string, job: string): string | undefined => {
  // In a classic release the build is that of an artifact.
  const release = env["RELEASE_RELEASEWEBURL"];
  if (release) return checkOneLine(release, "RELEASE_RELEASEWEBURL");
  const collection = env["SYSTEM_COLLECTIONURI"];
  const project = env["SYSTEM_TEAMPROJECT"];
  if (!collection || !project) return undefined;
  const [path, ...query] = [project, build, job].map(encodeURIComponent);
  const page = `${path}/_build/results?buildId=${query[0]}&view=logs&j=${query[1]}`;
  return checkOneLine(collection, "SYSTEM_COLLECTIONURI") + page;
};

export const azure = {
  name: "azure",
  title: "Azure Pipelines",
  documentation: "https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables",
  variables: [
    { name: "TF_BUILD", means: "tells that it is Azure Pipelines" },
    { name: "BUILD_BUILDID", means: "which run", required: true },
    { name: "SYSTEM_JOBID", means: "which job of the pipeline", required: true },
    { name: "SYSTEM_JOBATTEMPT", means: "which attempt" },
    { name: "SYSTEM_PLANID", means: "which run, where it is a release" },
    { name: "SYSTEM_COLLECTIONURI", means: "which organization" },
    { name: "SYSTEM_TEAMPROJECT", means: "the project, for the job's page" },
    { name: "RELEASE_RELEASEWEBURL", means: "the page of a release" },
    { name: "AGENT_JOBNAME", means: "the job's name, for people" },
    { name: "SYSTEM_OIDCREQUESTURI", means: "where the job asks for id tokens" },
    { name: "SYSTEM_ACCESSTOKEN", means: "lets it ask; the step has to map it", secret: true },
    { name: "SYSTEM_JOBTIMEOUT", means: "how many minutes the job may run" },
    { name: "AGENT_TEMPDIRECTORY", means: "the job's directory, which the agent empties" },
  ],
  registry: "",
  tempDirVariable: "AGENT_TEMPDIRECTORY",
  persist: {
    by: "log",
    line: (name, value) =>
      `##vso[task.setvariable variable=${name}]${escapeValue(plain(name, value))}`,
  },
  // https://learn.microsoft.com/en-us/rest/api/azure/devops/distributedtask/oidctoken/create
  idTokens: {
    source: ({ env, secrets }, { serviceConnection }) => {
      const given = env["SYSTEM_OIDCREQUESTURI"];
      const token = secrets["SYSTEM_ACCESSTOKEN"];
      if (!given || !token || !URL.canParse(given)) return undefined;
      const url = new URL(given);
      url.searchParams.set("api-version", "7.1");
      if (serviceConnection) url.searchParams.set("serviceConnectionId", serviceConnection);
      const headers = {
        authorization: ["Bearer ", token],
        "content-type": "application/json",
        // Else it answers a bad token with a page to sign in.
        "x-tfs-fedauthredirect": "Suppress",
      };
      return { request: { method: "POST", url: url.href, headers }, field: "oidcToken" };
    },
    ofConnections: true,
    servers: ["SYSTEM_COLLECTIONURI"],
    hint: "add to the step:  env: { SYSTEM_ACCESSTOKEN: $(System.AccessToken) }",
  },
  mask: {
    by: "log",
    line: (value) =>
      `##vso[task.setsecret]${escapeValue(value).replaceAll(";", "%3B").replaceAll("]", "%5D")}`,
  },
  timeLimit: (env) => {
    const minutes = Number(env["SYSTEM_JOBTIMEOUT"] ?? "");
    return minutes > 0 ? { seconds: minutes * 60 } : undefined;
  },
  template: { path: "azure-pipelines.yml", text: template },
  detect: (env) => env["TF_BUILD"]?.toLowerCase() === "true",
  job: (env) => {
    const build = required(env, azure, "BUILD_BUILDID");
    // Made from the names of stage and job: the same in every run.
    const job = required(env, azure, "SYSTEM_JOBID");
    const url = pageOf(env, build, job);
    return {
      id: `${build}-${env["AGENT_JOBNAME"] ?? job}`,
      key: [
        env["SYSTEM_COLLECTIONURI"] ?? "",
        env["SYSTEM_PLANID"] ?? "",
        build,
        job,
        env["SYSTEM_JOBATTEMPT"] ?? "1",
      ],
      ...(url && { url }),
    };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
