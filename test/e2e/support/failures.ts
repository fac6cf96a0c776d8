import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ciNames } from "../../../src/ci/index.ts";
import { commands } from "../../../src/commands/index.ts";
import type { ErrorCode } from "../../../src/errors.ts";
import { shellNames } from "../../../src/shells/index.ts";
import { bound, giveToBound } from "./privileges.ts";
import type { Place, RunOptions } from "./sandbox.ts";

/** One way to make `berth ci-env` fail in a job, and what it says then. */
export interface Failure {
  readonly name: string;
  readonly code: ErrorCode;
  readonly args: readonly string[];
  readonly message: string;
  readonly hint: string;
  readonly change?: Readonly<Record<string, string | undefined>>;
  readonly options?: RunOptions;
  prepare?(place: Place): Promise<void>;
}

const ciEnv = (...args: string[]) => ["ci-env", ...args];

const OTHER_PLACE = "or choose another place with --tmp-dir or BERTH_TMP_DIR";
const COMMANDS = `(choices: ${commands.map(({ name }) => name).join(", ")})`;
const SYSTEMS = ciNames.join(", ");
const SHELLS = shellNames.join(", ");

const helpFor = ([command = ""]: readonly string[]): string =>
  command === "ci-env" ? "see berth ci-env --help" : "see berth --help";

const usage = (name: string, args: readonly string[], message: string, hint = helpFor(args)) =>
  ({ name, code: "BERTH_USAGE", args, message, hint }) as const;

const usageFailures: readonly Failure[] = [
  usage("no command", [], `no command is given ${COMMANDS}`),
  usage("unknown command", ["ci-evn"], `unknown command "ci-evn" ${COMMANDS}`),
  usage("unknown option", ciEnv("--frob"), "unknown option --frob"),
  usage("unknown system", ciEnv("bamboo"), `unknown CI system "bamboo" (choices: ${SYSTEMS})`),
  usage("two systems", ciEnv("gitlab", "x"), "one CI system at most, and 2 words are given"),
  usage(
    "unknown shell",
    ciEnv("--shell", "cobol"),
    `--shell: "cobol" is not one of them (choices: ${SHELLS})`,
  ),
  usage(
    "unknown choice",
    ciEnv("--if-missing", "no"),
    '--if-missing: "no" is not one of them (choices: warn, fail, ignore)',
  ),
  usage(
    "unknown client",
    ciEnv("--clients", "docker,crane"),
    '--clients: "crane" is not one of them',
    "choices, separated by commas: docker, containers, helm, werf",
  ),
  usage("option without its value", ciEnv("--tmp-dir"), "--tmp-dir needs a value"),
  usage(
    "a token in place of its variable",
    ciEnv("--token-env", "gh-token"),
    "--token-env: its value is not the name of a variable",
    "give the name, not the token: --token-env MY_TOKEN",
  ),
  {
    ...usage(
      "no truth value",
      ciEnv(),
      'BERTH_QUIET: "maybe" is neither true nor false (choices: 1, true, yes, on, 0, false, no, off)',
    ),
    change: { BERTH_QUIET: "maybe" },
  },
];

const NO_PATH =
  "its value is a Docker config as JSON, or the path of a file with one (a GitLab variable of type File); correct it, or pass --no-use-docker-auth-config";

// Of the ports that nothing has, one that HTTP clients may ask.
const DOWN = "127.0.0.1:2";

const environmentFailures: readonly Failure[] = [
  {
    ...{ name: "no CI system", code: "BERTH_NO_CI", args: ciEnv() },
    change: { GITLAB_CI: undefined },
    message: "no CI system found: no variable of one that berth knows is set",
    hint: `name one (choices: ${SYSTEMS}); outside of CI also give a job's variables with --env-file`,
  },
  {
    ...{ name: "two CI systems", code: "BERTH_SEVERAL_CI", args: ciEnv() },
    change: { GITHUB_ACTIONS: "true" },
    message: "the variables of GitHub Actions and GitLab CI are set at once",
    hint: "say which one it is: github or gitlab",
  },
  {
    ...{ name: "another CI system", code: "BERTH_OTHER_CI", args: ciEnv("github") },
    message: "this is a job of GitLab CI, not of GitHub Actions",
    hint: "name gitlab, or none: berth finds it out",
  },
  {
    ...{ name: "no job", code: "BERTH_MISSING_VARIABLE", args: ciEnv() },
    change: { CI_JOB_ID: undefined },
    message: "CI_JOB_ID is not set: this is not a job of GitLab CI",
    hint: "outside of CI give a file of a job's variables with --env-file; berth reads: CI_JOB_ID (always), CI_SERVER_URL, CI_JOB_URL, CI_REGISTRY, CI_REGISTRY_IMAGE, CI_REGISTRY_USER, CI_REGISTRY_PASSWORD, CI_JOB_TOKEN, CI_DEPLOY_USER, CI_DEPLOY_PASSWORD, CI_DEPENDENCY_PROXY_SERVER, CI_DEPENDENCY_PROXY_USER, CI_DEPENDENCY_PROXY_PASSWORD, CI_JOB_STARTED_AT, CI_JOB_TIMEOUT, GITLAB_ENV, GITLAB_CI",
  },
  {
    ...{ name: "no token", code: "BERTH_MISSING_CREDENTIAL", args: ciEnv("--if-missing", "fail") },
    change: { CI_REGISTRY_PASSWORD: undefined, CI_JOB_TOKEN: undefined },
    message: "no login: neither CI_REGISTRY_PASSWORD nor CI_JOB_TOKEN is set",
    hint: "GitLab sets both in every job; does the job run in a container that they are not passed to?",
  },
  {
    ...{ name: "a colon in the user", code: "BERTH_BAD_CREDENTIAL", args: ciEnv() },
    change: { CI_REGISTRY_USER: "a:b" },
    message: "CI_REGISTRY_USER: the user name has a colon in it",
    hint: "a Docker config joins user and password with a colon, and so can hold no such name",
  },
  {
    ...{ name: "no registry", code: "BERTH_BAD_REGISTRY", args: ciEnv() },
    change: { CI_REGISTRY: "registry example" },
    message: 'CI_REGISTRY: "registry example" is not a registry',
    hint: "write it as host or host:port, for example registry.example.com:5050",
  },
  {
    ...{ name: "a line break in a value", code: "BERTH_BAD_VALUE", args: ciEnv() },
    change: { CI_REGISTRY_IMAGE: "registry.example.com/g\n/p" },
    message: 'CI_REGISTRY_IMAGE: a line break in its value "registry.example.com/g\\x0a/p"',
    hint: "correct the variable of the job",
  },
  {
    ...{ name: "a bad DOCKER_AUTH_CONFIG", code: "BERTH_BAD_DOCKER_AUTH_CONFIG", args: ciEnv() },
    change: { DOCKER_AUTH_CONFIG: '{"auths": ' },
    message: "DOCKER_AUTH_CONFIG is not valid JSON",
    hint: NO_PATH,
  },
  {
    // Not by --env-file: Node looks at that itself, and ends where the file is not there.
    ...{ name: "no env file", code: "BERTH_BAD_ENV_FILE", args: ciEnv() },
    change: { BERTH_ENV_FILE: "job.env" },
    message: "--env-file: <folder>/job.env cannot be read (ENOENT)",
    hint: "give a dotenv file of a job's variables, such as examples/gitlab-job.env",
  },
  {
    ...{ name: "a registry that is down", code: "BERTH_NOT_ACCEPTED" },
    args: ciEnv("--verify", "--quiet"),
    change: { CI_REGISTRY: DOWN, CI_REGISTRY_IMAGE: `${DOWN}/g/p` },
    message: `${DOWN}: it cannot be reached (ECONNREFUSED)`,
    hint: "is the name right, and is a proxy needed (HTTPS_PROXY)?",
  },
];

const diskFailures: readonly Failure[] = [
  {
    ...{ name: "a bad base config", code: "BERTH_BAD_CONFIG", args: ciEnv() },
    message: "<folder>/home/.docker/config.json is not valid JSON",
    hint: "correct it, or pass --no-inherit to start from nothing",
    prepare: async ({ home }) => {
      await mkdir(join(home, ".docker"));
      await writeFile(join(home, ".docker", "config.json"), "{");
    },
  },
  {
    ...{ name: "no temp directory", code: "BERTH_TEMP_DIR", args: ciEnv("--tmp-dir", "none") },
    message: "--tmp-dir: <folder>/none is not there",
    hint: "make the directory, or name another with --tmp-dir or BERTH_TMP_DIR",
  },
  {
    ...{ name: "a link in the way", code: "BERTH_UNSAFE_DIRECTORY", args: ciEnv() },
    message: "<folder>/tmp/berth-<uid> is a link",
    hint: `berth puts no credentials there: remove it, ${OTHER_PLACE}`,
    prepare: ({ home, root }) => symlink(home, root),
  },
  {
    ...{ name: "a read-only disk", code: "BERTH_DISK", args: ciEnv(), options: bound },
    message: "cannot make the directory <folder>/tmp/berth-<uid>: permission denied",
    hint: `free or change it, ${OTHER_PLACE}`,
    prepare: async ({ temporary }) => {
      await giveToBound(temporary);
      await chmod(temporary, 0o500);
    },
  },
];

/** Every failure that a user can cause: all codes of ci-env but BERTH_INTERNAL, and all ways to use the command line wrongly. */
export const failures: readonly Failure[] = [
  ...usageFailures,
  ...environmentFailures,
  ...diskFailures,
];
