import { passwordOf } from "../docker-config/encode.ts";
import { keysFor } from "../docker-config/keys.ts";
import type { DockerConfig } from "../docker-config/model.ts";
import { usable } from "./docker-auth-config.ts";
import { type Found, NONE, none, ofEntry, ofHelper, ofNear } from "./found.ts";
import type { Place } from "./place.ts";
import type { ConfigFile, Sight } from "./sight.ts";

/** What docker takes for the host of a key, letter by letter (docker/cli, `ConvertToHostname`). */
export const hostFor = (key: string): string =>
  key.replace(/^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?/i, "").replace(/\/.*$/s, "");

/** The helper that a client asks; nothing where it looks into the file. */
type HelperFor = (config: DockerConfig, key: string) => string | undefined;

/** Docker's: no name is its way to say that there is none, not even a store. */
export const helperFor: HelperFor = ({ credHelpers, credsStore }, key) =>
  (credHelpers.has(key) ? credHelpers.get(key) : credsStore) || undefined;

// https://github.com/oras-project/oras-go/blob/main/registry/remote/credentials/store.go
const helmsHelperFor: HelperFor = ({ credHelpers, credsStore }, key) =>
  credHelpers.get(key) || credsStore;

// `credHelpers`, else `credsStore`, else `auths`: by the exact key, and by others of the host where that is not there at all.
// https://github.com/docker/cli/blob/master/cli/config/credentials/file_store.go
const inFile = (
  host: string,
  { path, config }: ConfigFile,
  asks: HelperFor = helperFor,
): Found | undefined => {
  const [key = host] = keysFor(host);
  const helper = asks(config, key);
  if (helper)
    return ofHelper(helper, path, config.credHelpers.get(key) ? "credHelpers" : "credsStore");
  const exact = config.auths.get(key);
  if (exact) return ofEntry(key, exact, path, "auths");
  const near = [...config.auths].filter(([it]) => hostFor(it) === key);
  return ofNear(near, path);
};

// https://github.com/distribution/distribution/blob/v2.8.3/registry/client/auth/session.go (basicHandler)
const withPassword = (found: Found): Found =>
  found.entry && !passwordOf(found.entry) ? none("its entry has no password") : found;

export const docker = ({ host }: Place, { dockerAuthConfig, docker: file }: Sight): Found => {
  const [key = host] = keysFor(host);
  const entry = usable(dockerAuthConfig)?.config.auths.get(key);
  const first =
    entry && ofEntry(key, entry, "DOCKER_AUTH_CONFIG", "Docker 28.3 and later prefers it");
  return withPassword(first ?? inFile(host, file) ?? NONE);
};

export const buildx = (place: Place, sight: Sight): Found => {
  const { host, repository } = place;
  for (const key of [...(repository ? [`${host}/${repository}`] : []), host]) {
    const file = sight.buildx.get(key);
    const found = file && inFile(host, file);
    if (found) return { ...withPassword(found), why: "buildx' own, for this part" };
  }
  return docker(place, sight);
};

// helm looks into its own file before Docker's. https://github.com/helm/helm/blob/main/pkg/registry/client.go
export const helm = ({ host }: Place, { helm: file, docker: dockers }: Sight): Found =>
  inFile(host, file, helmsHelperFor) ?? inFile(host, dockers, helmsHelperFor) ?? NONE;
