import type { AuthEntry } from "../docker-config/model.ts";
import { type Found, NONE, none, ofEntry, ofHelper, ofNear } from "./found.ts";
import type { Place } from "./place.ts";
import type { ConfigFile } from "./sight.ts";

/** The longest part of an image's name first, the registry last. */
const partsOf = ({ host, repository }: Place): readonly string[] => {
  const names = repository?.split("/") ?? [];
  const parts = names.map((_, index) => [host, ...names.slice(0, names.length - index)].join("/"));
  return [...parts, host];
};

const withoutPath = (key: string): string => key.replace(/\/.*$/s, "");

// A path is for a scheme alone: without one, a key is a part of a registry.
const hostFor = (key: string): string => {
  const rest = key.replace(/^http:\/\//, "").replace(/^https:\/\//, "");
  const host = rest === key ? key : withoutPath(rest);
  return ["index.docker.io", "registry-1.docker.io"].includes(host) ? "docker.io" : host;
};

const hasAuth = ({ auth, isSplit }: AuthEntry): boolean => auth !== undefined && !isSplit;

const FAILS = "credHelpers has a helper without a name, with which it fails";

// The helper of the registry, else the longest part of the image's name that there is an entry for, be that empty, else any key
// that means the registry. https://github.com/containers/image/blob/main/pkg/docker/config/config.go
const inFile = (place: Place, { path, config, problem }: ConfigFile): Found | undefined => {
  const { host } = place;
  if (problem) return none("it fails at a file that it cannot read");
  const helper = config.credHelpers.get(host);
  if (helper !== undefined) return helper ? ofHelper(helper, path, "credHelpers") : none(FAILS);
  for (const key of partsOf(place)) {
    const entry = config.auths.get(key);
    if (!entry) continue;
    const why = key === host ? "auths" : "auths, the longest part";
    return hasAuth(entry) ? ofEntry(key, entry, path, why) : undefined;
  }
  const near = [...config.auths].filter(([key, entry]) => hostFor(key) === host && hasAuth(entry));
  return ofNear(near, path);
};

/** What podman, buildah and skopeo find in the first of their files that has one. */
export const containers = (place: Place, files: readonly ConfigFile[]): Found => {
  for (const file of files) {
    const found = inFile(place, file);
    if (found) return found;
  }
  return NONE;
};
