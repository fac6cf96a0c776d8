import { encodeAuth } from "../docker-config/encode.ts";
import { parseRegistry } from "../docker-config/keys.ts";
import { BerthError } from "../errors.ts";
import { isPlain } from "../printable.ts";
import type { RegistryKind } from "./kind.ts";

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

/** Any registry that takes a user name and a token or password as they are. */
export const password = {
  name: "password",
  recognises: () => true,
  login: ({ registry, registryFrom, user, userFrom, secret, secretFrom }) => {
    const { keys } = parseRegistry(registry, registryFrom);
    const name = checkUser(user, userFrom);
    return { keys, entry: { user: name, auth: encodeAuth(name, secret), from: secretFrom } };
  },
} as const satisfies RegistryKind;
