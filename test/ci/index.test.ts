import { describe, expect, test } from "@jest/globals";
import { type CiName, chooseSystem, ciNames, isCiJob } from "../../src/ci/index.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import { githubJob, gitlabJob, type Variables } from "../fixtures/environments.ts";

const NONE = "BERTH_NO_CI: no CI system found: no variable of one that berth knows is set";

/** The name of the system that is found, or the complaint. */
const found = async (env: Variables, name?: CiName): Promise<string> => {
  let system = "";
  const said = await complaint(() => {
    system = chooseSystem(name, present(env)).name;
  });
  return system || said;
};

describe("chooseSystem() tells the system by its variables", () => {
  test.each([
    ["GitLab", gitlabJob, "gitlab"],
    ["GitHub", githubJob, "github"],
    ["TRAP 6: CI=false does not count", { ...gitlabJob, CI: "false" }, "gitlab"],
    ["TRAP 7: Cloud Run's variable beside GitLab's", { ...gitlabJob, K_SERVICE: "x" }, "gitlab"],
    ["TRAP 5: GITLAB_CI=false", { ...gitlabJob, GITLAB_CI: "false" }, NONE],
    ["TRAP 5: GITLAB_CI=0", { ...gitlabJob, GITLAB_CI: "0" }, NONE],
    ["TRAP 5: an empty GITLAB_CI", { ...gitlabJob, GITLAB_CI: "" }, NONE],
    [
      "TRAP 4: Woodpecker's CI_* are not GitLab's",
      { CI: "woodpecker", CI_COMMIT_SHA: "abc", CI_PIPELINE_URL: "https://ci.example/1" },
      "woodpecker",
    ],
    [
      "TRAPS 1, 21: Forgejo",
      { ...githubJob, GITEA_ACTIONS: "true", FORGEJO_ACTIONS: "true" },
      "forgejo",
    ],
    ["TRAP 1: Gitea", { ...githubJob, GITEA_ACTIONS: "true" }, "gitea"],
    ["TRAP 3: act", { ...githubJob, ACT: "true" }, "act"],
    ["TRAP 10: nothing", {}, NONE],
    ["TRAP 10: CI=true alone", { CI: "true" }, NONE],
    [
      "TRAP 9: two systems at once",
      { ...gitlabJob, ...githubJob },
      "BERTH_SEVERAL_CI: the variables of GitHub Actions and GitLab CI are set at once",
    ],
  ])("%s", async (_, env, expected) => {
    expect(await found(env)).toBe(expected);
  });
});

describe("chooseSystem() takes the named system", () => {
  test.each([
    ["in its job", "gitlab", gitlabJob, "gitlab"],
    ["outside of any CI", "github", {}, "github"],
    ["TRAP 9: where two are found", "gitlab", { ...gitlabJob, ...githubJob }, "gitlab"],
    [
      "TRAPS 3, 9: but not where what is found only looks like it",
      "github",
      { ...githubJob, ACT: "true" },
      "BERTH_OTHER_CI: this is a job of act, not of GitHub Actions",
    ],
    [
      "TRAP 9: but not in another's job",
      "gitlab",
      githubJob,
      "BERTH_OTHER_CI: this is a job of GitHub Actions, not of GitLab CI",
    ],
  ] as const)("%s", async (_, name, env, expected) => {
    expect(await found(env, name)).toBe(expected);
  });
});

test("each name leads to the system of that name", async () => {
  expect(await Promise.all(ciNames.map((name) => found({}, name)))).toEqual(ciNames);
});

describe("isCiJob(): may a failure end the shell?", () => {
  test.each([
    ["a job of GitLab", gitlabJob, true],
    ["a job of GitHub that says CI=false", { ...githubJob, CI: "false" }, true],
    ["CI=true", { CI: "true" }, true],
    ["CI=1", { CI: "1" }, true],
    ["CI=woodpecker", { CI: "woodpecker" }, true],
    ["nothing", {}, false],
    ["an empty CI", { CI: "" }, false],
    ["CI=false", { CI: "false" }, false],
    ["CI=FALSE", { CI: "FALSE" }, false],
    ["CI=0", { CI: "0" }, false],
    ["a job's number alone", { CI_JOB_ID: "1" }, false],
  ])("%s", (_, env, expected) => {
    expect(isCiJob(present(env))).toBe(expected);
  });
});
