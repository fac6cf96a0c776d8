import { hostOfKey, parseRegistry } from "../docker-config/keys.ts";
import { info, missing, type Notice, warning } from "../notice.ts";
import type { LoginRequest } from "../registries/kind.ts";
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

// A project may point CI_REGISTRY elsewhere; the job token is for GitLab's own registry, which CI_REGISTRY_IMAGE still names.
const leadsElsewhere = (host: string, image: string | undefined): boolean =>
  host === "docker.io" || (image !== undefined && hostOfKey(image) !== host);

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
  if (login.user === JOB_USER && leadsElsewhere(host, variables.env["CI_REGISTRY_IMAGE"])) {
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
  const withoutPort = server.replace(plain ? /:80$/ : /:443$/, "");
  return withoutPort === server ? [server] : [server, withoutPort];
};

const dependencyProxy = ({ env, secrets }: JobVariables): readonly LoginRequest[] => {
  const server = env["CI_DEPENDENCY_PROXY_SERVER"];
  const user = env["CI_DEPENDENCY_PROXY_USER"];
  const secret = secrets["CI_DEPENDENCY_PROXY_PASSWORD"];
  if (!server || !user || !secret) return [];
  return proxyNames(server, env).map((registry) => ({
    registry,
    registryFrom: "CI_DEPENDENCY_PROXY_SERVER",
    user,
    userFrom: "CI_DEPENDENCY_PROXY_USER",
    secret,
    secretFrom: "CI_DEPENDENCY_PROXY_PASSWORD",
  }));
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
    { name: "CI_REGISTRY", means: "its registry; not set where it has none" },
    { name: "CI_REGISTRY_IMAGE", means: "the project's image repository" },
    { name: "CI_REGISTRY_USER", means: "user for CI_REGISTRY" },
    { name: "CI_REGISTRY_PASSWORD", means: "password for CI_REGISTRY", secret: true },
    { name: "CI_JOB_TOKEN", means: "the same, where the two above are not set", secret: true },
    { name: "CI_DEPLOY_USER", means: "with --gitlab-credentials deploy" },
    { name: "CI_DEPLOY_PASSWORD", means: "with --gitlab-credentials deploy", secret: true },
    { name: "CI_DEPENDENCY_PROXY_SERVER", means: "the dependency proxy" },
    { name: "CI_DEPENDENCY_PROXY_USER", means: "user for it" },
    { name: "CI_DEPENDENCY_PROXY_PASSWORD", means: "password for it", secret: true },
  ],
  detect: (env) => env["GITLAB_CI"] === "true",
  job: (env) => {
    const id = required(env, gitlab, "CI_JOB_ID");
    return { id, key: [env["CI_SERVER_URL"] ?? "", id] };
  },
  access: (variables, options) => {
    const own = ownRegistry(variables, options);
    const registry = variables.env["CI_REGISTRY"];
    const image = variables.env["CI_REGISTRY_IMAGE"];
    return {
      ...(registry && { registry: parseRegistry(registry, "CI_REGISTRY").host }),
      ...(image && { image: checkOneLine(image, "CI_REGISTRY_IMAGE").toLowerCase() }),
      logins: [...own.logins, ...dependencyProxy(variables)],
      notices: [...own.notices, ...switchedOff(variables)],
    };
  },
} as const satisfies CiSystem;
