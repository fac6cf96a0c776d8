import { BerthError } from "../errors.ts";
import { printable } from "../printable.ts";

/** The one key of Docker Hub that every client finds (facts: docker CLI, containers/image, GGCR, ORAS). */
const DOCKER_HUB_KEY = "https://index.docker.io/v1/";

const HUB = "docker.io";
const HUB_ALIASES: ReadonlySet<string> = new Set([HUB, "index.docker.io", "registry-1.docker.io"]);

const HOST =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** Whether a text is `host[:port]`, in lower case, as it can stand in a URL. */
export const isHost = (text: string): boolean => HOST.test(text) && URL.canParse(`https://${text}`);

/** The path of an image's name: https://github.com/distribution/reference */
export const isRepository = (text: string): boolean =>
  /^[a-z0-9]+(?:(?:\.|_{1,2}|-+|\/)[a-z0-9]+)*$/.test(text);

// What has neither a dot nor a port is a name on Docker Hub to docker, and may be a token, in a wrong place; a label of DNS ends at 63.
const isNameOfHost = (host: string): boolean =>
  host === "localhost" || (/[.:]/.test(host) && !/[^.]{64}/.test(host));

/** DNS's limit for a name, and a port. */
const MAX_LENGTH = 255 + 6;

const withoutScheme = (key: string): string => key.replace(/^https?:\/\//i, "");

/**
 * The `host[:port]` that a key of `auths` or `credHelpers` stands for, as Docker reads it (no scheme, no path),
 * in lower case; `docker.io` for every alias of Docker Hub. Ports are never normalised: `r:443` is not `r`.
 * Source: docker/cli `ConvertToHostname`, RULE 7.
 */
export const hostOfKey = (key: string): string => {
  const host = withoutScheme(key).replace(/\/.*$/s, "").toLowerCase();
  return HUB_ALIASES.has(host) ? HUB : host;
};

/**
 * Whether a key names a part of a registry (`host/group`), which only containers/image and GitLab Runner understand
 * (RULE 12); the paths of the API are none, nor those that Docker's login to Docker Hub writes (`/v1/access-token`).
 */
export const isNamespaced = (key: string): boolean => {
  const [, path = ""] = withoutScheme(key).split(/\/(.*)/s);
  if (path === "") return false;
  const ofTheApi = hostOfKey(key) === HUB ? /^(?:v1(?:\/|$)|v2\/?$)/i : /^v[12]\/?$/i;
  return !ofTheApi.test(path);
};

/** Docker compares the keys of Docker Hub to the one it writes, and so never takes one of a part for the whole. */
export const isOfDockerHub = (key: string): boolean => hostOfKey(key) === HUB;

/** A key for people to read: without a user and password that somebody may have put before the host. */
export const shownKey = (key: string): string => {
  const scheme = /^[a-z]{1,20}:\/\//i.exec(key)?.[0] ?? "";
  // An image's digest stands behind an @, too.
  return printable(scheme + key.slice(scheme.length).replace(/^.*@(?!sha\d+(?::|$))/s, ""));
};

/**
 * The keys to write for a registry: Docker Hub's one key, else `host[:port]` in lower case, and as it was typed where that
 * differs, because Docker compares letter by letter.
 */
export const keysFor = (registry: string): readonly string[] => {
  const host = hostOfKey(registry);
  if (host === HUB) return [DOCKER_HUB_KEY];
  const typed = withoutScheme(registry).replace(/\/.*$/s, "");
  return typed === host ? [host] : [host, typed];
};

/**
 * Reads a registry as people write it (scheme, path, upper case and Docker Hub aliases allowed).
 * Out: `host`, in lower case, and the `keys` to write.
 * Throws BERTH_BAD_REGISTRY, naming `source` (a variable or an option).
 */
export const parseRegistry = (
  value: string,
  source: string,
  { mayBeSecret = false } = {},
): { readonly host: string; readonly keys: readonly string[] } => {
  const host = hostOfKey(value.trim());
  const port = Number(/:(\d+)$/.exec(host)?.[1] ?? 1);
  // An @ stands behind a user and password that somebody has put before the host: what is the host then may be half of these.
  if (
    value.includes("@") ||
    host.length > MAX_LENGTH ||
    !isHost(host) ||
    (mayBeSecret && !isNameOfHost(host)) ||
    port < 1 ||
    port > 65535
  ) {
    const shown = mayBeSecret || value.includes("@") ? "its value" : `"${printable(value)}"`;
    throw new BerthError(
      "BERTH_BAD_REGISTRY",
      `${source}: ${shown} is not a registry`,
      "write it as host or host:port, for example registry.example.com:5050",
    );
  }
  return { host, keys: keysFor(value.trim()) };
};
