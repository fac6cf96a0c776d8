import type { CiSystem } from "../ci/system.ts";
import { printable } from "../printable.ts";
import { Lacking } from "../registries/kind.ts";
import type { RegistrySpec } from "../registries/spec.ts";
import type { Claims } from "./claims.ts";

/** Refuses a service connection that would be left out without a word. Throws `Lacking`. */
export const checkConnection = ({ fields }: RegistrySpec, { title, idTokens }: CiSystem): void => {
  if (fields["service-connection"] === undefined) return;
  if (fields["oidc-token-env"] !== undefined)
    throw new Lacking(
      "service-connection= says nothing of the token that oidc-token-env= names",
      "leave one of them out",
    );
  if (!idTokens?.ofConnections)
    throw new Lacking(
      `service-connection= is not for ${title}, whose jobs have none`,
      "leave it out: it is for Azure Pipelines",
    );
};

/** In milliseconds. Whose clock is right is not known. */
const SKEW = 300_000;

/** Refuses a token that has ended. Throws `Lacking`. */
export const checkEnd = ({ until }: Claims, which: string, now: Date): void => {
  if (until === undefined || until.getTime() > now.getTime() - SKEW) return;
  throw new Lacking(
    `${which} has ended at ${until.toISOString()}`,
    "it was made when the job began: log in sooner, or give the job more time",
  );
};

/** Refuses a token that is for others than the spec says: not each CI gives one for whom one asks. Throws `Lacking`. */
export const checkAudience = (
  { fields: { audience } }: RegistrySpec,
  { audiences }: Claims,
  which: string,
  forAnother: string | undefined,
): void => {
  if (audience === undefined || audiences === undefined || audiences.includes(audience)) return;
  // What the spec says may be a pasted secret: it is not shown.
  const asItIs = "leave out audience=, and let the registry trust the token as it is";
  throw new Lacking(
    `${which} is for ${printable(audiences.join(", "))}, not for whom audience= says`,
    forAnother ? `${asItIs}; or ${forAnother}` : asItIs,
  );
};
