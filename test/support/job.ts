import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

/** A job's whole environment. */
export type JobEnv = Readonly<Record<string, string>>;

/** The machine that jobs run on: the folders that the jobs of one runner share, and what they all have in their environment. */
export interface Runner {
  readonly home: string;
  readonly temporary: string;
  readonly runtime: string;
  readonly env: JobEnv;
}

/** What tells one job from another. */
export interface JobOptions {
  readonly id: number;
  readonly host: string;
  readonly project: string;
  readonly token: string;
}

/** How a job's script ended, and what it wrote. */
export interface JobResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** Where the built program lies in the package. */
export const programInPackage: string = JSON.parse(
  readFileSync(join(repository, "package.json"), "utf8"),
).bin.berth;

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const berthCommand = (): string => {
  const executable = process.env["BERTH_TEST_EXECUTABLE"];
  if (executable !== undefined) return quote(executable);
  const built = join(repository, programInPackage);
  if (!existsSync(built)) throw new Error(`${built} is missing: npm run build makes it`);
  return `${quote(process.execPath)} ${quote(built)}`;
};

/**
 * Makes a runner in `folder`: an empty HOME, a temporary folder of its own, and `berth` on PATH, which is the built program
 * or what BERTH_TEST_EXECUTABLE names. Its environment takes nothing but PATH from ours.
 */
export const makeRunner = async (folder: string): Promise<Runner> => {
  const at = (name: string): string => join(folder, name);
  const [home, temporary, runtime, bin] = [at("home"), at("tmp"), at("run"), at("bin")];
  for (const path of [home, temporary, runtime, bin]) await mkdir(path, { recursive: true });
  await writeFile(join(bin, "berth"), `#!/bin/sh\nexec ${berthCommand()} "$@"\n`, { mode: 0o755 });
  const path = `${bin}:${process.env["PATH"] ?? ""}`;
  // Without XDG_RUNTIME_DIR skopeo reads the credentials of the machine's own /run/containers.
  // https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
  const env = {
    PATH: path,
    HOME: home,
    TMPDIR: temporary,
    XDG_RUNTIME_DIR: runtime,
    LANG: "C.UTF-8",
  };
  return { home, temporary, runtime, env };
};

/** The environment of a job of GitLab CI on `runner`, with the variables that GitLab sets where a project's registry is on. */
// https://docs.gitlab.com/ci/variables/predefined_variables/
export const gitlabJob = (runner: Runner, { id, host, project, token }: JobOptions): JobEnv => ({
  ...runner.env,
  ...{ CI: "true", GITLAB_CI: "true", CI_SERVER: "yes", CI_SERVER_NAME: "GitLab" },
  ...{ CI_SERVER_URL: "https://gitlab.example.com", CI_SERVER_HOST: "gitlab.example.com" },
  ...{ CI_JOB_ID: `${id}`, CI_JOB_NAME: "test", CI_JOB_STAGE: "test", CI_JOB_TOKEN: token },
  ...{ CI_PIPELINE_ID: `${id}`, CI_PROJECT_ID: "42", CI_PROJECT_PATH: project },
  ...{ CI_COMMIT_SHA: "8".repeat(40), CI_COMMIT_REF_NAME: "main", CI_COMMIT_REF_SLUG: "main" },
  ...{ CI_REGISTRY: host, CI_REGISTRY_IMAGE: `${host}/${project.toLowerCase()}` },
  ...{ CI_REGISTRY_USER: "gitlab-ci-token", CI_REGISTRY_PASSWORD: token },
});

/** The environment of a job of GitHub Actions on `runner`, of a GitHub Enterprise Server; its actor is `octocat`. */
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
export const githubJob = (runner: Runner, { id, project, token }: JobOptions): JobEnv => ({
  ...runner.env,
  ...{ CI: "true", GITHUB_ACTIONS: "true", GITHUB_JOB: "test", GITHUB_ACTOR: "octocat" },
  ...{ GITHUB_SERVER_URL: "https://github.example.com", GITHUB_REPOSITORY: project },
  ...{ GITHUB_RUN_ID: `${id}`, GITHUB_RUN_ATTEMPT: "1", GITHUB_RUN_NUMBER: "1" },
  ...{ GITHUB_SHA: "8".repeat(40), GITHUB_REF: "refs/heads/main", GITHUB_REF_NAME: "main" },
  ...{ RUNNER_TEMP: runner.temporary, RUNNER_NAME: "runner-1", RUNNER_OS: "Linux" },
  GITHUB_TOKEN: token,
});

/**
 * Runs `script` as CI systems do, in a shell that stops at the first failure, with `env` for its whole environment.
 * `shell` is one command or, as `busybox sh`, two words.
 */
export const runJob = async (
  script: string,
  {
    env,
    shell = "sh",
    cwd,
  }: { readonly env: JobEnv; readonly shell?: string; readonly cwd: string },
): Promise<JobResult> => {
  const [file = "sh", ...words] = shell.split(" ");
  const { exitCode, stdout, stderr } = await execa(file, [...words, "-e", "-c", script], {
    ...{ env, cwd, extendEnv: false, reject: false, stdin: "ignore" },
  });
  return { exitCode, stdout, stderr };
};
