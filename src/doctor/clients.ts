import { hostOfKey, isNamespaced, keysFor } from "../docker-config/keys.ts";
import { type AuthEntry, isStoreMarker } from "../docker-config/model.ts";
import type { Place } from "./place.ts";
import type { ConfigFile, Sight } from "./sight.ts";

/** The credential that a client would use. */
export interface Use {
  readonly client: string;
  readonly user: string;
  /** Not where a helper has it, or there is none. */
  readonly entry?: AuthEntry;
  /** The suffix of a credential helper that is asked. */
  readonly helper?: string;
  /** The key under which it was found. */
  readonly key?: string;
  /** The file or variable that it is from; "" where there is none. */
  readonly from: string;
  /** Why that one. */
  readonly why: string;
}

type Found = Omit<Use, "client">;

const NONE: Found = { user: "", from: "", why: "nothing has a credential for it" };

const ofEntry = (key: string, entry: AuthEntry, from: string, why: string): Found | undefined =>
  isStoreMarker(entry) ? undefined : { user: entry.user, entry, key, from, why };

const ofHelper = (helper: string, from: string, why: string): Found => ({
  ...{ user: "", helper, from, why },
});

// docker/cli: `credHelpers`, else `credsStore`, else `auths`, by the exact key, else by any key of the same host.
// https://github.com/docker/cli/blob/master/cli/config/configfile/file.go
const inDockers = (host: string, { path, config }: ConfigFile): Found | undefined => {
  const [key = host] = keysFor(host);
  const helper = config.credHelpers.get(key);
  if (helper) return ofHelper(helper, path, "credHelpers");
  if (config.credsStore) return ofHelper(config.credsStore, path, "credsStore");
  const exact = config.auths.get(key);
  if (exact && !isStoreMarker(exact)) return ofEntry(key, exact, path, "auths");
  // Of Docker Hub it knows the one key.
  if (host === "docker.io") return undefined;
  const near = [...config.auths].filter(
    ([it, entry]) => hostOfKey(it) === host && !isStoreMarker(entry),
  );
  const [first] = near;
  if (!first) return undefined;
  const why =
    near.length > 1 ? `one of ${near.length} of the same host, at random` : "auths, by its host";
  return ofEntry(first[0], first[1], path, why);
};

const docker = ({ host }: Place, { dockerAuthConfig, docker: file }: Sight): Found => {
  const [key = host] = keysFor(host);
  const entry = dockerAuthConfig?.config.auths.get(key);
  const first =
    entry && ofEntry(key, entry, "DOCKER_AUTH_CONFIG", "Docker 28.3 and later prefers it");
  return first ?? inDockers(host, file) ?? NONE;
};

const buildx = (place: Place, sight: Sight): Found => {
  const { host, repository } = place;
  for (const key of [...(repository ? [`${host}/${repository}`] : []), host]) {
    const file = sight.buildx.get(key);
    const found = file && inDockers(host, file);
    if (found) return { ...found, why: "buildx' own, for this part" };
  }
  return docker(place, sight);
};

const prefixes = ({ host, repository = "" }: Place): readonly string[] => {
  const names = repository === "" ? [] : repository.split("/");
  return names.map((_, index) => [host, ...names.slice(0, names.length - index)].join("/"));
};

// containers/image: the helper for the registry, else the longest part of the image's name, else any key that means the registry.
// https://github.com/containers/image/blob/main/pkg/docker/config/config.go
const inContainers = (place: Place, { path, config }: ConfigFile): Found | undefined => {
  const { host } = place;
  const helper = config.credHelpers.get(host);
  if (helper) return ofHelper(helper, path, "credHelpers");
  for (const key of [...prefixes(place), host]) {
    const entry = config.auths.get(key);
    // It reads nothing but `auth`.
    if (entry?.auth)
      return ofEntry(key, entry, path, key === host ? "auths" : "auths, the longest part");
  }
  const near = [...config.auths].find(
    ([key, entry]) => hostOfKey(key) === host && !isNamespaced(key) && entry.auth,
  );
  return near && ofEntry(near[0], near[1], path, "auths, by its host");
};

const inFirst = (place: Place, files: readonly ConfigFile[]): Found => {
  for (const file of files) {
    const found = inContainers(place, file);
    if (found) return found;
  }
  return NONE;
};

// helm looks into its own file before Docker's. https://github.com/helm/helm/blob/main/pkg/registry/client.go
const helm = ({ host }: Place, { helm: file, docker: dockers }: Sight): Found =>
  inDockers(host, file) ?? inDockers(host, dockers) ?? NONE;

/** What each client would use for an image or registry, and why. Pure. */
export const usesOf = (place: Place, sight: Sight): readonly Use[] => [
  { client: "docker", ...docker(place, sight) },
  { client: "buildx", ...buildx(place, sight) },
  { client: "podman, buildah", ...inFirst(place, sight.podman) },
  { client: "skopeo", ...inFirst(place, sight.skopeo) },
  { client: "helm", ...helm(place, sight) },
];
