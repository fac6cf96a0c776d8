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

const REFERENCE = /^(?:[\w][\w.-]{0,127}|[a-z0-9]+:[0-9a-f]{32,128})$/;
// docker takes `app:5000` for an image; nobody asks a doctor for a tag of four digits.
const looksLikeHost = (text: string): boolean =>
  isHost(text.toLowerCase()) && (/\.|^\[|^localhost(?::|$)/.test(text) || /:\d{4,5}$/.test(text));

const refusal = (): BerthError =>
  new BerthError(
    "BERTH_USAGE",
    "what is given is neither an image nor a registry",
    "write it as registry.example.com/group/app:tag, or registry.example.com",
  );

const parts = (image: string) => {
  const [, name = "", digest] = /^([^@]*)(?:@(.*))?$/s.exec(image) ?? [];
  const [, repository = "", tag] = /^(.*?)(?::([^/:]*))?$/s.exec(name) ?? [];
  return { repository, reference: digest ?? tag };
};

/** What a key of a config stands for; nothing where that is no registry that could be asked. */
export const placeOfKey = (key: string): Place | undefined => {
  const host = hostOfKey(key);
  if (!isHost(host)) return undefined;
  const path = key.replace(/^https?:\/\//i, "").replace(/^[^/]*\/?/, "");
  if (!isNamespaced(key) || !isRepository(path)) return { name: host, host };
  return { name: `${host}/${path}`, host, repository: path };
};

/** Reads an image or a registry as docker does: what has no registry is on Docker Hub. Throws BERTH_USAGE; what is given is not shown. */
export const parsePlace = (text: string): Place => {
  const [first = "", ...rest] = text.replace(/^(?:https?|docker):\/\//i, "").split("/");
  if (looksLikeHost(first) && rest.join("/") === "") {
    const host = hostOfKey(first);
    return { name: host, host };
  }
  const isOnHub = !looksLikeHost(first) || rest.length === 0;
  const { repository, reference } = parts(isOnHub ? [first, ...rest].join("/") : rest.join("/"));
  if (!isRepository(repository) || (reference !== undefined && !REFERENCE.test(reference)))
    throw refusal();
  const host = isOnHub ? "docker.io" : hostOfKey(first);
  const ofHub = host === "docker.io" && !repository.includes("/");
  const path = ofHub ? `library/${repository}` : repository;
  const separator = reference?.includes(":") ? "@" : ":";
  return {
    name: `${host}/${path}${reference === undefined ? "" : separator + reference}`,
    ...{ host, repository: path },
    ...(reference !== undefined && { reference }),
  };
};
