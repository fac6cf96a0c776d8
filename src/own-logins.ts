import type { LoginOptions } from "./ci/system.ts";
import { hostOfKey, isNamespaced, shownKey } from "./docker-config/keys.ts";
import { layer, wholeHosts } from "./docker-config/layers.ts";
import { type AuthEntry, type Credentials, emptyConfig } from "./docker-config/model.ts";
import { BerthError } from "./errors.ts";
import type { Facts } from "./gather.ts";
import { info, type Notice } from "./notice.ts";
import type { RegistryLogin } from "./output.ts";
import { loginTo } from "./registries/index.ts";

export const MISSING_CHOICES = ["warn", "fail", "ignore"] as const;

export interface OwnLoginOptions extends LoginOptions {
  readonly loginToRegistry: boolean;
  readonly ifMissing: (typeof MISSING_CHOICES)[number];
}

/** What the job's tokens give it. */
export interface TokenLogins {
  readonly registry?: string;
  readonly image?: string;
  readonly tokens: Credentials;
  readonly notices: readonly Notice[];
}

/**
 * The credentials of the job's tokens, of this run or, where this one has none, of an earlier run in the job: a step that does
 * not pass the token on takes nothing away. Throws BERTH_BAD_REGISTRY and BERTH_BAD_CREDENTIAL.
 */
export const tokenLogins = (facts: Facts, options: OwnLoginOptions): TokenLogins => {
  const { logins, ...access } = facts.system.access(facts.variables, options);
  if (!options.loginToRegistry) return { ...access, notices: [], tokens: emptyConfig };
  const auths = new Map<string, AuthEntry>();
  for (const { keys, entry } of logins.map(loginTo)) {
    for (const key of keys) if (!auths.has(key)) auths.set(key, entry);
  }
  const earlier = facts.berth?.logins.tokens ?? emptyConfig;
  return { ...access, tokens: layer(earlier, { auths, credHelpers: new Map() }) };
};

/** Credentials as people see them. */
export const namesOf = ({ auths, credHelpers }: Credentials): readonly RegistryLogin[] => [
  ...[...auths].map(([registry, { user, from }]) => ({ registry, user, from })),
  ...[...credHelpers].map(([registry, helper]) => ({
    registry,
    user: "",
    from: `docker-credential-${helper}`,
  })),
];

const shadowed = (tokens: Credentials, dockerAuthConfig: Credentials): readonly Notice[] => {
  const hosts = wholeHosts(dockerAuthConfig);
  return namesOf(tokens)
    .filter(({ registry }) => hosts.has(hostOfKey(registry)))
    .map(({ registry, from }) =>
      info(
        `${shownKey(registry)}: ${from} is not used, because DOCKER_AUTH_CONFIG has a credential for it`,
      ),
    );
};

const scopedOnly = (dockerAuthConfig: Credentials): readonly Notice[] =>
  namesOf(dockerAuthConfig)
    .filter(({ registry }) => isNamespaced(registry))
    .map(({ registry }) =>
      info(
        `${shownKey(registry)}: a credential for a part of a registry, which podman, buildah and skopeo can use, and Docker cannot`,
      ),
    );

const judge = (notices: readonly Notice[], ifMissing: OwnLoginOptions["ifMissing"]) => {
  const lacking = notices.find(({ level }) => level === "missing");
  if (lacking && ifMissing === "fail") {
    throw new BerthError("BERTH_MISSING_CREDENTIAL", lacking.text, lacking.hint ?? "");
  }
  return ifMissing === "warn" ? notices : notices.filter(({ level }) => level !== "missing");
};

/**
 * What a person should know of the job's own credentials. Nothing is missing where an earlier run or DOCKER_AUTH_CONFIG
 * has a credential for the job's registry. Throws BERTH_MISSING_CREDENTIAL if one is missing and that is to fail.
 */
export const loginNotices = (
  { registry, tokens, notices }: TokenLogins,
  dockerAuthConfig: Credentials,
  ifMissing: OwnLoginOptions["ifMissing"],
): readonly Notice[] => {
  const isThere = registry !== undefined && wholeHosts(tokens, dockerAuthConfig).has(registry);
  const relevant = isThere ? notices.filter(({ level }) => level !== "missing") : notices;
  return [
    ...judge(relevant, ifMissing),
    ...shadowed(tokens, dockerAuthConfig),
    ...scopedOnly(dockerAuthConfig),
  ];
};
