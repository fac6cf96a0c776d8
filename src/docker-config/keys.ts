import { BerthError } from "../errors.ts";
import { printable } from "../printable.ts";

/** The one key of Docker Hub that every client finds (facts: docker CLI, containers/image, GGCR, ORAS). */
export const DOCKER_HUB_KEY = "https://index.docker.io/v1/";

const HUB = "docker.io";
const HUB_ALIASES: ReadonlySet<string> = new Set([HUB, "index.docker.io", "registry-1.docker.io"]);

const HOST =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

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
  const path = /\/(.*)$/s.exec(withoutScheme(key))?.[1] ?? "";
  const ofTheApi = hostOfKey(key) === HUB ? /^v1(?:\/|$)/i : /^v[12]\/?$/i;
  return path !== "" && !ofTheApi.test(path);
};

/**
 * Reads a registry as people write it (scheme, path, upper case and Docker Hub aliases allowed).
 * Out: `host`, lower case, and the `keys` to write: Docker Hub's one key, else the host, and the host as it was
 * typed where that differs, because Docker compares letter by letter.
 * Throws BERTH_BAD_REGISTRY, naming `source` (a variable or an option).
 */
export const parseRegistry = (
  value: string,
  source: string,
): { readonly host: string; readonly keys: readonly string[] } => {
  const typed = withoutScheme(value.trim()).replace(/\/.*$/s, "");
  const host = hostOfKey(typed);
  const port = Number(/:(\d+)$/.exec(host)?.[1] ?? 1);
  if (host.length > MAX_LENGTH || !HOST.test(host) || port < 1 || port > 65535) {
    const shown = value.includes("@") ? "its value" : `"${printable(value)}"`;
    throw new BerthError(
      "BERTH_BAD_REGISTRY",
      `${source}: ${shown} is not a registry`,
      "write it as host or host:port, for example registry.example.com:5050",
    );
  }
  if (host === HUB) return { host, keys: [DOCKER_HUB_KEY] };
  return { host, keys: typed === host ? [host] : [host, typed] };
};
