import { type Notice, warning } from "../notice.ts";
import { isNamespaced, isOfDockerHub, shownKey } from "./keys.ts";
import { type AuthEntry, type Credentials, isStoreMarker } from "./model.ts";

/** The suffix of berth's own credential helper, `docker-credential-berth`. */
export const HELPER = "berth";

export interface Stored<T> {
  readonly config: T;
  readonly notices: readonly Notice[];
}

// containers/image looks for the helper of Docker Hub under another name than Docker.
// https://github.com/containers/image/blob/main/pkg/docker/config/config.go
const keyFor = (key: string, forContainers: boolean): string =>
  forContainers && isOfDockerHub(key) ? "docker.io" : key;

// The protocol knows no such: https://github.com/docker/docker-credential-helpers#development
const cannotAnswer = (key: string, { auth, identityToken }: AuthEntry): boolean =>
  isNamespaced(key) || (!auth && !identityToken);

/** Credentials that berth's helper is asked for. */
export const askedOfHelper = (keys: readonly string[]): Credentials => ({
  auths: new Map(),
  credHelpers: new Map(
    keys.filter((key) => !isNamespaced(key)).map((key) => [key, HELPER] as const),
  ),
});

/** The same with no secret in it: for each registry berth's helper is asked. */
export const withoutSecrets = <T extends Credentials>(
  config: T,
  { forContainers }: { readonly forContainers: boolean },
): Stored<T> => {
  const entries = [...config.auths];
  const secret = entries.filter(([, entry]) => !isStoreMarker(entry));
  const lost = secret.filter(([key, entry]) => cannotAnswer(key, entry));
  const asked = secret.filter((it) => !lost.includes(it));
  return {
    config: {
      ...config,
      auths: new Map(entries.filter(([, entry]) => isStoreMarker(entry))),
      credHelpers: new Map(
        [...config.credHelpers, ...asked.map(([key]) => [key, HELPER] as const)].map(
          ([key, helper]) => [helper === HELPER ? keyFor(key, forContainers) : key, helper],
        ),
      ),
    },
    notices: lost.map(([key]) =>
      warning(
        `${shownKey(key)}: its credential is left out: a credential helper cannot give it`,
        "leave out --store helper, if it is needed",
      ),
    ),
  };
};
