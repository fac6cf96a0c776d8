import type { Access, CiSystem, Job } from "./ci/system.ts";
import { hostOfKey } from "./docker-config/keys.ts";
import { info, type Notice, warning } from "./notice.ts";
import { checkOneLine, type Env } from "./variables.ts";

interface WerfFacts {
  readonly system: Pick<CiSystem, "name" | "title">;
  readonly env: Env;
  readonly job: Pick<Job, "url">;
  readonly access: Pick<Access, "image">;
  /** The name that werf.yaml gives the project, where it is known. */
  readonly project: string | undefined;
}

interface WerfVariables {
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly notices: readonly Notice[];
}

/** A variable, what its value is from, that value, where there is one, and what stands before it. */
type Given = readonly [name: string, source: string, value: string | undefined, before?: string];

const annotation = (
  name: string,
  key: string,
  source: string,
  value: string | undefined,
): Given => [`WERF_ADD_ANNOTATION_${name}`, source, value, `${key}=`];

const releaseChannel = (env: Env): Given => {
  const source = "TRDL_USE_WERF_GROUP_CHANNEL";
  return annotation("WERF_RELEASE_CHANNEL", "werf.io/release-channel", source, env[source]);
};

const constant = (name: string, value: string): Given => [name, name, value];

const logs = (color: "on" | "off"): readonly Given[] => [
  constant("WERF_LOG_COLOR_MODE", color),
  constant("WERF_LOG_PROJECT_DIR", "1"),
  constant("WERF_ENABLE_PROCESS_EXTERMINATOR", "1"),
  constant("WERF_LOG_TERMINAL_WIDTH", "130"),
];

// After 12.1.3 and before 12.2.0, as versions are compared: 12.2.0-ee is before 12.2.0. That GitLab does not show colours.
// https://github.com/werf/werf/pull/1717
const NO_COLORS = /^v?12\.(?:1\.(?:[4-9]|[1-9]\d+)(?:[-+][\w.+-]+)?|2(?:\.0)?-[\w.+-]+)$/;

const ofGitlab = ({ env, access: { image } }: WerfFacts): readonly Given[] => {
  const isGitlabs = image && hostOfKey(env["WERF_REPO"] ?? image) === hostOfKey(image);
  const from = (name: string, key: string, source: string): Given =>
    annotation(name, key, source, env[source]);
  return [
    ["WERF_REPO", "CI_REGISTRY_IMAGE", image],
    ["WERF_REPO_CONTAINER_REGISTRY", "CI_REGISTRY_IMAGE", isGitlabs ? "gitlab" : undefined],
    ["WERF_ENV", "CI_ENVIRONMENT_SLUG", env["CI_ENVIRONMENT_SLUG"]],
    releaseChannel(env),
    from("PROJECT_GIT", "project.werf.io/git", "CI_PROJECT_URL"),
    from("CI_COMMIT", "ci.werf.io/commit", "CI_COMMIT_SHA"),
    from("CI_GIT_TAG", "ci.werf.io/tag", "CI_COMMIT_TAG"),
    from("GITLAB_CI_PIPELINE_URL", "gitlab.ci.werf.io/pipeline-url", "CI_PIPELINE_URL"),
    from("GITLAB_CI_JOB_URL", "gitlab.ci.werf.io/job-url", "CI_JOB_URL"),
    ...logs(NO_COLORS.test(env["CI_SERVER_VERSION"] ?? "") ? "off" : "on"),
  ];
};

const ofGithub = ({ env, job, access: { image }, project }: WerfFacts): readonly Given[] => {
  const named = env["WERF_PROJECT_NAME"];
  const name = named ?? project;
  const tag = env["GITHUB_REF_TYPE"] === "tag" ? env["GITHUB_REF_NAME"] : undefined;
  const server = "GITHUB_SERVER_URL";
  const repository = job.url?.replace(/\/actions\/runs\/\d+$/, "");
  return [
    ["WERF_REPO", named ? "WERF_PROJECT_NAME" : "werf.yaml", image && name, `${image}/`],
    releaseChannel(env),
    annotation("PROJECT_GIT", "project.werf.io/git", server, repository),
    annotation("CI_COMMIT", "ci.werf.io/commit", "GITHUB_SHA", env["GITHUB_SHA"]),
    annotation("CI_GIT_TAG", "ci.werf.io/tag", "GITHUB_REF_NAME", tag),
    annotation("GITHUB_ACTIONS_RUN_URL", "github.ci.werf.io/workflow-run-url", server, job.url),
    ...logs("on"),
  ];
};

const OF_SYSTEM: Readonly<Record<string, (facts: WerfFacts) => readonly Given[]>> = {
  gitlab: ofGitlab,
  github: ofGithub,
};

const withoutRepository = (image: string | undefined): Notice =>
  image
    ? warning(
        "WERF_REPO is left out: no plain line of werf.yaml says the name of the project",
        "run berth after the checkout, where werf.yaml has a line like project: my-app; or set WERF_REPO",
      )
    : info("WERF_REPO is left out: the job has no image repository of its own");

/**
 * The variables that `werf ci-env` gives, but for the Docker config, which is the berth's, and WERF_REPO_GITHUB_TOKEN: no secret
 * is among them. One without a value is left out, and one that is set to something else is left alone; where it is set to the
 * same it stays in, so that a second run in a job gives the same. Only werf.yaml's name for the project is from outside: see
 * `readWerfProject`. Pure. Throws BERTH_BAD_VALUE, naming the CI's variable, for a line break.
 *
 * Names, values and order: https://github.com/werf/werf, cmd/werf/ci_env/ci_env.go at 73d8d4a (2026-08-20);
 * WERF_PROJECT_NAME: pkg/config/raw_meta.go.
 */
export const werfVariables = (facts: WerfFacts): WerfVariables => {
  const { system, env, access } = facts;
  const given = OF_SYSTEM[system.name]?.(facts);
  if (!given) {
    const text = `--werf: nothing is set, for werf has no variables of ${system.title}`;
    const hint =
      "it has those of GitLab CI and GitHub Actions; set WERF_REPO and WERF_ENV yourself";
    return { variables: [], notices: [warning(text, hint)] };
  }
  const valued = given.flatMap(([name, source, value, before = ""]) =>
    value === undefined ? [] : [{ name, source, value, whole: before + value }],
  );
  const isOthers = ({ name, whole }: { name: string; whole: string }): boolean =>
    env[name] !== undefined && env[name] !== whole;
  const variables = valued
    .filter((variable) => !isOthers(variable))
    .map(({ name, source, value, whole }) => {
      checkOneLine(value, source);
      return [name, whole] as const;
    });
  const others = valued.filter(isOthers).map(({ name }) => name);
  const hasRepository = "WERF_REPO" in env || variables.some(([name]) => name === "WERF_REPO");
  return {
    variables,
    notices: [
      ...(hasRepository ? [] : [withoutRepository(access.image)]),
      ...(others.length > 0 ? [info(`left alone, because set already: ${others.join(", ")}`)] : []),
    ],
  };
};
