import { hostOfKey } from "../docker-config/keys.ts";
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

const PATH = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+|\/)[a-z0-9]+)*$/;
const REFERENCE = /^(?:[\w][\w.-]{0,127}|[a-z0-9]+:[0-9a-f]{32,128})$/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;

// docker takes `app:5000` for an image; nobody asks a doctor for a tag of four digits.
const isHost = (text: string): boolean =>
  HOST.test(text) && (/\.|^\[|^localhost(?::|$)/.test(text) || /:\d{4,5}$/.test(text));

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

/** Reads an image or a registry as docker does: what has no registry is on Docker Hub. Throws BERTH_USAGE; what is given is not shown. */
export const parsePlace = (text: string): Place => {
  const [first = "", ...rest] = text.replace(/^(?:https?|docker):\/\//i, "").split("/");
  if (isHost(first) && rest.join("/") === "") {
    const host = hostOfKey(first);
    return { name: host, host };
  }
  const isOnHub = !isHost(first) || rest.length === 0;
  const { repository, reference } = parts(isOnHub ? [first, ...rest].join("/") : rest.join("/"));
  if (!PATH.test(repository) || (reference !== undefined && !REFERENCE.test(reference)))
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
