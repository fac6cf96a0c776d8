import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { listing } from "./support/listing.ts";
import { auth, makeSandbox, type Place, type Sandbox, statements } from "./support/sandbox.ts";

const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/${name}-job.env`, import.meta.url));

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("dry-run");
});

afterAll(() => sandbox?.remove());

/** A runner with a base config of everything: logins, a helper, a context, plugins, proxies with a password. */
const withBase = async (): Promise<Place> => {
  const place = await sandbox.place();
  const base = join(place.home, ".docker");
  await mkdir(join(base, "cli-plugins"), { recursive: true });
  await mkdir(join(base, "contexts", "meta", "x"), { recursive: true });
  await writeFile(join(base, "contexts", "meta", "x", "meta.json"), "{}");
  const config = {
    auths: { "base.example.com": { auth: auth("base-user", "base-secret") } },
    credHelpers: { "gone.example.com": "gone" },
    proxies: { default: { httpProxy: "http://u:proxy-secret@p" } },
  };
  await writeFile(join(base, "config.json"), JSON.stringify(config));
  return place;
};

const GONE = `  warning    gone.example.com: its credential helper "gone" (<folder>/home/.docker/config.json) is left out: docker-credential-gone is not on PATH
             install it, or log in to gone.example.com in the job
`;

test("writes nothing, prints the real run's statements, and tells hosts, users and sources", async () => {
  const place = await withBase();
  const env = place.job({
    DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { "v.example.com": { auth: "dTpw" } } }),
  });
  const before = await listing(place.folder);
  const dry = await place.berth(["ci-env", "--dry-run"], env);
  expect(await listing(place.folder)).toEqual(before);
  const stdout = `${statements()}unset DOCKER_AUTH_CONFIG;\n`;
  const file = `base.example.com      base-user        [redacted]  <folder>/home/.docker/config.json
             - registry.example.com  gitlab-ci-token  [redacted]  CI_REGISTRY_PASSWORD
             - v.example.com         u                [redacted]  DOCKER_AUTH_CONFIG`;
  expect(dry).toEqual({
    exitCode: 0,
    stdout,
    stderr: `berth: dry run, nothing is written: GitLab CI job 1 would use <folder>/tmp/berth-<uid>/gitlab-1-<hash>
  login      registry.example.com  as gitlab-ci-token  by CI_REGISTRY_PASSWORD
  login      v.example.com         as u                by DOCKER_AUTH_CONFIG
  inherited  base.example.com from <folder>/home/.docker/config.json
  inherited  contexts, CLI plugins, proxies from <folder>/home/.docker
  file       config.json
             - ${file}
  file       auth.json
             - ${file}
  file       berth.json  (what berth did, without secrets)
  file       contexts/meta/x/meta.json
  note       DOCKER_AUTH_CONFIG is merged and unset: Docker would prefer it to the berth
${GONE}`,
  });
  expect((await place.berth(["ci-env", "--quiet"], env)).stdout).toBe(stdout);
});

test("changes nothing in a berth that is there", async () => {
  const place = await sandbox.place();
  await place.berth(["ci-env"], place.job());
  const before = await listing(place.folder);
  const env = place.job({ CI_REGISTRY_PASSWORD: "other" });
  expect(await place.berth(["ci-env", "--dry-run", "--quiet"], env)).toEqual({
    ...{ exitCode: 0, stdout: statements(), stderr: "" },
  });
  expect(await listing(place.folder)).toEqual(before);
});

test("fails as the real run does", async () => {
  const place = await sandbox.place();
  await mkdir(place.root, { mode: 0o700 });
  await writeFile(join(place.temporary, "file"), "");
  const runs = [
    place.berth(["ci-env", "--tmp-dir", join(place.temporary, "file")], place.job()),
    place.berth(["ci-env", "--tmp-dir", join(place.temporary, "file"), "--dry-run"], place.job()),
  ];
  const [real, dry] = await Promise.all(runs);
  expect(dry).toEqual(real);
  expect(dry?.exitCode).toBe(1);
});

const JOB = "<folder>/tmp/berth-<uid>";

describe("on a person's machine, outside of CI", () => {
  const expected = {
    gitlab: {
      stdout: statements(
        "registry.example.com:5050",
        "registry.example.com:5050/group/app",
        `${JOB}/gitlab-7654321-<hash>`,
      ),
      start: `berth: dry run, nothing is written: GitLab CI job 7654321 would use ${JOB}/gitlab-7654321-<hash>
  login      registry.example.com:5050  as gitlab-ci-token  by CI_REGISTRY_PASSWORD
  login      gitlab.example.com:443     as gitlab-ci-token  by CI_DEPENDENCY_PROXY_PASSWORD
  login      gitlab.example.com         as gitlab-ci-token  by CI_DEPENDENCY_PROXY_PASSWORD
`,
      file: [
        "registry.example.com:5050  gitlab-ci-token  [redacted]  CI_REGISTRY_PASSWORD",
        "gitlab.example.com:443     gitlab-ci-token  [redacted]  CI_DEPENDENCY_PROXY_PASSWORD",
        "gitlab.example.com         gitlab-ci-token  [redacted]  CI_DEPENDENCY_PROXY_PASSWORD",
      ],
    },
    github: {
      stdout: statements(
        "ghcr.io",
        "ghcr.io/example-org/app",
        `${JOB}/github-1658821493-1-publish-<hash>`,
      ),
      start: `berth: dry run, nothing is written: GitHub Actions job 1658821493-1-publish would use ${JOB}/github-1658821493-1-publish-<hash>
  login      ghcr.io  as octocat  by GITHUB_TOKEN
`,
      file: ["ghcr.io  octocat  [redacted]  GITHUB_TOKEN"],
    },
  } as const;

  const account = ({ start, file }: { start: string; file: readonly string[] }): string => {
    const lines = file.map((line) => `             - ${line}\n`).join("");
    return `${start}  file       config.json\n${lines}  file       auth.json\n${lines}  file       berth.json  (what berth did, without secrets)\n`;
  };

  describe.each(["gitlab", "github"] as const)("the example of %s", (system) => {
    const { stdout } = expected[system];

    test.each([[system], []])("works: ci-env %j", async (...names) => {
      const place = await sandbox.place();
      const before = await listing(place.folder);
      const args = ["ci-env", ...names, "--dry-run", "--env-file", example(system)];
      const stderr = account(expected[system]);
      expect(await place.berth(args, place.env)).toEqual({ exitCode: 0, stdout, stderr });
      expect(await listing(place.folder)).toEqual(before);
    });
  });

  test.each([
    [
      "gitlab",
      "GitLab CI",
      "CI_JOB_ID",
      "CI_JOB_ID (always), CI_SERVER_URL, CI_JOB_URL, CI_REGISTRY, CI_REGISTRY_IMAGE, CI_REGISTRY_USER, CI_REGISTRY_PASSWORD, CI_JOB_TOKEN, CI_DEPLOY_USER, CI_DEPLOY_PASSWORD, CI_DEPENDENCY_PROXY_SERVER, CI_DEPENDENCY_PROXY_USER, CI_DEPENDENCY_PROXY_PASSWORD, CI_JOB_STARTED_AT, CI_JOB_TIMEOUT, GITLAB_ENV, GITLAB_CI",
    ],
    [
      "github",
      "GitHub Actions",
      "GITHUB_RUN_ID",
      "GITHUB_RUN_ID (always), GITHUB_JOB (always), GITHUB_RUN_ATTEMPT, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_ACTOR, GITHUB_ENV, ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN, RUNNER_NAME, ACTIONS_ORCHESTRATION_ID, RUNNER_TEMP, GITHUB_TOKEN, GITHUB_EVENT_PATH, GITHUB_ACTIONS, FORGEJO_ACTIONS, GITEA_ACTIONS, ACT",
    ],
  ])("without a file it says what %s would need", async (system, title, variable, all) => {
    const place = await sandbox.place();
    expect(await place.berth(["ci-env", system, "--dry-run"], place.env)).toEqual({
      exitCode: 1,
      stdout: "(exit 1);\n",
      stderr: `berth: error: ${variable} is not set: this is not a job of ${title} (BERTH_MISSING_VARIABLE)
  hint       outside of CI give a file of a job's variables with --env-file; berth reads: ${all}
`,
    });
  });
});
