import type { Variables } from "../../fixtures/environments.ts";

const push = {
  BUILD_NUMBER: "5",
  BUILD_URL: "https://teamcity.example.com/viewLog.html?buildId=104",
  BUILD_VCS_NUMBER: "1ee546f280c093f1e24ecc149db4a0a100c8d609",
  BUILD_VCS_NUMBER_CiDetector_HttpsGithubComOndraMCiDetectorRefsHeadsMain:
    "1ee546f280c093f1e24ecc149db4a0a100c8d609",
  TEAMCITY_BUILDCONF_NAME: "Build",
  TEAMCITY_BUILD_PROPERTIES_FILE: "/opt/buildagent/temp/buildTmp/teamcity.build.parameters",
  TEAMCITY_GIT_PATH: "/usr/bin/git",
  TEAMCITY_PROCESS_FLOW_ID: "376437994027122",
  TEAMCITY_PROCESS_PARENT_FLOW_ID: "",
  TEAMCITY_PROJECT_NAME: "Ci Detector",
  TEAMCITY_VERSION: "10.0 (build 42002)",
} as const satisfies Variables;

export const recorded = {
  // https://github.com/OndraM/ci-detector:tests/phpt/Ci/CiDetector_TeamCity.phpt, but BUILD_URL
  push,
  // https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html (no tag)
  tag: {
    ...push,
    BUILD_NUMBER: "6",
    BUILD_URL: "https://teamcity.example.com/build/105",
    BUILD_VCS_NUMBER: "8a62dd410abf9642dba1c7b61427e8695f38a918",
  },
  // https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html (no request)
  pullRequest: {
    ...push,
    BUILD_NUMBER: "7",
    BUILD_URL: "https://teamcity.example.com/buildConfiguration/CiDetector_Build/106",
  },
} as const satisfies Record<string, Variables>;
