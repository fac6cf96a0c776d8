import template from "../../templates/pipelines/teamcity.kts" with { type: "text" };
import { BerthError } from "../errors.ts";
import { checkOneLine, type Env } from "../variables.ts";
import { type CiSystem, required } from "./system.ts";

// People set TEAMCITY_VERSION alone by hand, so that test runners write service messages.
const detect = (env: Env): boolean =>
  env["TEAMCITY_VERSION"] !== undefined && env["TEAMCITY_BUILD_PROPERTIES_FILE"] !== undefined;

const buildUrl = (env: Env): string => {
  // https://www.jetbrains.com/help/teamcity/2023.05/what-s-new-in-teamcity.html
  if (env["BUILD_URL"] === undefined && detect(env)) {
    throw new BerthError(
      "BERTH_MISSING_VARIABLE",
      "BUILD_URL is not set, which TeamCity sets from 2023.05 on",
      "before that, add the parameter env.BUILD_URL with the value " +
        "%teamcity.serverUrl%/viewLog.html?buildId=%teamcity.build.id%",
    );
  }
  return checkOneLine(required(env, teamcity, "BUILD_URL"), "BUILD_URL");
};

// BUILD_NUMBER is each build configuration's own, and a step may change it.
const buildId = (url: string): string | undefined =>
  /(?:\/|[?&]buildId=)(\d+)(?=[/?&#]|$)/.exec(url)?.[1];

export const teamcity = {
  name: "teamcity",
  title: "TeamCity",
  documentation: "https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html",
  variables: [
    { name: "TEAMCITY_VERSION", means: "tells that it is TeamCity" },
    { name: "TEAMCITY_BUILD_PROPERTIES_FILE", means: "tells the same" },
    { name: "BUILD_URL", means: "which build", required: true },
  ],
  registry: "",
  // https://www.jetbrains.com/help/teamcity/service-messages.html
  persist: {
    by: "nothing",
    because: "TeamCity takes variables from stdout alone, which is for the shell here",
  },
  template: { path: ".teamcity/settings.kts", text: template },
  detect,
  job: (env) => {
    const url = buildUrl(env);
    return { id: buildId(url) ?? url, key: [url], url };
  },
  access: () => ({ logins: [], notices: [] }),
} as const satisfies CiSystem;
