import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ciSystems } from "../src/ci/index.ts";
import type { CiSystem } from "../src/ci/system.ts";
import { present } from "../src/variables.ts";
import { werfVariables } from "../src/werf.ts";
import { readWerfProject } from "../src/werf-project.ts";
import { recorded } from "./ci/recorded/github.ts";
import { complaint } from "./fixtures/complaint.ts";
import { githubJob, gitlabJob, type Variables, variablesOf } from "./fixtures/environments.ts";
import { makeFifo } from "./fixtures/fifo.ts";
import { withoutRights } from "./fixtures/without-rights.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

const systemOf = (name: string): CiSystem => {
  const system = ciSystems.find((one) => one.name === name);
  if (!system) throw new Error(`no such system: ${name}`);
  return system;
};
const [gitlab, github] = [systemOf("gitlab"), systemOf("github")];

interface Options {
  readonly project?: string | undefined;
  readonly registryHost?: string;
}

/** What werf gets in a job with these variables, its notices a line each. */
const given = (system: CiSystem, env: Variables, { project, ...login }: Options = {}) => {
  const variables = variablesOf(system, env);
  const found = werfVariables({
    system,
    env: variables.env,
    job: system.job(variables.env),
    access: system.access(variables, { gitlabCredentials: "job", ...login }),
    project,
  });
  return {
    variables: found.variables,
    notices: found.notices.map(({ level, text }) => `${level}: ${text}`),
  };
};

type Pair = readonly [name: string, value: string];

const only = (...variables: readonly Pair[]) => ({ variables, notices: [] });
const without = (variables: readonly Pair[], ...names: readonly string[]) =>
  variables.filter(([name]) => !names.includes(name));

const LOGS = [
  ["WERF_LOG_COLOR_MODE", "on"],
  ["WERF_LOG_PROJECT_DIR", "1"],
  ["WERF_ENABLE_PROCESS_EXTERMINATOR", "1"],
  ["WERF_LOG_TERMINAL_WIDTH", "130"],
] as const;
const CHANNEL = [
  "WERF_ADD_ANNOTATION_WERF_RELEASE_CHANNEL",
  "werf.io/release-channel=2 stable",
] as const;
const channel = { TRDL_USE_WERF_GROUP_CHANNEL: "2 stable" };

describe("GitLab CI", () => {
  // https://docs.gitlab.com/ci/variables/predefined_variables/
  const push = {
    ...gitlabJob,
    CI_SERVER_VERSION: "18.3.1-ee",
    CI_PROJECT_URL: "https://gitlab.example.com/Group/App",
    CI_COMMIT_SHA: "1ecfd275763eff1d6b4844ea3168962458c9f27a",
    CI_COMMIT_BRANCH: "main",
    CI_COMMIT_REF_NAME: "main",
    CI_PIPELINE_URL: "https://gitlab.example.com/Group/App/-/pipelines/32",
    CI_JOB_URL: "https://gitlab.example.com/Group/App/-/jobs/7001",
  } as const;
  const tag = { ...push, CI_COMMIT_BRANCH: undefined, CI_COMMIT_TAG: "v1.2.3" };
  const mergeRequest = {
    ...push,
    CI_COMMIT_BRANCH: undefined,
    CI_MERGE_REQUEST_IID: "5",
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "feature",
    CI_MERGE_REQUEST_PROJECT_URL: "https://gitlab.example.com/upstream/app",
  };

  const REPO = [
    ["WERF_REPO", "registry.example.com:5050/group/app"],
    ["WERF_REPO_CONTAINER_REGISTRY", "gitlab"],
  ] as const;
  const ENVIRONMENT = ["WERF_ENV", "review-feature-1"] as const;
  const COMMIT = [
    ["WERF_ADD_ANNOTATION_PROJECT_GIT", "project.werf.io/git=https://gitlab.example.com/Group/App"],
    ["WERF_ADD_ANNOTATION_CI_COMMIT", "ci.werf.io/commit=1ecfd275763eff1d6b4844ea3168962458c9f27a"],
  ] as const;
  const TAG = ["WERF_ADD_ANNOTATION_CI_GIT_TAG", "ci.werf.io/tag=v1.2.3"] as const;
  const PAGES = [
    [
      "WERF_ADD_ANNOTATION_GITLAB_CI_PIPELINE_URL",
      "gitlab.ci.werf.io/pipeline-url=https://gitlab.example.com/Group/App/-/pipelines/32",
    ],
    [
      "WERF_ADD_ANNOTATION_GITLAB_CI_JOB_URL",
      "gitlab.ci.werf.io/job-url=https://gitlab.example.com/Group/App/-/jobs/7001",
    ],
  ] as const;
  const whole = { ...tag, ...channel, CI_ENVIRONMENT_SLUG: "review-feature-1" };
  const WHOLE: readonly Pair[] = [...REPO, ENVIRONMENT, CHANNEL, ...COMMIT, TAG, ...PAGES, ...LOGS];

  test.each([
    ["a push", push, only(...REPO, ...COMMIT, ...PAGES, ...LOGS)],
    ["a tag", tag, only(...REPO, ...COMMIT, TAG, ...PAGES, ...LOGS)],
    ["a merge request", mergeRequest, only(...REPO, ...COMMIT, ...PAGES, ...LOGS)],
    [
      "a deployment to an environment",
      {
        ...push,
        CI_ENVIRONMENT_NAME: "review/feature-1",
        CI_ENVIRONMENT_SLUG: "review-feature-1",
      },
      only(...REPO, ENVIRONMENT, ...COMMIT, ...PAGES, ...LOGS),
    ],
    ["everything at once", whole, only(...WHOLE)],
    ["nothing but what every job has", gitlabJob, only(...REPO, ...LOGS)],
    [
      "TRAP 48: empty values",
      {
        ...Object.fromEntries(Object.keys(whole).map((name) => [name, ""])),
        ...gitlabJob,
        ...Object.fromEntries(WHOLE.map(([name]) => [name, ""])),
      },
      only(...REPO, ...LOGS),
    ],
  ])("%s", (_, env, expected) => {
    expect(given(gitlab, env)).toEqual(expected);
  });

  test.each(WHOLE.map(([name]) => name))("%s that is set is left alone", (name) => {
    // WERF_REPO elsewhere has another kind of registry.
    const more = name === "WERF_REPO" ? ["WERF_REPO_CONTAINER_REGISTRY"] : [];
    expect(given(gitlab, { ...whole, [name]: "other.example/own" })).toEqual({
      variables: without(WHOLE, name, ...more),
      notices: [`info: left alone, because set already: ${name}`],
    });
  });

  test("what an earlier run in the job has set is given again", () => {
    expect(given(gitlab, { ...whole, ...Object.fromEntries(WHOLE) })).toEqual(only(...WHOLE));
  });

  test.each([
    ["in the job's registry", "registry.example.com:5050/group/other", true],
    ["in it, in upper case", "Registry.Example.com:5050/group/other", true],
    ["at a host that starts like it", "registry.example.com:50501/group/app", false],
    ["at its host on another port", "registry.example.com/group/app", false],
    ["on Docker Hub", "example/app", false],
  ])("a repository that is set %s: is it GitLab's? (%s, %s)", (_, WERF_REPO, isGitlabs) => {
    expect(given(gitlab, { ...push, WERF_REPO })).toEqual({
      variables: [...(isGitlabs ? [REPO[1]] : []), ...COMMIT, ...PAGES, ...LOGS],
      notices: ["info: left alone, because set already: WERF_REPO"],
    });
  });

  test.each([
    ["GitLab has none", { CI_REGISTRY: undefined, CI_REGISTRY_IMAGE: undefined }],
    ["the project has none", { CI_REGISTRY_IMAGE: undefined }],
  ])("TRAPS 11, 12: without a registry, because %s, there is no repository", (_, none) => {
    const variables = [...COMMIT, ...PAGES, ...LOGS];
    expect(given(gitlab, { ...push, ...none })).toEqual({
      variables,
      notices: ["info: WERF_REPO is left out: the job has no image repository of its own"],
    });
    const own = { ...push, ...none, WERF_REPO: "registry.example.net/app" };
    expect(given(gitlab, own)).toEqual(only(...variables));
  });

  test.each([
    ["", "on"],
    ["12", "on"],
    ["12.1", "on"],
    ["12.1.3", "on"],
    ["12.1.3-ee", "on"],
    ["12.1.4", "off"],
    ["12.1.4-ee", "off"],
    ["12.1.17+x", "off"],
    ["v12.1.5", "off"],
    ["12.1.5 x", "on"],
    ["12.1.5-", "on"],
    ["12.2-pre", "off"],
    ["12.2.0-rc42-ee", "off"],
    ["12.2.0", "on"],
    ["12.2.0+x", "on"],
    ["12.2.1-pre", "on"],
    ["12.10.5", "on"],
    ["112.1.5", "on"],
    ["18.3.1-ee", "on"],
    ["unknown", "on"],
  ])("GitLab %j: colours are %s", (CI_SERVER_VERSION, color) => {
    const { variables } = given(gitlab, { ...push, CI_SERVER_VERSION });
    expect(Object.fromEntries(variables)["WERF_LOG_COLOR_MODE"]).toBe(color);
  });

  test.each([
    "CI_REGISTRY_IMAGE",
    "CI_ENVIRONMENT_SLUG",
    "TRDL_USE_WERF_GROUP_CHANNEL",
    "CI_PROJECT_URL",
    "CI_COMMIT_SHA",
    "CI_COMMIT_TAG",
    "CI_PIPELINE_URL",
    "CI_JOB_URL",
  ])("a line break in %s is refused", async (name) => {
    expect(await complaint(() => given(gitlab, { ...whole, [name]: "a\nexit" }))).toBe(
      `BERTH_BAD_VALUE: ${name}: a line break in its value "a\\x0aexit"`,
    );
  });

  test("but not in what is set already, and stays as it is", () => {
    const env = { ...whole, CI_COMMIT_TAG: "a\nexit", [TAG[0]]: "own=1" };
    expect(given(gitlab, env)).toEqual({
      variables: without(WHOLE, TAG[0]),
      notices: [`info: left alone, because set already: ${TAG[0]}`],
    });
  });
});

describe("GitHub Actions", () => {
  const project = "my-app";
  const tokens = { GITHUB_TOKEN: "test-token-github" };
  const push = { ...recorded.push, ...tokens };
  const tag = { ...recorded.tag, ...tokens };
  const pullRequest = { ...recorded.pullRequest, ...tokens };

  const REPO = ["WERF_REPO", "ghcr.io/octocat/hello-world/my-app"] as const;
  const git = (repository: string): Pair => [
    "WERF_ADD_ANNOTATION_PROJECT_GIT",
    `project.werf.io/git=${repository}`,
  ];
  const GIT = git("https://github.com/octocat/Hello-World");
  const commit = (sha: string): Pair => [
    "WERF_ADD_ANNOTATION_CI_COMMIT",
    `ci.werf.io/commit=${sha}`,
  ];
  const COMMIT = commit("d26abf5d15a1ffed968176b2840bcb99eb2de0cb");
  const TAG = ["WERF_ADD_ANNOTATION_CI_GIT_TAG", "ci.werf.io/tag=v1.2.3"] as const;
  const run = (url: string): Pair => [
    "WERF_ADD_ANNOTATION_GITHUB_ACTIONS_RUN_URL",
    `github.ci.werf.io/workflow-run-url=${url}`,
  ];
  const RUN = run("https://github.com/octocat/Hello-World/actions/runs/33278970756");
  const whole = { ...tag, ...channel };
  const WHOLE: readonly Pair[] = [REPO, CHANNEL, GIT, COMMIT, TAG, RUN, ...LOGS];

  test.each([
    ["a push", push, only(REPO, GIT, COMMIT, RUN, ...LOGS)],
    ["a tag", tag, only(REPO, GIT, COMMIT, TAG, RUN, ...LOGS)],
    [
      "a pull request, whose commit is that of the merge",
      pullRequest,
      only(REPO, GIT, commit("8f3bc9a1d0e7f6254c1b9a8d7e6f5c4b3a291807"), RUN, ...LOGS),
    ],
    [
      "a deployment: no variable names the environment, so WERF_ENV is the workflow's",
      { ...push, WERF_ENV: "production" },
      only(REPO, GIT, COMMIT, RUN, ...LOGS),
    ],
    ["everything at once", whole, only(...WHOLE)],
    [
      "nothing but what every job has",
      githubJob,
      only(
        ["WERF_REPO", "ghcr.io/example-org/my.app/my-app"],
        git("https://github.com/Example-Org/My.App"),
        run("https://github.com/Example-Org/My.App/actions/runs/42"),
        ...LOGS,
      ),
    ],
    [
      "TRAP 48: empty values",
      {
        ...push,
        ...Object.fromEntries(WHOLE.map(([name]) => [name, ""])),
        ...{ GITHUB_SHA: "", GITHUB_REF_TYPE: "tag", GITHUB_REF_NAME: "" },
        ...{ TRDL_USE_WERF_GROUP_CHANNEL: "", WERF_PROJECT_NAME: "" },
      },
      only(REPO, GIT, RUN, ...LOGS),
    ],
  ])("%s", (_, env, expected) => {
    expect(given(github, env, { project })).toEqual(expected);
  });

  test.each(WHOLE.map(([name]) => name))("%s that is set is left alone", (name) => {
    expect(given(github, { ...whole, [name]: "other.example/own" }, { project })).toEqual({
      variables: without(WHOLE, name),
      notices: [`info: left alone, because set already: ${name}`],
    });
  });

  test("what an earlier run in the job has set is given again", () => {
    const env = { ...whole, ...Object.fromEntries(WHOLE) };
    expect(given(github, env, { project })).toEqual(only(...WHOLE));
  });

  test.each([
    ["Enterprise Server", "https://ghe.corp.example:8443", {}, "containers.ghe.corp.example"],
    ["GHE.com", "https://octocorp.ghe.com", {}, "containers.octocorp.ghe.com"],
    [
      "Enterprise Server with --registry-host",
      "https://ghe.corp.example",
      { registryHost: "docker.ghe.corp.example" },
      "docker.ghe.corp.example",
    ],
  ])("TRAP 20: %s: all is at the job's own server", (_, server, login, registry) => {
    const page = `${server}/octocat/Hello-World`;
    expect(given(github, { ...push, GITHUB_SERVER_URL: server }, { project, ...login })).toEqual(
      only(
        ["WERF_REPO", `${registry}/octocat/hello-world/my-app`],
        git(page),
        COMMIT,
        run(`${page}/actions/runs/33278970756`),
        ...LOGS,
      ),
    );
  });

  test("without the job's page there is nothing to annotate with, and without an image no repository", () => {
    expect(given(github, { ...push, GITHUB_REPOSITORY: undefined }, { project })).toEqual({
      variables: [COMMIT, ...LOGS],
      notices: ["info: WERF_REPO is left out: the job has no image repository of its own"],
    });
  });

  test("without the project's name there is no repository, and that is said", () => {
    const rest = [GIT, COMMIT, RUN, ...LOGS];
    expect(given(github, push)).toEqual({
      variables: rest,
      notices: [
        "warning: WERF_REPO is left out: no plain line of werf.yaml says the name of the project",
      ],
    });
    expect(given(github, { ...push, WERF_REPO: "ghcr.io/octocat/app" })).toEqual(only(...rest));
  });

  test.each([project, undefined])("WERF_PROJECT_NAME comes before the file (%s)", (inFile) => {
    const env = { ...push, WERF_PROJECT_NAME: "other" };
    expect(given(github, env, { project: inFile })).toEqual(
      only(["WERF_REPO", "ghcr.io/octocat/hello-world/other"], GIT, COMMIT, RUN, ...LOGS),
    );
  });

  test.each([
    "GITHUB_REPOSITORY",
    "WERF_PROJECT_NAME",
    "TRDL_USE_WERF_GROUP_CHANNEL",
    "GITHUB_SHA",
    "GITHUB_REF_NAME",
  ])("a line break in %s is refused", async (name) => {
    const work = () => given(github, { ...whole, [name]: "a\nexit" }, { project });
    expect(await complaint(work)).toBe(
      `BERTH_BAD_VALUE: ${name}: a line break in its value "a\\x0aexit"`,
    );
  });

  test("a server's URL with a user or a line break in it is no page, and is not shown", () => {
    for (const server of [
      "https://user:hunter2@ghe.corp.example",
      "https://ghe.corp.example/\nx",
    ]) {
      const { variables } = given(github, { ...push, GITHUB_SERVER_URL: server }, { project });
      expect(without(variables, "WERF_REPO")).toEqual([COMMIT, ...LOGS]);
    }
  });

  test("the token is not among them", () => {
    const env = { ...whole, WERF_REPO_GITHUB_TOKEN: "test-token-github" };
    expect(JSON.stringify(given(github, env, { project }))).not.toMatch(/token/i);
  });
});

test.each(
  ciSystems
    .filter(({ name }) => name !== "gitlab" && name !== "github")
    .map(({ name, title }) => [name, title]),
)("%s has no variables of werf", (name, title) => {
  expect(
    werfVariables({
      system: systemOf(name),
      env: present({ ...githubJob, ...gitlabJob }),
      job: { url: "https://ci.example/1" },
      access: { image: "registry.example/a" },
      project: "my-app",
    }),
  ).toEqual({
    variables: [],
    notices: [
      {
        level: "warning",
        text: `--werf: nothing is set, for werf has no variables of ${title}`,
        hint: "it has those of GitLab CI and GitHub Actions; set WERF_REPO and WERF_ENV yourself",
      },
    ],
  });
});

describe("the name of the project in werf.yaml", () => {
  let folder: TemporaryFolder;
  const at = (...names: readonly string[]): string => join(folder.path, ...names);

  beforeAll(async () => {
    folder = await makeTemporaryFolder("werf-project");
  });
  afterAll(() => folder.remove());

  /** A new directory of these files. */
  const directoryOf = async (
    name: string,
    files: Readonly<Record<string, string>>,
  ): Promise<string> => {
    await mkdir(at(name));
    for (const [file, text] of Object.entries(files)) await writeFile(at(name, file), text);
    return at(name);
  };

  const long = "a".repeat(50);

  test.each([
    ["first", "project: my-app\nconfigVersion: 1\n---\nimage: app\n", "my-app"],
    ["last, without a line break", "configVersion: 1\nproject: my-app", "my-app"],
    ["after a separator", "---\nconfigVersion: 1\nproject: my-app\n", "my-app"],
    ["in another document", "image: app\n---\nproject: my-app\nconfigVersion: 1\n", "my-app"],
    ["with line breaks of Windows", "configVersion: 1\r\nproject: my-app\r\n", "my-app"],
    ["in double quotes", 'project: "my-app"\n', "my-app"],
    ["in single quotes", "project: 'my-app'\n", "my-app"],
    ["with blanks and a comment", "project \t:  my-app \t# ours\n", "my-app"],
    ["beside comments", "# project: other\nproject: my-app\n#project: x\n", "my-app"],
    ["beside deeper keys", "deploy:\n  project: x\nproject: my-app\nprojects: x\n", "my-app"],
    ["before templates", "project: my-app\n{{ if .Env }}\nproject: x\n{{ end }}\n", "my-app"],
    ["of one letter", "project: a\n", "a"],
    ["of digits", "project: 007\n", "007"],
    ["of fifty characters", `project: ${long}\n`, long],
    ["that is too long", `project: a${long}\n`, undefined],
    ["in upper case", "project: My-App\n", undefined],
    ["with a dot", "project: my.app\n", undefined],
    ["with a slash", "project: ../app\n", undefined],
    ["with a dash at its end", "project: my-\n", undefined],
    ["of two words", "project: my app\n", undefined],
    ["without a blank", "project:my-app\n", undefined],
    ["with a comment that is none", "project: my#app\n", undefined],
    ["in quotes that do not match", "project: 'my-app\"\n", undefined],
    ["in quotes that do not end", "project: 'my-app\n", undefined],
    ["that is a template", 'project: {{ env "NAME" }}\n', undefined],
    ["that is one in part", 'project: my{{ env "NAME" }}\n', undefined],
    ["after a template", "{{ if .Env }}\nproject: my-app\n{{ end }}\n", undefined],
    ["in the comment of a template", "{{/*\nproject: my-app\n*/}}\n", undefined],
    ["that is there twice", "project: my-app\n---\nproject: other\n", undefined],
    ["in the form of JSON", '{"project": "my-app", "configVersion": 1}\n', undefined],
    ["with a quoted key", '"project": my-app\n', undefined],
    ["with an anchor", "project: &name my-app\n", undefined],
    ["on lines of its own", "project: >\n  my-app\n", undefined],
    ["that is empty", "project:\nconfigVersion: 1\n", undefined],
    ["that is not there", "configVersion: 1\n", undefined],
    ["of an empty file", "", undefined],
  ])("%s", async (name, text, expected) => {
    const cwd = await directoryOf(name.replaceAll(" ", "-"), { "werf.yaml": text });
    expect(await readWerfProject(present({}), cwd)).toBe(expected);
  });

  test("is that of the file which werf would take", async () => {
    const cwd = await directoryOf("which", {
      "werf.yaml": "project: of-yaml\n",
      "werf.yml": "project: of-yml\n",
      "other.yaml": "project: of-other\n",
    });
    const below = await directoryOf("which/below", { "werf.yml": "project: of-below\n" });
    const found = (env: Variables, where = cwd) => readWerfProject(present(env), where);
    expect([
      await found({}),
      await found({}, below),
      await found({ WERF_DIR: "below" }),
      await found({ WERF_DIR: below }),
      await found({ WERF_CONFIG: "other.yaml" }),
      await found({ WERF_CONFIG: "../other.yaml", WERF_DIR: cwd }, below),
      await found({ WERF_CONFIG: join(cwd, "other.yaml") }, "/"),
    ]).toEqual([
      ...["of-yaml", "of-below", "of-below", "of-below"],
      ...["of-other", "of-other", "of-other"],
    ]);
  });

  test("is not that of another file where werf's own is not there or cannot be read", async () => {
    const cwd = await directoryOf("unreadable", { "werf.yml": "project: of-yml\n" });
    const found = (env: Variables, where = cwd) => readWerfProject(present(env), where);
    await mkdir(at("unreadable", "werf.yaml"));
    await makeFifo(at("unreadable", "fifo"));
    await symlink("gone", at("unreadable", "link"));
    await writeFile(at("unreadable", "locked"), "project: locked\n", { mode: 0 });
    expect([
      await found({}),
      await found({ WERF_CONFIG: "gone.yaml" }),
      await found({ WERF_CONFIG: "fifo" }),
      await found({ WERF_CONFIG: "link" }),
      await found({}, at("gone")),
      await withoutRights(() => found({ WERF_CONFIG: "locked" })),
    ]).toEqual(Array(6).fill(undefined));
  });
});
