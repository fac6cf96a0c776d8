import { STORES } from "./answering.ts";
import { clients } from "./exports.ts";
import { MISSING_CHOICES } from "./own-logins.ts";
import { shellNames } from "./shells/index.ts";

/** An option, with the variable that is its default; the option itself wins. */
export interface Option {
  /** "strings": it may be repeated; its variable has one a line. */
  readonly type: "string" | "strings" | "boolean";
  readonly describe: string;
  readonly env?: string;
  readonly choices?: readonly string[];
  /** For `--help`; what applies without the option is in the command. */
  readonly byDefault?: string;
  readonly alias?: string;
  /** Whether a string option may be given without a value. */
  readonly mayBeBare?: true;
}

const common = {
  "env-file": {
    type: "string",
    describe: "Take variables from this dotenv file, too: a job's, to try it outside of CI",
    env: "BERTH_ENV_FILE",
  },
  "tmp-dir": {
    type: "string",
    describe: "Directory for the berths",
    env: "BERTH_TMP_DIR",
    byDefault: "the CI's own for the job, else the system's",
  },
  quiet: { type: "boolean", describe: "Say only warnings and errors", env: "BERTH_QUIET" },
} as const satisfies Readonly<Record<string, Option>>;

/** What decides what is in a berth. */
const berth = {
  registry: {
    type: "strings",
    describe:
      "Log in to this one, too: HOST,username-env=NAME,password-env=NAME (or username=…, password-file=PATH), or by who the job is: role=, provider=, tenant= and client=, oidc-password (docs/registries.md); may be repeated",
    env: "BERTH_REGISTRIES",
  },
  "docker-config": {
    type: "string",
    describe: "Directory to inherit from",
    env: "BERTH_DOCKER_CONFIG",
    byDefault: "$WERF_DOCKER_CONFIG, $DOCKER_CONFIG or ~/.docker",
  },
  inherit: {
    type: "boolean",
    describe: "Inherit from existing configs (--no-inherit: start from nothing)",
    env: "BERTH_INHERIT",
    byDefault: "true",
  },
  "login-to-registry": {
    type: "boolean",
    describe: "Use the credentials of the job's tokens",
    env: "BERTH_LOGIN_TO_REGISTRY",
    byDefault: "true",
  },
  "use-docker-auth-config": {
    type: "boolean",
    describe: "Merge DOCKER_AUTH_CONFIG and unset it (--no-…: leave it alone)",
    env: "BERTH_USE_DOCKER_AUTH_CONFIG",
    byDefault: "true",
  },
  store: {
    type: "string",
    describe:
      "Where the credentials are: in the berth's files, or on no disk: docker-credential-berth answers from the job's environment",
    env: "BERTH_STORE",
    choices: STORES,
    byDefault: "as before in the job, else file",
  },
  clients: {
    type: "string",
    describe: `Point only these at the berth, separated by commas: ${clients.join(", ")}`,
    env: "BERTH_CLIENTS",
    byDefault: "all",
  },
  "if-missing": {
    type: "string",
    describe: "What to do without a credential for the job's registry",
    env: "BERTH_IF_MISSING",
    choices: MISSING_CHOICES,
    byDefault: "warn",
  },
  werf: {
    type: "boolean",
    describe: "GitLab and GitHub: also the variables that werf ci-env sets (docs/werf.md)",
    env: "BERTH_WERF",
  },
  "gitlab-credentials": {
    type: "string",
    describe: "GitLab: the job's own token, or CI_DEPLOY_USER and CI_DEPLOY_PASSWORD",
    env: "BERTH_GITLAB_CREDENTIALS",
    choices: ["job", "deploy"],
    byDefault: "job",
  },
  "token-env": {
    type: "string",
    describe: "GitHub, Forgejo, Gitea: name of the variable with the token",
    env: "BERTH_TOKEN_ENV",
    byDefault: "GITHUB_TOKEN, FORGEJO_TOKEN",
  },
  "registry-host": {
    type: "string",
    describe: "GitHub, Forgejo, Gitea: the registry that the token is for",
    env: "BERTH_REGISTRY_HOST",
    byDefault: "by the server's URL",
  },
  ...common,
  verbose: { type: "boolean", describe: "Say all that is written", env: "BERTH_VERBOSE" },
} as const satisfies Readonly<Record<string, Option>>;

export const ciEnvOptions = {
  shell: {
    type: "string",
    describe: "Dialect of the statements",
    env: "BERTH_SHELL",
    choices: shellNames,
    byDefault: "posix; on Windows powershell",
  },
  "as-file": {
    type: "boolean",
    describe: "Write the statements to a file, and print its path alone",
    env: "BERTH_AS_FILE",
  },
  "as-env-file": {
    type: "boolean",
    describe: "As --as-file, with --shell dotenv",
    env: "BERTH_AS_ENV_FILE",
  },
  "output-file-path": {
    type: "string",
    alias: "o",
    describe: "Write the statements to this file, and print nothing",
    env: "BERTH_OUTPUT_FILE_PATH",
  },
  unset: {
    type: "boolean",
    describe: "Print the statements that undo it: earlier values come back, others go",
  },
  "dry-run": { type: "boolean", describe: "Print the same, and write nothing" },
  verify: {
    type: "boolean",
    describe: "Ask the registries whether they accept the credentials, and fail where one does not",
    env: "BERTH_VERIFY",
  },
  persist: {
    type: "boolean",
    describe: "Hand the variables to the later steps of the job, too, in the CI's own way",
    env: "BERTH_PERSIST",
  },
  "cleanup-on-exit": {
    type: "boolean",
    describe: "posix: clean up when the shell ends that evaluates it",
    env: "BERTH_CLEANUP_ON_EXIT",
  },
  ...berth,
} as const satisfies Readonly<Record<string, Option>>;

export const execOptions = berth;

export const initOptions = {
  list: { type: "boolean", describe: "List all there are, with where they belong" },
  quiet: common.quiet,
} as const satisfies Readonly<Record<string, Option>>;

export const pullSecretOptions = {
  name: {
    type: "string",
    describe: "The Secret's name",
    env: "BERTH_SECRET_NAME",
    byDefault: "regcred",
  },
  namespace: {
    type: "string",
    describe: "Its namespace",
    env: "BERTH_NAMESPACE",
    byDefault: "kubectl's own",
  },
  force: { type: "boolean", describe: "Allow a credential that ends, with the job or later" },
  registry: {
    type: "strings",
    describe:
      "For this one, instead of the job's own: HOST, whose credential the job has, or as in ci-env; may be repeated",
  },
  "docker-config": berth["docker-config"],
  inherit: berth.inherit,
  "use-docker-auth-config": berth["use-docker-auth-config"],
  "gitlab-credentials": berth["gitlab-credentials"],
  "token-env": berth["token-env"],
  "registry-host": berth["registry-host"],
  ...common,
} as const satisfies Readonly<Record<string, Option>>;

export const doctorOptions = {
  check: {
    type: "boolean",
    describe: "Ask the registries: is the credential accepted, may the image be pulled and pushed",
    env: "BERTH_CHECK",
  },
  format: {
    type: "string",
    describe: "For people, or for programs",
    env: "BERTH_FORMAT",
    choices: ["text", "json"],
    byDefault: "text",
  },
  "gitlab-credentials": berth["gitlab-credentials"],
  "token-env": berth["token-env"],
  "registry-host": berth["registry-host"],
  ...common,
} as const satisfies Readonly<Record<string, Option>>;

export const cleanupOptions = {
  stale: {
    type: "string",
    describe: "Instead remove every berth of this user that was not touched for so long",
    byDefault: "48h",
    mayBeBare: true,
  },
  ...common,
} as const satisfies Readonly<Record<string, Option>>;
