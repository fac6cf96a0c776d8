import { type Notice, warning } from "../notice.ts";
import { printable } from "../printable.ts";
import { isNamespaced } from "./keys.ts";
import { forWholeRegistries, layer, select, withGoodKeys } from "./layers.ts";
import {
  type AuthEntry,
  type Credentials,
  type DockerConfig,
  emptyConfig,
  type StoredCredentials,
} from "./model.ts";
import { translateStores } from "./stores.ts";

export interface DeriveInput {
  readonly base: DockerConfig;
  /** Where the base was read from, for the notices. */
  readonly baseName: string;
  /** Files of podman & co. and of helm, which berth's variables hide from them. */
  readonly containers: DockerConfig;
  readonly helm: DockerConfig;
  /** What the job's tokens give. */
  readonly tokens: Credentials;
  readonly dockerAuthConfig: StoredCredentials;
  /** What the user has asked for by `--registry`. */
  readonly requested: Credentials;
  /** Suffixes of the `docker-credential-*` programs that are on PATH. */
  readonly helpersOnPath: ReadonlySet<string>;
  readonly contextExists: (name: string) => boolean;
  readonly pluginsDir?: string;
}

export interface Derived {
  readonly config: DockerConfig;
  readonly authFile: DockerConfig;
  /** What of DOCKER_AUTH_CONFIG is in them. */
  readonly dockerAuthConfig: Credentials;
  readonly notices: readonly Notice[];
}

const PLACEHOLDER: AuthEntry = { user: "", from: "berth" };

/** Docker auto-detects a shared keychain where a config names no registry at all, and stores logins there (RULE 11). */
export const neverEmpty = <T extends Credentials>(credentials: T): T =>
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
 * Derives the job's `config.json` and `auth.json` from what is there. Pure. For one registry what the user asked for beats
 * DOCKER_AUTH_CONFIG, this the job's tokens, and these the base. Other keys of the base stay as they are (RULE 4).
 * Of these two credentials for a part of a registry are in `auth.json` alone: Docker takes one of them at random (RULE 12).
 */
export const derive = (input: DeriveInput): Derived => {
  const { base, baseName, helpersOnPath, tokens, requested } = input;
  const translate = (config: StoredCredentials, name: string) =>
    translateStores(config, name, helpersOnPath);
  const fromBase = translate(base, baseName);
  const fromContainers = translate(input.containers, "containers' auth.json");
  const fromHelm = translate(input.helm, "helm's registry config");
  const fromVariable = translate(input.dockerAuthConfig, "DOCKER_AUTH_CONFIG");
  const context = contextOf(input);

  const dockerAuthConfig = withGoodKeys(fromVariable.credentials);
  const inheritedByDocker = forWholeRegistries(layer(fromHelm.credentials, fromBase.credentials));
  const forDocker = [
    inheritedByDocker,
    tokens,
    ...[dockerAuthConfig, requested].map((it) => select(it, (key) => !isNamespaced(key))),
  ].reduce(layer);
  const forContainers = [
    fromBase.credentials,
    fromContainers.credentials,
    tokens,
    dockerAuthConfig,
    requested,
  ].reduce(layer);
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
    dockerAuthConfig,
    notices: [fromBase, fromContainers, fromHelm, fromVariable, context].flatMap(
      ({ notices }) => notices,
    ),
  };
};
