import { describe, expect, test } from "@jest/globals";
import { github } from "../../src/ci/github.ts";
import { githubJob } from "../fixtures/environments.ts";
import { access, at, without } from "../fixtures/github-access.ts";

describe("TRAPS 1, 3 and 21: what only looks like GitHub", () => {
  const LOOK_ALIKES = [
    ["Forgejo", "Forgejo Actions", { FORGEJO_ACTIONS: "true", GITEA_ACTIONS: "true" }],
    ["Gitea", "Gitea Actions", { GITEA_ACTIONS: "true" }],
    ["act", "act", { ACT: "true" }],
  ] as const;

  test.each(LOOK_ALIKES)("%s gets no login, though it has a token", (_, title, marker) => {
    expect(access(marker)).toEqual(
      without("ghcr.io", `missing: no login: this is ${title}, whose token is not for ghcr.io`),
    );
  });

  test.each(LOOK_ALIKES)(
    "%s gets one to the registry that --registry-host names",
    (_, __, marker) => {
      expect(access(marker, { registryHost: "forge.example" })).toEqual(
        at("forge.example", { registryFrom: "--registry-host" }),
      );
    },
  );

  test.each([
    ["GitHub itself", {}, true],
    ["Forgejo", { FORGEJO_ACTIONS: "true" }, false],
    ["Gitea", { GITEA_ACTIONS: "true" }, false],
    ["act", { ACT: "true" }, false],
    ["markers that say no", { FORGEJO_ACTIONS: "false", GITEA_ACTIONS: "0", ACT: "" }, true],
    ["TRAP 5: GITHUB_ACTIONS=false", { GITHUB_ACTIONS: "false" }, false],
    ["TRAP 5: GITHUB_ACTIONS=1", { GITHUB_ACTIONS: "1" }, false],
    ["TRAP 6: CI=false", { CI: "false" }, true],
    ["TRAP 7: a runner that CodeBuild hosts", { CODEBUILD_BUILD_ARN: "arn:aws:x" }, true],
  ])("%s", (_, changes, detected) => {
    expect(github.detect({ ...githubJob, ...changes })).toBe(detected);
  });
});
