import { mkdir, readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { credentialHelper } from "../src/credential-helper.ts";
import { main } from "../src/main.ts";
import { berthIn } from "./fixtures/asked-registry.ts";
import { dependencyProxy, githubJob, gitlabJob, type Variables } from "./fixtures/environments.ts";
import { machineIn } from "./fixtures/machine.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";

const R = "r.example";
const OWN = "registry.example.com:5050";

/** One run of `berth ci-env`: its options, where it is, and what its environment has besides. */
type Run = readonly [options: string, folder?: string, env?: Variables];
type Store = "file" | "helper";

const SECRETS = { USER_R: "me", P1: "test-token-1", P2: "test-token-2", P3: "test-token-3" };
const gitlab: Variables = { ...gitlabJob, ...SECRETS };
const github: Variables = { ...githubJob, ...SECRETS };
const gitea: Variables = {
  ...{ ...github, GITEA_ACTIONS: "true", GITHUB_SERVER_URL: "https://gitea.example" },
};

const programs: Partial<Record<Store, Program>> = {};
const programOf = (store: Store): Program => {
  const program = programs[store];
  if (!program) throw new Error(store);
  return program;
};

beforeEach(async () => {
  for (const store of ["file", "helper"] as const) {
    const program = await makeProgram(`again-${store}`);
    programs[store] = program;
    for (const folder of ["a", "b", "a,b "]) await mkdir(program.at(folder));
    for (const folder of ["a", "a,b "])
      await writeFile(program.at(folder, "pw"), "test-token-file");
    await writeFile(program.at("helper"), "", { mode: 0o755 });
    await writeFile(program.at("a/job.env"), "OF_FILE=test-token-of-file\n");
    await writeFile(program.at("b/job.env"), "OF_OTHER=test-token-of-other\n");
  }
});
afterEach(async () => {
  for (const program of Object.values(programs)) await program.remove();
});

const machineOf = (program: Program, env: Variables, folder = ".") =>
  machineIn(program.folder, {
    ...{ env, cwd: program.at(folder), tempDirectory: program.at("tmp"), now: new Date() },
    helper: program.at("helper"),
  });

/** Runs one after another, as in one shell of the job's; out: its environment, and what is said of the last. */
const runAll = async (store: Store, job: Variables, runs: readonly Run[]) => {
  const program = programOf(store);
  let env: Variables = { PATH: "/usr/bin:/bin", XDG_RUNTIME_DIR: program.at("run"), ...job };
  let said = "";
  for (const [options, folder, more] of runs) {
    const words = `ci-env --shell json --store ${store} ${options}`.split(" ").filter(Boolean);
    const machine = machineOf(program, { ...env, ...more }, folder);
    const { status, stdout, stderr } = await main(words, machine, {
      ...{ stdoutIsTty: false, stderrIsTty: false },
    });
    said = stderr;
    expect([status, stderr]).toEqual([0, stderr]);
    env = { ...env, ...JSON.parse(stdout).variables };
  }
  return { env, said };
};

/** What clients that look into the berth's file use for a registry. */
const inFile = async (host: string): Promise<string> => {
  const text = await readFile(`${await berthIn(programOf("file"))}/config.json`, "utf8");
  const { auth } = JSON.parse(text).auths[host] ?? {};
  return auth === undefined ? "none" : Buffer.from(auth, "base64").toString("utf8");
};

/** What those use that ask the helper, where the config tells them to. */
const byHelper = async (host: string, env: Variables): Promise<string> => {
  const program = programOf("helper");
  const text = await readFile(`${await berthIn(program)}/config.json`, "utf8");
  if (JSON.parse(text).credHelpers?.[host] !== "berth") return "none";
  const { stdout } = await credentialHelper(["get"], () => host, machineOf(program, env));
  if (!stdout.startsWith("{")) return stdout;
  const { Username, Secret } = JSON.parse(stdout);
  return `${Username}:${Secret}`;
};

const r = (place: string, variable: string): string =>
  `--registry ${place},username-env=USER_R,password-env=${variable}`;
const DEPLOY = { CI_DEPLOY_USER: "deployer", CI_DEPLOY_PASSWORD: "test-token-deploy" };

describe("the later steps have the helper on their PATH", () => {
  const persisted = async (between: (berth: string) => Promise<Variables>) => {
    const program = programOf("helper");
    const GITLAB_ENV = program.at("gitlab.env");
    const { env } = await runAll("helper", { ...gitlab, GITLAB_ENV }, [["--persist"]]);
    await writeFile(GITLAB_ENV, "");
    const berth = (await berthIn(program)) ?? "";
    await runAll("helper", { ...env, ...(await between(berth)) }, [["--persist"]]);
    const [, path] = /^PATH=(.*)$/m.exec(await readFile(GITLAB_ENV, "utf8")) ?? [];
    return path?.replaceAll(berth, "<berth>").replaceAll(program.folder, "<folder>");
  };

  test("also where this one has it already, from an earlier run", async () => {
    const link = async () => ({});
    expect(await persisted(link)).toBe("/usr/bin:/bin:<berth>/bin");
  });

  test("and where that is of a command's berth, which goes with it", async () => {
    const ofCommand = async (berth: string): Promise<Variables> => {
      await mkdir(`${berth}.1-2/bin`, { recursive: true });
      await writeFile(`${berth}.1-2/bin/docker-credential-berth`, "", { mode: 0o755 });
      return { PATH: `/bin:${berth}.1-2/bin` };
    };
    expect(await persisted(ofCommand)).toBe("/bin:<berth>.1-2/bin:<berth>/bin");
  });

  test("but for one that is there without any berth", async () => {
    const installed = async (): Promise<Variables> => {
      await mkdir(programOf("helper").at("there"));
      const path = programOf("helper").at("there");
      await writeFile(`${path}/docker-credential-berth`, "", { mode: 0o755 });
      return { PATH: path };
    };
    expect(await persisted(installed)).toBeUndefined();
  });
});

describe("after several runs the helper answers what files would hold", () => {
  test.each<[string, Variables, readonly Run[], Readonly<Record<string, string>>]>([
    [
      "a part that stands alone is for the whole",
      gitlab,
      [[r(R, "P1")], [r(`${R}/b`, "P2")]],
      { [R]: "me:test-token-2" },
    ],
    [
      "of two such the later one",
      gitlab,
      [[r(`${R}/a`, "P1")], [r(`${R}/b`, "P2")]],
      { [R]: "me:test-token-2" },
    ],
    [
      "the whole is not of the parts that a later run names",
      gitlab,
      [[r(`${R}/x`, "P3")], [`${r(`${R}/a`, "P1")} ${r(`${R}/b`, "P2")}`]],
      { [R]: "me:test-token-3" },
    ],
    [
      "nor where it stands beside them",
      gitlab,
      [[`${r(R, "P3")} ${r(`${R}/a`, "P1")}`], [r("q.example", "P2")]],
      { [R]: "me:test-token-3", "q.example": "me:test-token-2" },
    ],
    [
      "parts alone are none",
      gitlab,
      [[`${r(`${R}/a`, "P1")} ${r(`${R}/b`, "P2")}`], [""]],
      { [R]: "none", [OWN]: "gitlab-ci-token:test-token-registry" },
    ],
    [
      "what is no name of images",
      gitlab,
      [[r(`${R}/Group!`, "P1")], [`${r(`${R}/a`, "P2")} ${r("q.example", "P2")}`], [""]],
      { [R]: "me:test-token-2", "q.example": "me:test-token-2" },
    ],
    [
      "nothing is taken away by a run that lacks it",
      gitlab,
      [[r(R, "P1")], [`${r(`${R}/a`, "P2")} --if-missing ignore`, ".", { P2: "" }]],
      { [R]: "me:test-token-1" },
    ],
    [
      "the job's own registry, asked for",
      gitlab,
      [[r(OWN, "P1")], [""]],
      { [OWN]: "me:test-token-1" },
    ],
    [
      "a deploy token, where a later run has no other",
      { ...gitlab, ...DEPLOY },
      [["--gitlab-credentials deploy"], ["", ".", { CI_REGISTRY_PASSWORD: "", CI_JOB_TOKEN: "" }]],
      { [OWN]: "deployer:test-token-deploy" },
    ],
    [
      "a deploy token, where a later run has another, which it takes",
      { ...gitlab, ...DEPLOY },
      [["--gitlab-credentials deploy"], [""]],
      { [OWN]: "gitlab-ci-token:test-token-registry" },
    ],
    [
      "a deploy token beside the dependency proxy",
      { ...gitlab, ...DEPLOY, ...dependencyProxy },
      [[""], ["--gitlab-credentials deploy", ".", { CI_DEPLOY_USER: "" }]],
      {
        [OWN]: "gitlab-ci-token:test-token-registry",
        "gitlab.example.com": "gitlab-ci-token:test-token-proxy",
      },
    ],
    [
      "a token that one run names",
      gitea,
      [["--token-env P1"], [r("other.example", "P2")]],
      { "gitea.example": "octocat:test-token-1", "other.example": "me:test-token-2" },
    ],
    [
      "the tokens of two registries",
      gitea,
      [
        ["--registry-host one.example --token-env P1"],
        ["--registry-host two.example --token-env P2"],
      ],
      { "one.example": "octocat:test-token-1", "two.example": "octocat:test-token-2" },
    ],
    [
      "the job's own token, which a later run takes",
      github,
      [["--token-env P1"], [""]],
      { "ghcr.io": "octocat:test-token-github" },
    ],
    [
      "a job's own token, which a run no longer takes",
      github,
      [["--token-env P1"], ["--no-login-to-registry"], ["", ".", { GITHUB_TOKEN: "" }]],
      { "ghcr.io": "none" },
    ],
    [
      "a file of the folder that a run was in",
      gitlab,
      [
        [`--registry ${R},username=me,password-file=pw`, "a"],
        [r("q.example", "P2"), "b"],
      ],
      { [R]: "me:test-token-file", "q.example": "me:test-token-2" },
    ],
    [
      "files of variables, each of its own run",
      gitlab,
      [
        [`${r(R, "OF_FILE")} --env-file job.env`, "a"],
        [`${r("q.example", "OF_OTHER")} --env-file job.env`, "b"],
        [r("s.example", "P1"), "b"],
      ],
      {
        [R]: "me:test-token-of-file",
        "q.example": "me:test-token-of-other",
        "s.example": "me:test-token-1",
      },
    ],
  ])("%s", async (_, job, runs, expected) => {
    await runAll("file", job, runs);
    const { env } = await runAll("helper", job, runs);
    const found = Object.keys(expected).map(async (host) => [
      host,
      { file: await inFile(host), helper: await byHelper(host, env) },
    ]);
    const both = Object.entries(expected).map(([host, it]) => [host, { file: it, helper: it }]);
    expect(await Promise.all(found)).toEqual(both);
  });
});

test("a folder is no part of a spec, whatever its name is", async () => {
  const { env } = await runAll("helper", gitlab, [
    [`--registry ${R},username=me,password-file=pw`, "a,b "],
    ["", "b"],
  ]);
  expect(await byHelper(R, env)).toBe("me:test-token-file");
});

test("list names the users of all of them, and asks nobody", async () => {
  const { env } = await runAll("helper", gitea, [
    [`--token-env P1 --registry ${R},username=me,password-file=pw`, "a"],
    [r("other.example", "P2"), "b"],
  ]);
  const machine = machineOf(programOf("helper"), env);
  const { stdout } = await credentialHelper(["list"], () => "", machine);
  expect(JSON.parse(stdout)).toEqual({
    ...{ "gitea.example": "octocat", [R]: "me", "other.example": "me" },
  });
});

test("where what was asked for is not there any more, no other credential takes its place", async () => {
  const { env } = await runAll("helper", gitlab, [[r(OWN, "P1")]]);
  expect(await byHelper(OWN, { ...env, P1: "" })).toBe(
    `berth: no login to ${OWN}: P1 is not set\n`,
  );
});
