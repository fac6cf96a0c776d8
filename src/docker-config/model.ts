import type { Secret } from "../secret.ts";

/**
 * One entry of `auths`: who one is for a registry. `user` is for people to read ("" where only a token is known),
 * `auth` is base64("user:password") as it stands in the file, `from` names where it came from.
 * An entry with no secret at all is Docker's marker for "in the credential store".
 * Source: docker/cli `cli/config/types/authconfig.go`.
 */
export interface AuthEntry {
  readonly user: string;
  readonly auth?: Secret;
  /** It stands in its file as a user and a password, which containers/image does not read. */
  readonly isSplit?: true;
  readonly identityToken?: Secret;
  readonly registryToken?: Secret;
  readonly from: string;
  /** When the credential ends, where berth knows. */
  readonly until?: Date;
  /** It was made for this run: no log of the CI's knows that it is a secret. */
  readonly isIssued?: true;
}

/**
 * A Docker config file. `other` holds every key that berth does not change, each sealed: `HttpHeaders` and
 * `proxies` may hold passwords. Source: docker/cli `cli/config/configfile/file.go`.
 */
export interface DockerConfig {
  readonly auths: ReadonlyMap<string, AuthEntry>;
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore?: string;
  readonly currentContext?: string;
  readonly cliPluginsExtraDirs: readonly string[];
  readonly other: ReadonlyMap<string, Secret<unknown>>;
}

/** The part of a config that says who one is: all that podman and skopeo read. */
export type Credentials = Pick<DockerConfig, "auths" | "credHelpers">;

/** The same, with the store that has those of the entries without a secret. */
export type StoredCredentials = Credentials & Pick<DockerConfig, "credsStore">;

export const emptyConfig: DockerConfig = {
  auths: new Map(),
  credHelpers: new Map(),
  cliPluginsExtraDirs: [],
  other: new Map(),
};

export const isStoreMarker = (entry: AuthEntry): boolean =>
  !entry.auth && !entry.identityToken && !entry.registryToken;
