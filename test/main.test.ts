import { readdir, readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { base64 } from "./fixtures/configs.ts";
import { dependencyProxy, githubJob, gitlabJob } from "./fixtures/environments.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";
import { treeOf } from "./fixtures/tree.ts";

const uid = process.getuid?.() ?? 0;
const OWN = "registry.example.com:5050";

let program: Program;
beforeEach(async () => {
  program = await makeProgram("main");
});
afterEach(() => program.remove());

const berth = async (): Promise<string> => {
  const root = program.at("tmp", `berth-${uid}`);
  const [name, ...more] = await readdir(root);
  if (name === undefined || more.length > 0) throw new Error("one berth is expected");
  return `${root}/${name}`;
};

const statements = (path: string, registry: string, image: string): string =>
  `export DOCKER_CONFIG=${path};
export REGISTRY_AUTH_FILE=${path}/auth.json;
export HELM_REGISTRY_CONFIG=${path}/config.json;
export WERF_DOCKER_CONFIG=${path};
export BERTH_REGISTRY=${registry};
export BERTH_IMAGE=${image};
`;

const auth = (user: string, token: string) => ({ auth: base64(`${user}:${token}`) });
const read = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));

describe("berth ci-env", () => {
  test("in a job of GitLab: statements, a summary, and the two files", async () => {
    const base = { auths: { "r.example": auth("me", "pw") }, psFormat: "x" };
    await writeFile(program.at("home/.docker/config.json"), JSON.stringify(base));
    const exit = await program.run("ci-env", { ...gitlabJob, ...dependencyProxy });
    const path = await berth();
    expect(exit).toEqual({
      stdout: statements(path, OWN, `${OWN}/group/app`),
      stderr: `berth: GitLab CI job 7001 uses ${path}
  login      registry.example.com:5050  as gitlab-ci-token  by CI_REGISTRY_PASSWORD
  login      gitlab.example.com:443     as gitlab-ci-token  by CI_DEPENDENCY_PROXY_PASSWORD
  login      gitlab.example.com         as gitlab-ci-token  by CI_DEPENDENCY_PROXY_PASSWORD
  inherited  r.example from ${program.at("home/.docker/config.json")}
  inherited  psFormat from ${program.at("home/.docker")}
`,
      status: 0,
    });
    const auths = {
      "r.example": auth("me", "pw"),
      [OWN]: auth("gitlab-ci-token", "test-token-registry"),
      "gitlab.example.com:443": auth("gitlab-ci-token", "test-token-proxy"),
      "gitlab.example.com": auth("gitlab-ci-token", "test-token-proxy"),
    };
    expect(await read(`${path}/config.json`)).toEqual({ psFormat: "x", auths });
    expect(await read(`${path}/auth.json`)).toEqual({ auths });
    expect(await read(program.at("home/.docker/config.json"))).toEqual(base);
  });

  test("in a job of GitHub: the runner's temp directory, the image in lower case", async () => {
    const exit = await program.run("ci-env", { ...githubJob, RUNNER_TEMP: program.at("tmp") });
    const path = await berth();
    expect(exit).toEqual({
      stdout: statements(path, "ghcr.io", "ghcr.io/example-org/my.app"),
      stderr: `berth: GitHub Actions job 42-1-publish uses ${path}\n  login      ghcr.io  as octocat  by GITHUB_TOKEN\n`,
      status: 0,
    });
    expect(await read(`${path}/config.json`)).toEqual({
      auths: { "ghcr.io": auth("octocat", "test-token-github") },
    });
  });

  test("--dry-run prints the same statements and touches nothing", async () => {
    const dry = await program.run("ci-env --dry-run", gitlabJob);
    expect(await treeOf(program.folder)).toEqual({
      home: "755",
      "home/.docker": "755",
      tmp: "755",
    });
    expect(dry.stderr).toMatch(
      /^berth: dry run, nothing is written: GitLab CI job 7001 would use /,
    );
    expect(dry.stdout).toBe((await program.run("ci-env", gitlabJob)).stdout);
  });

  test("TRAP 33: again in the same job, with a new token: the same path, the new token, later logins kept", async () => {
    const first = await program.run("ci-env", gitlabJob);
    const path = await berth();
    const config = (await read(`${path}/config.json`)) as { auths: object };
    const later = { "later.example": auth("me", "pw"), ...config.auths };
    await writeFile(`${path}/config.json`, JSON.stringify({ ...config, auths: later }));
    const env = {
      ...gitlabJob,
      CI_REGISTRY_PASSWORD: "test-token-new",
      DOCKER_CONFIG: path,
      WERF_DOCKER_CONFIG: path,
    };
    const second = await program.run("ci-env", env);
    expect([second.stdout, second.status, await berth()]).toEqual([first.stdout, 0, path]);
    expect(await read(`${path}/config.json`)).toEqual({
      auths: {
        [OWN]: auth("gitlab-ci-token", "test-token-new"),
        "later.example": auth("me", "pw"),
      },
    });
  });

  test("TRAP 33: two jobs have two places, and runs of one job at once have one", async () => {
    const runs = await Promise.all(
      Array.from({ length: 6 }, () => program.run("ci-env", gitlabJob)),
    );
    expect(new Set(runs.map(({ stdout, status }) => `${status} ${stdout}`)).size).toBe(1);
    await program.run("ci-env", { ...gitlabJob, CI_JOB_ID: "7002" });
    expect((await readdir(program.at("tmp", `berth-${uid}`))).length).toBe(2);
  });

  test("TRAP 30: DOCKER_AUTH_CONFIG is merged and unset, and beats the token", async () => {
    const variable = JSON.stringify({ auths: { [OWN]: auth("me", "pw") } });
    const env = { ...gitlabJob, DOCKER_AUTH_CONFIG: variable };
    const { stdout } = await program.run("ci-env", env);
    const path = await berth();
    expect(stdout).toBe(`${statements(path, OWN, `${OWN}/group/app`)}unset DOCKER_AUTH_CONFIG;\n`);
    expect(await read(`${path}/config.json`)).toEqual({ auths: { [OWN]: auth("me", "pw") } });
  });

  test("--shell dotenv, which cannot unset: only that is said", async () => {
    const env = { ...gitlabJob, DOCKER_AUTH_CONFIG: "{}" };
    const { stdout, stderr } = await program.run("ci-env --shell dotenv", env);
    expect([
      stdout.split("\n").length,
      stderr.split("\n").filter((it) => /\bunset\b/.test(it)),
    ]).toEqual([
      7,
      [
        "  warning    DOCKER_AUTH_CONFIG stays set: dotenv has no way to unset it",
        "             unset it where the variables are used",
      ],
    ]);
  });
});
