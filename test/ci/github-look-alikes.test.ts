import { describe, expect, test } from "@jest/globals";
import { act } from "../../src/ci/act.ts";
import { forgejo } from "../../src/ci/forgejo.ts";
import { gitea } from "../../src/ci/gitea.ts";
import { github } from "../../src/ci/github.ts";
import type { CiSystem } from "../../src/ci/system.ts";
import { type Env, type JobVariables, present } from "../../src/variables.ts";
import { githubJob, type Variables, variablesOf } from "../fixtures/environments.ts";
import { recorded as actJobs } from "./recorded/act.ts";
import { recorded as forgejoJobs } from "./recorded/forgejo.ts";
import { recorded as giteaJobs } from "./recorded/gitea.ts";
import { recorded as githubJobs } from "./recorded/github.ts";

const systems: readonly CiSystem[] = [forgejo, gitea, act, github];

describe("TRAPS 1, 3 and 21: one alone of those that look alike is found", () => {
  const found = (env: Variables) =>
    systems.filter((system) => system.detect(present(env))).map(({ name }) => name);

  test.each([
    ["forgejo", forgejoJobs],
    ["gitea", giteaJobs],
    ["act", actJobs],
    ["github", githubJobs],
  ] as const)("%s", (name, jobs) => {
    expect(Object.values(jobs).map(found)).toEqual([[name], [name], [name]]);
  });

  test.each([
    ["Forgejo on top of GitHub", { FORGEJO_ACTIONS: "true" }, ["forgejo"]],
    ["Gitea on top of GitHub", { GITEA_ACTIONS: "true" }, ["gitea"]],
    ["act on top of GitHub", { ACT: "true" }, ["act"]],
    ["markers that say no", { FORGEJO_ACTIONS: "false", GITEA_ACTIONS: "0", ACT: "" }, ["github"]],
    ["TRAP 5: GITHUB_ACTIONS=false", { GITHUB_ACTIONS: "false" }, []],
    ["TRAP 5: GITHUB_ACTIONS=1", { GITHUB_ACTIONS: "1" }, []],
    ["TRAP 6: CI=false", { CI: "false" }, ["github"]],
    ["TRAP 7: a runner that CodeBuild hosts", { CODEBUILD_BUILD_ARN: "arn:aws:x" }, ["github"]],
  ])("%s", (_, changes, expected) => {
    expect(found({ ...githubJob, ...changes })).toEqual(expected);
  });
});

/** The names that are read of an object, and the object. */
const watched = <T extends object>(target: T) => {
  const names = new Set<string>();
  const seen = new Proxy(target, {
    get: (_, name) => {
      names.add(String(name));
      return Reflect.get(target, name);
    },
  });
  return { names, seen };
};

const TOKEN = "PACKAGE_TOKEN";

const readOf = (system: CiSystem, job: Variables): readonly string[] => {
  const env = watched<Env>(present(job));
  const secrets = watched<JobVariables["secrets"]>(variablesOf(system, job, TOKEN).secrets);
  system.detect(env.seen);
  system.job(env.seen);
  for (const options of [{}, { registryHost: "forge.example" }, { tokenEnv: TOKEN }]) {
    const variables = { env: env.seen, secrets: secrets.seen };
    system.access(variables, { gitlabCredentials: "job", ...options });
    system.idTokens?.source(variables, {});
  }
  return [...env.names, ...secrets.names].filter((name) => name !== TOKEN);
};

describe("each variable that is read is told of, and no other", () => {
  test.each([
    ["forgejo", forgejo, forgejoJobs.push],
    ["gitea", gitea, giteaJobs.push],
    ["act", act, actJobs.push],
    ["github", github, githubJobs.push],
  ] as const)("%s", (_, system: CiSystem, job: Variables) => {
    const full = { ...job, GITHUB_TOKEN: "t", FORGEJO_TOKEN: "t", [TOKEN]: "t" };
    const read = [full, { ...full, JOB_CONTAINER_NAME: "" }].flatMap((env) => readOf(system, env));
    // The last ones elsewhere: for the job's directory, for --persist, and for doctor.
    const elsewhere = [system.tempDirVariable, system.eventVariable, "GITHUB_ENV"];
    const all = new Set([...read, ...elsewhere.filter((name) => name !== undefined)]);
    expect(system.variables.map(({ name }) => name).sort()).toEqual([...all].sort());
  });
});

describe("a workflow to copy", () => {
  test.each([
    ["forgejo", forgejo, ".forgejo/workflows/publish.yml", " forgejo --token-env PACKAGE_TOKEN"],
    ["gitea", gitea, ".gitea/workflows/publish.yml", " gitea --token-env PACKAGE_TOKEN"],
    ["github", github, ".github/workflows/publish.yml", ""],
  ] as const)("TRAP 49: of %s cleans up, whatever has failed", (name, system, path, words) => {
    const { template } = system;
    expect(template.path).toBe(path);
    expect(template.text).toContain(`        run: berth ci-env${words} --persist\n`);
    expect(template.text).toMatch(
      new RegExp(
        ` {6}- if: always\\(\\)\n {8}run: berth cleanup${name === "github" ? "" : ` ${name}`}\n$`,
      ),
    );
  });

  test("of act is GitHub's", () => {
    expect(act.template).toBe(github.template);
  });
});
