import { info, type Notice, warning } from "../notice.ts";
import { printable } from "../printable.ts";
import { hostOfKey, isNamespaced } from "./keys.ts";
import { type AuthEntry, type DockerConfig, emptyConfig, isStoreMarker } from "./model.ts";

/** The part of a config that says who one is: what podman and skopeo read, too. */
export type Credentials = Pick<DockerConfig, "auths" | "credHelpers">;

export interface DeriveInput {
  readonly base: DockerConfig;
  /** Where the base was read from, for the notices. */
  readonly baseName: string;
  /** Files of podman & co. and of helm, which berth's variables hide from them. */
  readonly containers: DockerConfig;
  readonly helm: DockerConfig;
  readonly tokens: Credentials;
  readonly dockerAuthConfig: Credentials;
  /** Suffixes of the `docker-credential-*` programs that are on PATH. */
  readonly helpersOnPath: ReadonlySet<string>;
  readonly contextExists: (name: string) => boolean;
  readonly pluginsDir?: string;
}

export interface Derived {
  readonly config: DockerConfig;
  readonly authFile: DockerConfig;
  readonly notices: readonly Notice[];
}

const PLACEHOLDER: AuthEntry = { user: "", from: "berth" };

const hostsOf = (credentials: Credentials): ReadonlySet<string> =>
  new Set(
    [...credentials.auths.keys(), ...credentials.credHelpers.keys()]
      .filter((key) => !isNamespaced(key))
      .map(hostOfKey),
  );

const filterKeys = <T>(map: ReadonlyMap<string, T>, keep: (key: string) => boolean) =>
  new Map([...map].filter(([key]) => keep(key)));

const select = (credentials: Credentials, keep: (key: string) => boolean): Credentials => ({
  auths: filterKeys(credentials.auths, keep),
  credHelpers: filterKeys(credentials.credHelpers, keep),
});

/** Lays credentials over others: every key below that means a registry of the upper ones goes (RULE 8). */
export const layer = (below: Credentials, above: Credentials): Credentials => {
  const covered = hostsOf(above);
  const kept = select(below, (key) => !covered.has(hostOfKey(key)));
  return {
    auths: new Map([...kept.auths, ...above.auths]),
    credHelpers: new Map([...kept.credHelpers, ...above.credHelpers]),
  };
};

/**
 * Turns a credential store into helpers for the registries that it is known to hold: a store shared by jobs would
 * shadow the job's own credentials and catch its later logins (RULES 9, 10).
 */
const translateStores = (
  config: Credentials & Pick<DockerConfig, "credsStore">,
  name: string,
  onPath: ReadonlySet<string>,
): { credentials: Credentials; notices: readonly Notice[] } => {
  const notices: Notice[] = [];
  const usable = (helper: string, key: string): boolean => {
    if (onPath.has(helper)) return true;
    notices.push(
      warning(
        `${printable(key)}: its credential helper "${printable(helper)}" (${name}) is left out: docker-credential-${printable(helper)} is not on PATH`,
        `install it, or log in to ${printable(key)} in the job`,
      ),
    );
    return false;
  };
  const credHelpers = new Map(
    [...config.credHelpers].filter(([key, helper]) => helper !== "" && usable(helper, key)),
  );
  const auths = new Map<string, AuthEntry>();
  for (const [key, entry] of config.auths) {
    if (!isStoreMarker(entry)) auths.set(key, entry);
    else if (config.credsStore && !config.credHelpers.has(key) && usable(config.credsStore, key)) {
      credHelpers.set(key, config.credsStore);
    }
  }
  if (config.credsStore) {
    const store = printable(config.credsStore);
    const text = onPath.has(config.credsStore)
      ? "is asked only for the registries that the file lists, so that no login of the job goes there"
      : `is left out: docker-credential-${store} is not on PATH`;
    notices.push(info(`credential store "${store}" (${name}) ${text}`));
  }
  return { credentials: { auths, credHelpers }, notices };
};

// Docker auto-detects a shared keychain where a config names no registry at all, and stores logins there (RULE 11).
const neverEmpty = (credentials: Credentials): Credentials =>
  credentials.auths.size > 0
    ? credentials
    : { ...credentials, auths: new Map([["berth.invalid", PLACEHOLDER]]) };

const contextOf = ({ base, baseName, contextExists }: DeriveInput) => {
  const name = base.currentContext;
  if (!name || contextExists(name)) return { context: name, notices: [] };
  return {
    context: undefined,
    notices: [
      warning(
        `context "${printable(name)}" (${baseName}) is left out: it is not in the base's contexts folder`,
        "create it, or choose another with DOCKER_CONTEXT",
      ),
    ],
  };
};

/**
 * Derives the job's `config.json` and `auth.json` from what is there. Pure. For one registry DOCKER_AUTH_CONFIG beats
 * the job's tokens, and these beat the base (design, decision 7). Other keys of the base stay as they are (RULE 4).
 * Keys of DOCKER_AUTH_CONFIG for a part of a registry go to `auth.json` alone: Docker never used them from there,
 * and in `config.json` it would pick one at random (RULE 12).
 */
export const derive = (input: DeriveInput): Derived => {
  const { base, baseName, helpersOnPath, tokens } = input;
  const translate = (config: Credentials, name: string) =>
    translateStores(config, name, helpersOnPath);
  const fromBase = translate(base, baseName);
  const fromContainers = translate(input.containers, "containers' auth.json");
  const fromHelm = translate(input.helm, "helm's registry config");
  const fromVariable = translate(input.dockerAuthConfig, "DOCKER_AUTH_CONFIG");
  const context = contextOf(input);

  const wholeHosts = select(fromVariable.credentials, (key) => !isNamespaced(key));
  const forDocker = layer(
    layer(layer(fromHelm.credentials, fromBase.credentials), tokens),
    wholeHosts,
  );
  const forContainers = layer(
    layer(layer(fromBase.credentials, fromContainers.credentials), tokens),
    fromVariable.credentials,
  );
  return {
    config: {
      ...neverEmpty(forDocker),
      ...(context.context && { currentContext: context.context }),
      cliPluginsExtraDirs: [
        ...base.cliPluginsExtraDirs,
        ...(input.pluginsDir ? [input.pluginsDir] : []),
      ],
      other: base.other,
    },
    authFile: { ...emptyConfig, ...neverEmpty(forContainers) },
    notices: [fromBase, fromContainers, fromHelm, fromVariable, context].flatMap(
      ({ notices }) => notices,
    ),
  };
};
