import { passwordOf } from "../docker-config/encode.ts";
import {
  hostOfKey,
  isNamespaced,
  isOfDockerHub,
  keysFor,
  shownKey,
} from "../docker-config/keys.ts";
import { type AuthEntry, isStoreMarker } from "../docker-config/model.ts";
import { claimsOf } from "../exchange/claims.ts";
import { printable } from "../printable.ts";
import { Secret } from "../secret.ts";
import { bad, type Finding, note } from "./finding.ts";
import type { ConfigFile, Sight } from "./sight.ts";

const shownHelper = (name: string): string =>
  /^[a-z][a-z0-9_.-]{0,30}$/.test(name) ? name : "[no name of a helper]";

const secretsOf = ({ config }: ConfigFile): readonly (readonly [string, AuthEntry])[] =>
  [...config.auths].filter(([, entry]) => !isStoreMarker(entry));

const broken = ({ path, problem, badAuths }: ConfigFile): readonly Finding[] => [
  ...(problem
    ? [bad("broken-config", `${printable(path)} ${problem}`, "correct it, or log in anew")]
    : []),
  ...badAuths.map((key) =>
    bad(
      "bad-entry",
      `${printable(path)}: the entry of ${shownKey(key)} is no credential that Docker can read, which voids the whole file at times`,
      `docker logout ${shownKey(key)}, or correct it`,
    ),
  ),
];

const READ_BY_OTHERS = 0o044;

const readable = (file: ConfigFile): readonly Finding[] =>
  file.mode & READ_BY_OTHERS && secretsOf(file).length > 0
    ? [
        bad(
          "readable",
          `${printable(file.path)} has credentials, and can be read by other users (${file.mode.toString(8)})`,
          `chmod 600 ${printable(file.path)}`,
        ),
      ]
    : [];

const helpers = (file: ConfigFile, onPath: ReadonlySet<string>): readonly Finding[] => {
  const { credsStore, credHelpers } = file.config;
  const named = new Set([...credHelpers.values(), ...(credsStore ? [credsStore] : [])]);
  return [...named]
    .filter((name) => !onPath.has(name))
    .map((name) =>
      bad(
        "helper-missing",
        `${printable(file.path)} names docker-credential-${shownHelper(name)}, which is not on PATH: Docker 29 and others fail`,
        "install it, or take it out of the file",
      ),
    );
};

const shadowed = (file: ConfigFile): readonly Finding[] => {
  const { credsStore, credHelpers } = file.config;
  return secretsOf(file)
    .filter(([key]) => credsStore !== undefined || credHelpers.has(key))
    .map(([key]) => {
      const helper = credHelpers.get(key) ?? credsStore ?? "";
      return bad(
        "shadowed",
        `${printable(file.path)}: Docker does not look at the credential of ${shownKey(key)}, because it asks docker-credential-${shownHelper(helper)}`,
        "log in again, or take the helper out of the file",
      );
    });
};

// Docker's login by a browser writes these, too.
const OF_LOGIN = /\/v1\/(?:access|refresh)-token$/;

const keys = (file: ConfigFile): readonly Finding[] => {
  const all = secretsOf(file).map(([key]) => key);
  const [hub = ""] = keysFor("docker.io");
  const wrong = all.filter(
    (key) => isOfDockerHub(key) && !isNamespaced(key) && key !== hub && !OF_LOGIN.test(key),
  );
  const parts = all.filter((key) => isNamespaced(key) && !isOfDockerHub(key));
  return [
    ...wrong.map((key) =>
      bad(
        "hub-key",
        `${printable(file.path)}: Docker does not find the credential of Docker Hub under ${shownKey(key)}`,
        `its key is ${hub}`,
      ),
    ),
    ...parts.map((key) =>
      bad(
        "part-of-registry",
        `${printable(file.path)}: ${shownKey(key)} is a part of a registry, which Docker takes for the whole`,
        "put it into auth.json, where podman and its relatives tell parts apart, or give berth HOST/GROUP",
      ),
    ),
  ];
};

const expired = (file: ConfigFile, now: Date): readonly Finding[] =>
  secretsOf(file).flatMap(([key, entry]) => {
    const token = passwordOf(entry);
    const until = token && claimsOf(token).until;
    if (until === undefined || until > now) return [];
    return [
      bad(
        "expired",
        `${printable(file.path)}: the token of ${shownKey(key)} has ended at ${until.toISOString()}`,
        "log in again: berth ci-env renews the job's own",
      ),
    ];
  });

/** Who logs in to registries by tokens that end with a job, or soon after. */
const USERS_OF_JOBS = [
  "gitlab-ci-token",
  "oauth2accesstoken",
  "AWS",
  "x-access-token",
  "buildkite",
];

/** What a config that all jobs share should not hold: the tokens of jobs, of which each overwrites the other's. */
const sharedTokens = (file: ConfigFile, own: readonly Secret[]): readonly Finding[] =>
  secretsOf(file)
    .filter(([, entry]) => {
      const token = passwordOf(entry);
      return (
        USERS_OF_JOBS.includes(entry.user) || own.some((secret) => Secret.equal(secret, token))
      );
    })
    .map(([key, { user }]) =>
      bad(
        "shared-token",
        `${printable(file.path)}, which all jobs of this user share, has the token of a job for ${shownKey(key)} (${printable(user)})`,
        `docker logout ${hostOfKey(key) === "docker.io" ? "" : shownKey(key)}`.trim(),
      ),
    );

/** What is wrong in the files that clients read. Pure. */
export const findingsInFiles = (sight: Sight): readonly Finding[] => {
  const { docker, helm, podman, skopeo, buildx, shared, dockerAuthConfig, berth, now } = sight;
  const all = [docker, helm, ...podman, ...skopeo, ...buildx.values(), ...(shared ? [shared] : [])];
  const files = all.filter(
    (file, index) => all.findIndex(({ path }) => path === file.path) === index,
  );
  const forDocker = [docker, ...(helm.path === docker.path ? [] : [helm])];
  const isOwn = berth !== undefined && docker.path.startsWith(`${berth.path}/`);
  const common = shared ?? (isOwn ? undefined : docker);
  return [
    ...[...files, ...(dockerAuthConfig ? [dockerAuthConfig] : [])].flatMap(broken),
    ...files.flatMap(readable),
    ...files.flatMap((file) => helpers(file, sight.helpersOnPath)),
    ...forDocker.flatMap(shadowed),
    ...forDocker.flatMap(keys),
    ...files.flatMap((file) => expired(file, now)),
    ...(common ? sharedTokens(common, Object.values(sight.variables.secrets)) : []),
    ...[...buildx].map(([key, { path }]) =>
      note(
        "buildx-scope",
        `buildx takes a credential of its own for ${shownKey(key)}: ${printable(path)}`,
        "such as docker/login-action writes with scope:, or berth for HOST/GROUP",
      ),
    ),
  ];
};
