import { promisify } from "node:util";
import { encodeAuth } from "../docker-config/encode.ts";
import { keysFor } from "../docker-config/keys.ts";
import type { AuthEntry } from "../docker-config/model.ts";
import { isObject } from "../docker-config/shapes.ts";
import { Secret } from "../secret.ts";
import type { Use } from "./clients.ts";

/** In milliseconds. */
const TIMEOUT = 30_000;

type Env = Readonly<Record<string, string | undefined>>;

const answerOf = (stdout: string, from: string): AuthEntry | undefined => {
  const json: unknown = JSON.parse(stdout);
  if (!isObject(json)) return undefined;
  const { Username: user, Secret: secret } = json;
  if (typeof user !== "string" || typeof secret !== "string" || secret === "") return undefined;
  // https://github.com/docker/docker-credential-helpers: a user of this name has a refresh token.
  return user === "<token>"
    ? { user: "", identityToken: new Secret(secret), from }
    : { user, auth: encodeAuth(user, new Secret(secret)), from };
};

/** The credential that a client would use; a helper is asked for it, as the client would. Nothing where there is none, or it fails. */
export const credentialOf = async (
  { entry, helper }: Use,
  host: string,
  env: Env,
): Promise<AuthEntry | undefined> => {
  if (helper === undefined) return entry;
  const program = `docker-credential-${helper}`;
  try {
    const { execFile } = await import("node:child_process");
    const asking = promisify(execFile)(program, ["get"], { env, timeout: TIMEOUT });
    asking.child.stdin?.on("error", () => undefined).end(keysFor(host)[0]);
    return answerOf((await asking).stdout, program);
  } catch {
    return undefined;
  }
};
