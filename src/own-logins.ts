import type { LoginOptions } from "./ci/system.ts";
import { hostOfKey, isNamespaced, shownKey } from "./docker-config/keys.ts";
import { keysOf, layer, wholeHosts } from "./docker-config/layers.ts";
import { type AuthEntry, type Credentials, emptyConfig } from "./docker-config/model.ts";
import { shownUser } from "./docker-config/shown-user.ts";
import { BerthError } from "./errors.ts";
import type { Facts } from "./gather.ts";
import { info, type Notice, warning } from "./notice.ts";
import type { RegistryLogin } from "./output.ts";
import type { LoginRequest } from "./registries/kind.ts";
import { loginTo } from "./registries/login.ts";

export const MISSING_CHOICES = ["warn", "fail", "ignore"] as const;

export interface OwnLoginOptions extends LoginOptions {
  readonly loginToRegistry: boolean;
  readonly ifMissing: (typeof MISSING_CHOICES)[number];
}

/** What the job can log in to by itself: by its tokens, and as the user has asked for. */
export interface OwnLogins {
  readonly registry?: string;
  readonly image?: string;
  readonly tokens: Credentials;
  readonly requested: Credentials;
  readonly notices: readonly Notice[];
  /** Why there is nothing that the job can log in to by itself, where nothing else says so. */
  readonly without?: Notice;
  /** What the user has asked for and cannot be, by host. */
  readonly lacking: ReadonlyMap<string, Notice>;
}

const nothingByItself = ({ title, registry }: Facts["system"]): Notice =>
  info(
    registry === ""
      ? `${title} has no registry of its own: name those of the job with --registry`
      : `no login by itself in this job of ${title}: name the job's registries with --registry`,
  );

const credentialsOf = (requests: readonly LoginRequest[]): Credentials => {
  const auths = new Map<string, AuthEntry>();
  for (const { keys, entry } of requests.map(loginTo)) {
    for (const key of keys) if (!auths.has(key)) auths.set(key, entry);
  }
  return { auths, credHelpers: new Map() };
};

/**
 * The job's own credentials, of this run or, where this one has none, of an earlier run in the job: a step that does not pass
 * the token on takes nothing away. Throws BERTH_BAD_REGISTRY and BERTH_BAD_CREDENTIAL.
 */
export const ownLogins = (
  { system, variables, base, requested, berth }: Facts,
  options: OwnLoginOptions,
): OwnLogins => {
  const { logins, notices, ...access } = system.access(variables, options);
  const isNothing =
    options.loginToRegistry &&
    logins.length === 0 &&
    notices.length === 0 &&
    keysOf(base).length === 0;
  const earlier = berth?.logins ?? { tokens: emptyConfig, requested: emptyConfig };
  return {
    ...access,
    ...(isNothing && { without: nothingByItself(system) }),
    tokens: options.loginToRegistry ? layer(earlier.tokens, credentialsOf(logins)) : emptyConfig,
    requested: layer(earlier.requested, credentialsOf(requested.logins)),
    notices: options.loginToRegistry ? notices : [],
    lacking: requested.lacking,
  };
};

/** Why there is none for a registry, where it is one that the job could have a credential for. */
export const lackOf = (
  host: string,
  { registry, notices, lacking }: Pick<OwnLogins, "registry" | "notices" | "lacking">,
): Notice | undefined =>
  lacking.get(host) ??
  (registry === host ? notices.find(({ level }) => level === "missing") : undefined);

/** Credentials as people see them. */
export const namesOf = ({ auths, credHelpers }: Credentials): readonly RegistryLogin[] => [
  ...[...auths].map(([registry, entry]) => ({
    ...{ registry, user: shownUser(entry), from: entry.from },
    ...(entry.until && { until: entry.until }),
  })),
  ...[...credHelpers].map(([registry, helper]) => ({
    registry,
    user: "",
    from: `docker-credential-${helper}`,
  })),
];

const shadowed = (below: Credentials, above: Credentials, name: string): readonly Notice[] => {
  const hosts = wholeHosts(above);
  return namesOf(below)
    .filter(({ registry }) => hosts.has(hostOfKey(registry)))
    .map(({ registry, from }) =>
      info(`${shownKey(registry)}: ${from} is not used, because ${name} has a credential for it`),
    );
};

// Buildx' own configs are for what is asked for: DOCKER_AUTH_CONFIG never was for it.
/** Which credentials are for some clients alone. */
export const partsOnly = (
  dockerAuthConfig: Credentials,
  requested: Credentials,
): readonly Notice[] => {
  const replaced = wholeHosts(requested);
  const tell = (credentials: Credentials, who: string): readonly Notice[] =>
    namesOf(credentials)
      .filter(({ registry }) => isNamespaced(registry) && !replaced.has(hostOfKey(registry)))
      .map(({ registry }) =>
        info(`${shownKey(registry)}: a credential for a part of a registry, which ${who}`),
      );
  return [
    ...tell(dockerAuthConfig, "podman, buildah and skopeo can use, and Docker cannot"),
    ...tell(
      requested,
      "podman, buildah and skopeo can use, and buildx for a repository of that name; Docker cannot",
    ),
  ];
};

/** Docker 28.3 and later prefer DOCKER_AUTH_CONFIG to every file: where that stays set, it beats what is asked for. */
export const stillPreferred = (
  dockerAuthConfig: Credentials,
  requested: Credentials,
): readonly Notice[] => {
  const replaced = wholeHosts(requested);
  return [...wholeHosts(dockerAuthConfig)]
    .filter((host) => replaced.has(host))
    .map((host) =>
      warning(
        `${host}: DOCKER_AUTH_CONFIG has a credential for it, too, and stays set: Docker 28.3 and later prefer that`,
        "take it out of the variable, or leave out --store helper",
      ),
    );
};

const judge = (notices: readonly Notice[], ifMissing: OwnLoginOptions["ifMissing"]) => {
  const lacking = notices.find(({ level }) => level === "missing");
  if (lacking && ifMissing === "fail") {
    throw new BerthError("BERTH_MISSING_CREDENTIAL", lacking.text, lacking.hint ?? "");
  }
  return ifMissing === "warn" ? notices : notices.filter(({ level }) => level !== "missing");
};

/**
 * What a person should know of the job's own credentials. Nothing is missing where an earlier run, DOCKER_AUTH_CONFIG or
 * `--registry` has a credential for the registry. Throws BERTH_MISSING_CREDENTIAL if one is missing and that is to fail.
 */
export const loginNotices = (
  { registry, without, tokens, requested, notices, lacking }: OwnLogins,
  dockerAuthConfig: Credentials,
  ifMissing: OwnLoginOptions["ifMissing"],
): readonly Notice[] => {
  const there = wholeHosts(tokens, dockerAuthConfig, requested);
  const isThere = registry !== undefined && there.has(registry);
  const relevant = isThere ? notices.filter(({ level }) => level !== "missing") : notices;
  const ending = new Set(
    [...requested.auths].flatMap(([key, { until }]) => (until ? [hostOfKey(key)] : [])),
  );
  const notFound = [...lacking].flatMap(([host, notice]) => {
    if (!there.has(host)) return [notice];
    // That it is not renewed shows when it has ended.
    return ending.has(host)
      ? [warning(`${notice.text}; that of an earlier run is kept`, notice.hint ?? "")]
      : [];
  });
  const noOwn = without && there.size === 0 && lacking.size === 0 ? [without] : [];
  return [
    ...noOwn,
    ...judge([...relevant, ...notFound], ifMissing),
    ...shadowed(tokens, dockerAuthConfig, "DOCKER_AUTH_CONFIG"),
    ...[tokens, dockerAuthConfig].flatMap((below) => shadowed(below, requested, "--registry")),
  ];
};
