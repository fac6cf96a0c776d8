import { hostOfKey, isHost, isNamespaced, isRepository } from "../docker-config/keys.ts";
import { BerthError } from "../errors.ts";

/** A registry, or an image in one. */
export interface Place {
  /** As people write it. */
  readonly name: string;
  /** `host[:port]`; `docker.io` for Docker Hub. */
  readonly host: string;
  readonly repository?: string;
  /** A tag or a digest. */
  readonly reference?: string;
}

export const isDigest = (reference: string): boolean =>
  /^[a-z0-9]+:[0-9a-f]{32,128}$/.test(reference);

const isTag = (reference: string): boolean => /^\w[\w.-]{0,127}$/.test(reference);

// docker takes `app:5000` for an image; nobody asks a doctor for a tag of four digits.
const isHostAlone = (text: string): boolean =>
  /^[^:@]*\.|^\[|^localhost(?::|$)|^[^:@]*:\d{4,5}$/i.test(text);

// As docker tells it: https://github.com/distribution/reference/blob/main/normalize.go (splitDockerDomain)
const isHostBeforePath = (text: string): boolean => /[.:]|^localhost$/i.test(text);

const refusal = (): BerthError =>
  new BerthError(
    "BERTH_USAGE",
    "what is given is neither an image nor a registry",
    "write it as registry.example.com/group/app:tag, or registry.example.com",
  );

const imageAt = (host: string, image: string): Place => {
  const [, name = "", digest] = /^([^@]*)(?:@(.*))?$/s.exec(image) ?? [];
  const [, given = "", tag] = /^(.*?)(?::([^/:]*))?$/s.exec(name) ?? [];
  const isWell =
    isRepository(given) &&
    (tag === undefined || isTag(tag)) &&
    (digest === undefined || isDigest(digest));
  if (!isWell) throw refusal();
  const repository = host === "docker.io" && !given.includes("/") ? `library/${given}` : given;
  const reference = digest ?? tag;
  const end = digest === undefined ? `:${tag}` : `@${digest}`;
  return {
    name: `${host}/${repository}${reference === undefined ? "" : end}`,
    ...{ host, repository },
    ...(reference !== undefined && { reference }),
  };
};

/** What a key of a config stands for; nothing where that is no registry that could be asked. */
export const placeOfKey = (key: string): Place | undefined => {
  const host = hostOfKey(key);
  if (!isHost(host)) return undefined;
  const path = key.replace(/^https?:\/\//i, "").replace(/^[^/]*\/?/, "");
  if (!isNamespaced(key) || !isRepository(path)) return { name: host, host };
  return { name: `${host}/${path}`, host, repository: path };
};

/**
 * Reads an image or a registry as docker does: what has no registry is on Docker Hub; what seems to have one, never: it may be
 * private, or a password. Throws BERTH_USAGE; what is given is not shown.
 */
export const parsePlace = (text: string): Place => {
  const image = text.replace(/^(?:https?|docker):\/\//i, "");
  const [first = "", ...rest] = image.split("/");
  const path = rest.join("/");
  if (path === "" ? isHostAlone(first) : isHostBeforePath(first)) {
    if (!isHost(first.toLowerCase())) throw refusal();
    const host = hostOfKey(first);
    return path === "" ? { name: host, host } : imageAt(host, path);
  }
  if (/^https?:/i.test(text)) throw refusal();
  return imageAt("docker.io", image);
};
