import { passwordOf } from "../docker-config/encode.ts";
import { isOfDockerHub, shownKey } from "../docker-config/keys.ts";
import { shownUser } from "../docker-config/shown-user.ts";
import { shownHelper } from "../docker-config/stores.ts";
import { claimsOf } from "../exchange/claims.ts";
import { isOfJob } from "../job-token.ts";
import { bad, type Finding, note } from "./finding.ts";
import { findingsOfKeys, secretsOf } from "./in-keys.ts";
import { allFilesOf, type ConfigFile, type Sight } from "./sight.ts";

const broken = ({ path, problem }: ConfigFile): readonly Finding[] =>
  problem ? [bad("broken-config", `${path} ${problem}`, "correct it, or log in anew")] : [];

const badEntries = (
  { path, badAuths }: ConfigFile,
  hintFor: (key: string) => string,
): readonly Finding[] =>
  badAuths
    .map(shownKey)
    .map((key) =>
      bad(
        "bad-entry",
        `${path}: the entry of ${key} is no credential that Docker can read, which voids the whole file at times`,
        hintFor(key),
      ),
    );

const READ_BY_OTHERS = 0o044;

const readable = (file: ConfigFile): readonly Finding[] =>
  file.mode & READ_BY_OTHERS && secretsOf(file).length > 0
    ? [
        bad(
          "readable",
          `${file.path} has credentials, and can be read by other users (${file.mode.toString(8)})`,
          `chmod 600 ${file.path}`,
        ),
      ]
    : [];

const helpers = (file: ConfigFile, onPath: ReadonlySet<string>): readonly Finding[] => {
  const { credsStore = "", credHelpers } = file.config;
  const named = [...new Set([...credHelpers.values(), credsStore])].filter((name) => name !== "");
  return named
    .filter((name) => !onPath.has(name))
    .map((name) =>
      bad(
        "helper-missing",
        `${file.path} names docker-credential-${shownHelper(name)}, which is not on PATH: Docker 29 and others fail, where earlier ones look into the file`,
        "install it, or take it out of the file",
      ),
    );
};

const expired = (file: ConfigFile, now: Date): readonly Finding[] =>
  secretsOf(file).flatMap(([key, entry]) => {
    const token = passwordOf(entry);
    const until = token && claimsOf(token).until;
    if (until === undefined || until > now) return [];
    return [
      bad(
        "expired",
        `${file.path}: the token of ${shownKey(key)} has ended at ${until.toISOString()}`,
        "log in again: berth ci-env renews the job's own",
      ),
    ];
  });

/** What a config that all jobs share should not hold: the tokens of jobs, of which each overwrites the other's. */
const sharedTokens = ({ docker, shared, variables, job }: Sight): readonly Finding[] => {
  const common = shared ?? (variables.env["DOCKER_CONFIG"] ? undefined : docker);
  if (common === undefined) return [];
  const own = Object.values(variables.secrets);
  return secretsOf(common)
    .filter(([, entry]) => isOfJob(entry, own))
    .map(([key, entry]) => {
      const logout = `docker logout ${isOfDockerHub(key) ? "" : shownKey(key)}`.trim();
      const what = `for ${shownKey(key)} (${shownUser(entry)})`;
      return job
        ? bad(
            "shared-token",
            `${common.path}, which all jobs of this user share, has the token of a job ${what}`,
            logout,
          )
        : note(
            "shared-token",
            `${common.path} has a token of the kind that ends with a job, or in hours, ${what}`,
            `is it of a job that ran here? ${logout}`,
          );
    });
};

// A variable that names the one file: https://github.com/containers/podman/issues/18405
const notThere = ({ podman, hasPodman, berth }: Sight): readonly Finding[] => {
  const [named, ...others] = podman;
  // Of variables that lead past a berth it is told already.
  if (!hasPodman || berth || !named || others.length > 0 || named.isThere) return [];
  return [
    note(
      "no-auth-file",
      `podman's variables name ${named.path}, which is not there: buildah and older podmans fail`,
      "unset REGISTRY_AUTH_FILE or DOCKER_CONFIG, or log in",
    ),
  ];
};

const ofBuildx = ({ buildx }: Sight): readonly Finding[] =>
  [...buildx].map(([key, { path }]) =>
    note(
      "buildx-scope",
      `buildx takes a credential of its own for ${shownKey(key)}: ${path}`,
      "such as docker/login-action writes with scope:, or berth for HOST/GROUP",
    ),
  );

/** What is wrong in the files that clients read. Pure. */
export const findingsInFiles = (sight: Sight): readonly Finding[] => {
  const { docker, helm, dockerAuthConfig, now } = sight;
  const all = allFilesOf(sight);
  const files = all.filter(
    (file, index) => all.findIndex(({ path }) => path === file.path) === index,
  );
  const variable = dockerAuthConfig ? [dockerAuthConfig] : [];
  return [
    ...[...files, ...variable].flatMap(broken),
    ...files.flatMap((file) => badEntries(file, (key) => `docker logout ${key}, or correct it`)),
    ...variable.flatMap((it) => badEntries(it, () => "correct it, or take it out of the variable")),
    ...files.flatMap(readable),
    ...files.flatMap((file) => helpers(file, sight.helpersOnPath)),
    ...(helm.path === docker.path ? [docker] : [docker, helm]).flatMap((file) =>
      findingsOfKeys(file, sight.helpersOnPath),
    ),
    ...files.flatMap((file) => expired(file, now)),
    ...sharedTokens(sight),
    ...notThere(sight),
    ...ofBuildx(sight),
  ];
};
