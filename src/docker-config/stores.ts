import { info, type Notice, warning } from "../notice.ts";
import { shownKey } from "./keys.ts";
import {
  type AuthEntry,
  type Credentials,
  isStoreMarker,
  type StoredCredentials,
} from "./model.ts";

/** The suffix of a helper for people to read. Where a name should be may be a credential, by mistake; names are in lower case. */
export const shownHelper = (name: string): string =>
  /^[a-z][a-z0-9_.-]{0,30}$/.test(name) ? name : "[no name of a helper]";

const aboutStore = (
  name: string,
  file: string,
  onPath: ReadonlySet<string>,
  used: readonly string[],
): Notice => {
  const store = `credential store "${shownHelper(name)}" (${file})`;
  if (!onPath.has(name)) {
    return info(`${store} is left out: docker-credential-${shownHelper(name)} is not on PATH`);
  }
  if (used.includes(name)) {
    return info(
      `${store} is asked only for the registries that the file lists, so that no login of the job goes there`,
    );
  }
  return warning(
    `${store} is left out: the file does not say for which registries it is`,
    `name them there: "credHelpers": {"registry.example.com": "${shownHelper(name)}"}`,
  );
};

/**
 * Turns a credential store into helpers for the registries that it is known to hold: a store shared by jobs would
 * shadow the job's own credentials and catch its later logins. Helpers that are not on PATH make clients fail, and
 * go (RULES 9, 10). `name` is the config's, for the notices; `onPath` has suffixes of `docker-credential-*`.
 */
export const translateStores = (
  config: StoredCredentials,
  name: string,
  onPath: ReadonlySet<string>,
): { readonly credentials: Credentials; readonly notices: readonly Notice[] } => {
  const notices: Notice[] = [];
  const usable = (helper: string, key: string): boolean => {
    if (onPath.has(helper)) return true;
    notices.push(
      warning(
        `${shownKey(key)}: its credential helper "${shownHelper(helper)}" (${name}) is left out: docker-credential-${shownHelper(helper)} is not on PATH`,
        `install it, or log in to ${shownKey(key)} in the job`,
      ),
    );
    return false;
  };
  const credHelpers = new Map(
    [...config.credHelpers].filter(([key, helper]) => helper !== "" && usable(helper, key)),
  );
  const auths = new Map<string, AuthEntry>();
  for (const [key, entry] of config.auths) {
    if (!isStoreMarker(entry)) auths.set(key, entry);
    else if (config.credsStore && !config.credHelpers.has(key) && usable(config.credsStore, key)) {
      credHelpers.set(key, config.credsStore);
    }
  }
  if (config.credsStore) {
    notices.push(aboutStore(config.credsStore, name, onPath, [...credHelpers.values()]));
  }
  return { credentials: { auths, credHelpers }, notices };
};
