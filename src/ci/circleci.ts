import template from "../../templates/pipelines/circleci.yml" with { type: "text" };
import { posix } from "../shells/posix.ts";
import type { Shell } from "../shells/shell.ts";
import { checkOneLine } from "../variables.ts";
import { type CiSystem, required } from "./system.ts";

// Every bash reads the file, also one that a command in a berth of its own starts: that one keeps what it has.
const forBashEnv: Shell = {
  ...posix,
  render: (output) => `if [ -z "\${BERTH_EXEC-}" ]; then\n${posix.render(output)}fi\n`,
};

export const circleci = {
  name: "circleci",
  title: "CircleCI",
  documentation: "https://circleci.com/docs/reference/variables/",
  variables: [
    { name: "CIRCLECI", means: "tells that it is CircleCI" },
    { name: "CIRCLE_WORKFLOW_JOB_ID", means: "which job", required: true },
    { name: "CIRCLE_NODE_INDEX", means: "tells the parallel runs of a job apart" },
    { name: "CIRCLE_BUILD_NUM", means: "the job's number, for people" },
    { name: "CIRCLE_BUILD_URL", means: "the job's page" },
    {
      name: "CIRCLE_OIDC_TOKEN_V2",
      means: "says who the job is, to whom its organization's id is the audience",
      secret: true,
    },
    { name: "BASH_ENV", means: "the file for `--persist`" },
  ],
  registry: "",
  // CircleCI names the file and does not make it (CircleCI-Public/aws-cli-orb#129).
  persist: { by: "file", variable: "BASH_ENV", shell: forBashEnv, mustExist: false },
  // https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
  idTokens: {
    source: ({ secrets }, { asked }) => {
      const token = secrets["CIRCLE_OIDC_TOKEN_V2"];
      if (asked === undefined) return token && { token, name: "CIRCLE_OIDC_TOKEN_V2" };
      return {
        command: ["circleci", "run", "oidc", "get", "--claims", JSON.stringify({ aud: asked })],
      };
    },
    hint: "CircleCI sets it in jobs with a context; in pull requests of forks only where they get secrets",
  },
  template: { path: ".circleci/config.yml", text: template },
  detect: (env) => env["CIRCLECI"] === "true",
  job: (env) => {
    const job = required(env, circleci, "CIRCLE_WORKFLOW_JOB_ID");
    const url = env["CIRCLE_BUILD_URL"];
    return {
      id: env["CIRCLE_BUILD_NUM"] ?? job,
      key: [job, env["CIRCLE_NODE_INDEX"] ?? "0"],
      ...(url && { url: checkOneLine(url, "CIRCLE_BUILD_URL") }),
    };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
