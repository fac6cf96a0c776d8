import template from "../../templates/pipelines/gitlab.yml" with { type: "text" };
import { hostOfKey, isOfDockerHub, parseRegistry } from "../docker-config/keys.ts";
import { areRelated, withoutPort } from "../hosts.ts";
import { info, missing, type Notice, warning } from "../notice.ts";
import type { LoginRequest } from "../registries/kind.ts";
import { Secret } from "../secret.ts";
import { gitlabEnv } from "../shells/gitlab-env.ts";
import { checkOneLine, type Env, type JobVariables } from "../variables.ts";
import { type Access, type CiSystem, type LoginOptions, required } from "./system.ts";

interface Pair {
  readonly user: string;
  readonly secret: string;
}

const JOB_PAIRS: readonly Pair[] = [
  { user: "CI_REGISTRY_USER", secret: "CI_REGISTRY_PASSWORD" },
  { user: "gitlab-ci-token", secret: "CI_JOB_TOKEN" },
];
const DEPLOY_PAIRS: readonly Pair[] = [{ user: "CI_DEPLOY_USER", secret: "CI_DEPLOY_PASSWORD" }];
const JOB_USER = "gitlab-ci-token";

const PROTECTED =
  "is the variable protected, and this branch or tag is not? (Settings › CI/CD › Variables)";

type PickedPair = Pick<LoginRequest, "user" | "userFrom" | "secret" | "secretFrom">;

const pickPair = ({ env, secrets }: JobVariables, pairs: readonly Pair[]) => {
  const notices: Notice[] = [];
  for (const pair of pairs) {
    const user = pair.user === JOB_USER ? JOB_USER : env[pair.user];
    const secret = secrets[pair.secret];
    if (user && secret) {
      const login: PickedPair = { user, userFrom: pair.user, secret, secretFrom: pair.secret };
      return { login, notices };
    }
    if ((user || secret) && pair.user !== JOB_USER) {
      const [set, unset] = user ? [pair.user, pair.secret] : [pair.secret, pair.user];
      notices.push(warning(`${set} is left out: ${unset} is not set`, PROTECTED));
    }
  }
  return { login: undefined, notices };
};

const noCredential = (deploy: boolean): Notice =>
  deploy
    ? missing(
        "no login: CI_DEPLOY_USER and CI_DEPLOY_PASSWORD are not both set",
        'create a deploy token named "gitlab-deploy-token" (Settings › Repository › Deploy tokens)',
      )
    : missing(
        "no login: neither CI_REGISTRY_PASSWORD nor CI_JOB_TOKEN is set",
        "GitLab sets both in every job; does the job run in a container that they are not passed to?",
      );

const serverHost = ({ env }: JobVariables): string | undefined => {
  const url = env["CI_SERVER_URL"];
  return url && URL.canParse(url) ? new URL(url).hostname : undefined;
};

// A project may point CI_REGISTRY elsewhere. The job token is for GitLab's own registry: CI_REGISTRY_IMAGE still names it, or it is near GitLab.
const isGitlabs = (registry: string, variables: JobVariables): boolean => {
  if (isOfDockerHub(withoutPort(registry))) return false;
  const image = variables.env["CI_REGISTRY_IMAGE"];
  if (image !== undefined) return hostOfKey(image) === registry;
  const server = serverHost(variables);
  return !server || areRelated(withoutPort(registry), server);
};

const ownRegistry = (
  variables: JobVariables,
  options: LoginOptions,
): Pick<Access, "logins" | "notices"> => {
  const registry = variables.env["CI_REGISTRY"];
  if (!registry) {
    return {
      logins: [],
      notices: [
        missing(
          "no login: CI_REGISTRY is not set, so this GitLab has no container registry",
          "an administrator switches it on (gitlab.rb: registry_external_url)",
        ),
      ],
    };
  }
  const deploy = options.gitlabCredentials === "deploy";
  const { login, notices } = pickPair(variables, deploy ? DEPLOY_PAIRS : JOB_PAIRS);
  if (!login) return { logins: [], notices: [...notices, noCredential(deploy)] };
  const { host } = parseRegistry(registry, "CI_REGISTRY");
  const isJobToken =
    login.user === JOB_USER || Secret.equal(login.secret, variables.secrets["CI_JOB_TOKEN"]);
  if (isJobToken && !isGitlabs(host, variables)) {
    const refusal = missing(
      `no login: CI_REGISTRY is not GitLab's own registry here, and ${login.secretFrom} is the job token, which is for that alone`,
      "set CI_REGISTRY_USER and CI_REGISTRY_PASSWORD to credentials of the registry, too",
    );
    return { logins: [], notices: [...notices, refusal] };
  }
  return { logins: [{ registry, registryFrom: "CI_REGISTRY", ...login }], notices };
};

// The variable always has a port; images are named with it or, by the default port of the server's scheme, without (TRAP 14).
const proxyNames = (server: string, env: Env): readonly string[] => {
  const plain = (env["CI_SERVER_URL"] ?? "https:").startsWith("http:");
  const short = server.replace(plain ? /:80$/ : /:443$/, "");
  return short === server ? [server] : [server, short];
};

const dependencyProxy = (variables: JobVariables): Pick<Access, "logins" | "notices"> => {
  const { env, secrets } = variables;
  const server = env["CI_DEPENDENCY_PROXY_SERVER"];
  const user = env["CI_DEPENDENCY_PROXY_USER"];
  const secret = secrets["CI_DEPENDENCY_PROXY_PASSWORD"];
  if (!server || !user || !secret) return { logins: [], notices: [] };
  const proxyHost = withoutPort(hostOfKey(server));
  if (isOfDockerHub(proxyHost) || proxyHost !== (serverHost(variables) ?? proxyHost)) {
    const text = "CI_DEPENDENCY_PROXY_SERVER is left out: it is not the host of CI_SERVER_URL";
    return { logins: [], notices: [warning(text, "GitLab sets both: set neither by hand")] };
  }
  const logins = proxyNames(server, env).map((registry) => ({
    registry,
    registryFrom: "CI_DEPENDENCY_PROXY_SERVER",
    user,
    userFrom: "CI_DEPENDENCY_PROXY_USER",
    secret,
    secretFrom: "CI_DEPENDENCY_PROXY_PASSWORD",
  }));
  return { logins, notices: [] };
};

const switchedOff = ({ env }: JobVariables): readonly Notice[] =>
  env["CI_REGISTRY"] && !env["CI_REGISTRY_IMAGE"]
    ? [
        info(
          "BERTH_IMAGE is not set: the container registry is switched off for this project (Settings › General › Visibility)",
        ),
      ]
    : [];

export const gitlab = {
  name: "gitlab",
  title: "GitLab CI",
  documentation: "https://docs.gitlab.com/ci/variables/predefined_variables/",
  variables: [
    { name: "CI_JOB_ID", means: "which job", required: true },
    { name: "CI_SERVER_URL", means: "which GitLab" },
    { name: "CI_JOB_URL", means: "the job's page" },
    { name: "CI_REGISTRY", means: "its registry; not set where it has none" },
    { name: "CI_REGISTRY_IMAGE", means: "the project's image repository" },
    { name: "CI_REGISTRY_USER", means: "user for CI_REGISTRY" },
    { name: "CI_REGISTRY_PASSWORD", means: "password for CI_REGISTRY", secret: true },
    {
      name: "CI_JOB_TOKEN",
      means: "the same, where the two above are not set",
      secret: true,
      endsWithJob: true,
    },
    { name: "CI_DEPLOY_USER", means: "with --gitlab-credentials deploy" },
    { name: "CI_DEPLOY_PASSWORD", means: "with --gitlab-credentials deploy", secret: true },
    { name: "CI_DEPENDENCY_PROXY_SERVER", means: "the dependency proxy" },
    { name: "CI_DEPENDENCY_PROXY_USER", means: "user for it" },
    {
      name: "CI_DEPENDENCY_PROXY_PASSWORD",
      means: "password for it",
      secret: true,
      endsWithJob: true,
    },
    { name: "CI_JOB_STARTED_AT", means: "with the next: until when the job may run" },
    { name: "CI_JOB_TIMEOUT", means: "how many seconds it may run" },
    { name: "GITLAB_ENV", means: "with --persist: the file for the later sections" },
    { name: "GITLAB_CI", means: "true in its jobs" },
  ],
  registry: "`CI_REGISTRY`, and the dependency proxy",
  // The runner's own stages have a shell each: https://docs.gitlab.com/ci/variables/#pass-an-environment-variable-from-the-script-section-to-another-section-in-the-same-job
  persist: { by: "file", variable: "GITLAB_ENV", shell: gitlabEnv, mustExist: false },
  idTokens: {
    // Its names are the pipeline's own: https://docs.gitlab.com/ci/secrets/id_token_authentication/
    source: () => undefined,
    hint: "add to the job:  id_tokens: { MY_TOKEN: { aud: … } }, and name it: oidc-token-env=MY_TOKEN",
    forAnother: "add to the job:  id_tokens: { MY_TOKEN: { aud: … } }",
  },
  // https://docs.gitlab.com/security/tokens/#token-prefixes
  jobTokens: { prefix: "glcbt-", user: JOB_USER },
  timeLimit: (env, now) => {
    const seconds = Number(env["CI_JOB_TIMEOUT"] ?? "");
    const start = Date.parse(env["CI_JOB_STARTED_AT"] ?? "");
    if (!(seconds > 0)) return undefined;
    const passed = Number.isNaN(start) ? 0 : Math.max(0, (now.getTime() - start) / 1000);
    return { seconds: Math.max(0, seconds - passed) };
  },
  template: { path: ".gitlab-ci.yml", text: template },
  lasting:
    "create a deploy token that may read the registry (Settings › Repository › Deploy tokens), name it gitlab-deploy-token, and use --gitlab-credentials deploy",
  advise: ({ action, host, repository }, env) => {
    const own = env["CI_REGISTRY_IMAGE"]?.toLowerCase();
    if (host !== env["CI_REGISTRY"]?.toLowerCase() || own === undefined) return undefined;
    const isOwn = `${host}/${repository}/`.startsWith(`${own}/`);
    if (isOwn) {
      const role = action === "push" ? "Developer" : "Reporter";
      return `may the user who started the pipeline ${action}? (Manage › Members: ${role} or above)`;
    }
    return action === "push"
      ? `a job token pushes to its own project alone: ${own}`
      : "the other project has to allow this one (Settings › CI/CD › Job token permissions), and the user who started the pipeline has to be its member";
  },
  detect: (env) => env["GITLAB_CI"] === "true",
  job: (env) => {
    const id = required(env, gitlab, "CI_JOB_ID");
    const url = env["CI_JOB_URL"];
    return {
      id,
      key: [env["CI_SERVER_URL"] ?? "", id],
      ...(url && { url: checkOneLine(url, "CI_JOB_URL") }),
    };
  },
  access: (variables, options) => {
    const own = ownRegistry(variables, options);
    const proxy = dependencyProxy(variables);
    const registry = variables.env["CI_REGISTRY"];
    const image = variables.env["CI_REGISTRY_IMAGE"];
    return {
      ...(registry && { registry: parseRegistry(registry, "CI_REGISTRY").host }),
      ...(image && { image: checkOneLine(image, "CI_REGISTRY_IMAGE").toLowerCase() }),
      logins: [...own.logins, ...proxy.logins],
      notices: [...own.notices, ...proxy.notices, ...switchedOff(variables)],
    };
  },
} as const satisfies CiSystem;
