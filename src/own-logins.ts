import type { LoginOptions } from "./ci/system.ts";
import { type Credentials, layer } from "./docker-config/derive.ts";
import { hostOfKey, isNamespaced } from "./docker-config/keys.ts";
import { type AuthEntry, emptyConfig } from "./docker-config/model.ts";
import { BerthError } from "./errors.ts";
import type { Facts } from "./gather.ts";
import { info, type Notice } from "./notice.ts";
import { printable } from "./printable.ts";
import { loginTo } from "./registries/index.ts";
import type { RegistryLogin } from "./shells/shell.ts";

export interface OwnLoginOptions extends LoginOptions {
  readonly loginToRegistry: boolean;
  readonly useDockerAuthConfig: boolean;
  readonly ifMissing: "warn" | "fail" | "ignore";
}

/** The credentials that are this job's own, not the runner's. */
export interface OwnLogins {
  readonly registry?: string;
  readonly image?: string;
  readonly tokens: Credentials;
  readonly dockerAuthConfig: Credentials;
  readonly notices: readonly Notice[];
}

/** Credentials as people see them. */
export const namesOf = ({ auths, credHelpers }: Credentials): readonly RegistryLogin[] => [
  ...[...auths].map(([registry, { user, from }]) => ({ registry, user, from })),
  ...[...credHelpers].map(([registry, helper]) => ({
    registry,
    user: "",
    from: `docker-credential-${helper}`,
  })),
];

/** The registries that credentials are for as a whole: not those of which they name a part. */
export const wholeHosts = (...credentials: readonly Credentials[]): ReadonlySet<string> =>
  new Set(
    credentials
      .flatMap(namesOf)
      .filter(({ registry }) => !isNamespaced(registry))
      .map(({ registry }) => hostOfKey(registry)),
  );

const shadowed = (tokens: Credentials, dockerAuthConfig: Credentials): readonly Notice[] => {
  const hosts = wholeHosts(dockerAuthConfig);
  return namesOf(tokens)
    .filter(({ registry }) => hosts.has(hostOfKey(registry)))
    .map(({ registry, from }) =>
      info(`${registry}: ${from} is not used, because DOCKER_AUTH_CONFIG has a credential for it`),
    );
};

const scopedOnly = (dockerAuthConfig: Credentials): readonly Notice[] =>
  namesOf(dockerAuthConfig)
    .filter(({ registry }) => isNamespaced(registry))
    .map(({ registry }) =>
      info(
        `${printable(registry)}: a credential for a part of a registry, which podman, buildah and skopeo can use, and Docker cannot`,
      ),
    );

const judge = (
  notices: readonly Notice[],
  ifMissing: OwnLoginOptions["ifMissing"],
): readonly Notice[] => {
  const lacking = notices.find(({ level }) => level === "missing");
  if (lacking && ifMissing === "fail") {
    throw new BerthError("BERTH_MISSING_CREDENTIAL", lacking.text, lacking.hint ?? "");
  }
  return ifMissing === "warn" ? notices : notices.filter(({ level }) => level !== "missing");
};

const fromTokens = (facts: Facts, options: OwnLoginOptions) => {
  const { logins, ...access } = facts.system.access(facts.variables, options);
  if (!options.loginToRegistry) return { ...access, notices: [], tokens: emptyConfig };
  const auths = new Map<string, AuthEntry>();
  for (const { keys, entry } of logins.map(loginTo)) {
    for (const key of keys) if (!auths.has(key)) auths.set(key, entry);
  }
  // A step that does not pass the token on does not take away what an earlier one of the job has logged in to.
  const earlier = facts.berth?.logins.tokens ?? emptyConfig;
  return { ...access, tokens: layer(earlier, { auths, credHelpers: new Map() }) };
};

/**
 * The credentials of the job's tokens and of DOCKER_AUTH_CONFIG, of this run or, where this one has none, of an earlier run
 * in the job. Pure. Throws BERTH_BAD_REGISTRY, BERTH_BAD_CREDENTIAL, and BERTH_MISSING_CREDENTIAL if that is to fail.
 */
export const ownLogins = (facts: Facts, options: OwnLoginOptions): OwnLogins => {
  const { tokens, notices, registry, image } = fromTokens(facts, options);
  const earlier = options.useDockerAuthConfig ? facts.berth?.logins.dockerAuthConfig : undefined;
  const dockerAuthConfig = facts.dockerAuthConfig ?? earlier ?? emptyConfig;
  const isThere = registry !== undefined && wholeHosts(tokens, dockerAuthConfig).has(registry);
  return {
    ...(registry && { registry }),
    ...(image && { image }),
    tokens,
    dockerAuthConfig,
    notices: [
      ...judge(
        notices.filter(({ level }) => !(isThere && level === "missing")),
        options.ifMissing,
      ),
      ...shadowed(tokens, dockerAuthConfig),
      ...scopedOnly(dockerAuthConfig),
    ],
  };
};
