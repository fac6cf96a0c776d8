import { type AuthEntry, isStoreMarker } from "../docker-config/model.ts";
import { shownUser } from "../docker-config/shown-user.ts";

/** The credential that a client would use. */
export interface Use {
  readonly client: string;
  /** For people to read. */
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

export type Found = Omit<Use, "client">;

export const none = (why: string): Found => ({ user: "", from: "", why });

export const NONE = none("nothing has a credential for it");

export const ofEntry = (
  key: string,
  entry: AuthEntry,
  from: string,
  why: string,
): Found | undefined =>
  isStoreMarker(entry) ? undefined : { user: shownUser(entry), entry, key, from, why };

export const ofHelper = (helper: string, from: string, why: string): Found => ({
  ...{ user: "", helper, from, why },
});

/** Of keys that mean the registry, none of which is its own: Go goes through them in no order. */
export const ofNear = (
  near: readonly (readonly [key: string, entry: AuthEntry])[],
  from: string,
): Found | undefined => {
  const [first] = near.filter(([, entry]) => !isStoreMarker(entry));
  if (!first) return undefined;
  const atRandom = `one of ${near.length} of the same host, at random`;
  return ofEntry(...first, from, near.length > 1 ? atRandom : "auths, by its host");
};
