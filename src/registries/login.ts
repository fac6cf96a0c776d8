import { encodeAuth } from "../docker-config/encode.ts";
import { parseRegistry } from "../docker-config/keys.ts";
import { BerthError } from "../errors.ts";
import { isPlain } from "../printable.ts";
import type { Login, LoginRequest } from "./kind.ts";

// What has a colon may be a user and password, pasted together: it is not shown.
const checkUser = (user: string, source: string): string => {
  const problem = user.includes(":")
    ? "a colon"
    : !isPlain(user) && /\p{Cc}/u.test(user)
      ? "a control character"
      : "";
  if (!problem) return user;
  throw new BerthError(
    "BERTH_BAD_CREDENTIAL",
    `${source}: the user name has ${problem} in it`,
    "a Docker config joins user and password with a colon, and so can hold no such name",
  );
};

/**
 * Turns a credential into what is written for it: for any registry, or a part of one, that takes a user name and a token or
 * password as they are. Throws BERTH_BAD_REGISTRY and BERTH_BAD_CREDENTIAL, naming the variable.
 */
export const loginTo = (request: LoginRequest): Login => {
  const { registry, registryFrom, part, user, userFrom, secret, secretFrom } = request;
  const { host, keys } = parseRegistry(registry, registryFrom);
  const name = checkUser(user, userFrom);
  const entry = {
    ...{ user: name, auth: encodeAuth(name, secret), from: secretFrom },
    ...(request.until && { until: request.until }),
    ...(request.isIssued && { isIssued: request.isIssued }),
  };
  return { keys: part ? [`${host}/${part}`] : keys, entry };
};
