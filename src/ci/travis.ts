import template from "../../templates/pipelines/travis.yml" with { type: "text" };
import { checkOneLine } from "../variables.ts";
import { type CiSystem, required } from "./system.ts";

export const travis = {
  name: "travis",
  title: "Travis CI",
  documentation:
    "https://docs.travis-ci.com/user/environment-variables/#default-environment-variables",
  variables: [
    { name: "TRAVIS", means: "tells that it is Travis CI" },
    { name: "TRAVIS_JOB_ID", means: "which job", required: true },
    { name: "TRAVIS_JOB_NUMBER", means: "the job's number, for people" },
    { name: "TRAVIS_JOB_WEB_URL", means: "which server, and the job's page" },
  ],
  registry: "",
  // Nobody empties TRAVIS_TMPDIR: travis-ci/travis-build, bash/travis_setup_env.bash.
  persist: { by: "shell" },
  template: { path: ".travis.yml", text: template },
  detect: (env) => env["TRAVIS"] === "true",
  job: (env) => {
    const job = required(env, travis, "TRAVIS_JOB_ID");
    const url = env["TRAVIS_JOB_WEB_URL"];
    return {
      id: env["TRAVIS_JOB_NUMBER"] ?? job,
      key: [url ?? "", job],
      ...(url && { url: checkOneLine(url, "TRAVIS_JOB_WEB_URL") }),
    };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
