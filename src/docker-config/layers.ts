import { hostOfKey, isNamespaced, isOfDockerHub, keysFor } from "./keys.ts";
import type { Credentials } from "./model.ts";

/** The entries of a map that `keep` is true for. */
export const pick = <T>(map: ReadonlyMap<string, T>, keep: (key: string, value: T) => boolean) =>
  new Map([...map].filter(([key, value]) => keep(key, value)));

/** The credentials under the keys that `keep` is true for. */
export const select = (credentials: Credentials, keep: (key: string) => boolean): Credentials => ({
  auths: pick(credentials.auths, keep),
  credHelpers: pick(credentials.credHelpers, keep),
});

const rename = (
  { auths, credHelpers }: Credentials,
  keys: (key: string) => readonly string[],
): Credentials => ({
  auths: new Map([...auths].flatMap(([key, entry]) => keys(key).map((name) => [name, entry]))),
  credHelpers: new Map(
    [...credHelpers].flatMap(([key, helper]) => keys(key).map((name) => [name, helper])),
  ),
});

/** All keys of credentials. */
export const keysOf = ({ auths, credHelpers }: Credentials): readonly string[] => [
  ...auths.keys(),
  ...credHelpers.keys(),
];

/** The registries that credentials are for as a whole: not those of which they name a part. */
export const wholeHosts = (...credentials: readonly Credentials[]): ReadonlySet<string> =>
  new Set(
    credentials
      .flatMap(keysOf)
      .filter((key) => !isNamespaced(key))
      .map(hostOfKey),
  );

/** Lays credentials over others: every key below that means a registry of the upper ones goes (RULE 8). */
export const layer = (below: Credentials, above: Credentials): Credentials => {
  if (keysOf(above).length === 0) return below;
  const covered = wholeHosts(above);
  const kept = select(below, (key) => !covered.has(hostOfKey(key)));
  return {
    auths: new Map([...kept.auths, ...above.auths]),
    credHelpers: new Map([...kept.credHelpers, ...above.credHelpers]),
  };
};

const isGood = (key: string): boolean => isNamespaced(key) || keysFor(key).join() === key;

/** The same under the keys that every client finds (RULE 7). Of several for one registry, that counts which has such a key already. */
export const withGoodKeys = (credentials: Credentials): Credentials => {
  const good = select(credentials, isGood);
  const renamed = rename(
    select(credentials, (key) => !isGood(key)),
    keysFor,
  );
  return layer(renamed, good);
};

/**
 * What Docker can use of credentials: none for a part of a registry, of which it picks one at random (RULE 12). A single one,
 * with none for the whole, is what Docker uses for the whole, and stays so under the registry's key.
 */
export const forWholeRegistries = (credentials: Credentials): Credentials => {
  if (!keysOf(credentials).some(isNamespaced)) return credentials;
  const whole = wholeHosts(credentials);
  const parts = [...new Set(keysOf(credentials))].filter(
    (key) => isNamespaced(key) && !isOfDockerHub(key) && !whole.has(hostOfKey(key)),
  );
  const isOnly = (key: string) =>
    parts.filter((part) => hostOfKey(part) === hostOfKey(key)).length === 1;
  const kept = select(
    credentials,
    (key) => !isNamespaced(key) || (parts.includes(key) && isOnly(key)),
  );
  return rename(kept, (key) => (isNamespaced(key) ? keysFor(key) : [key]));
};
