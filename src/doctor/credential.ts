import { encodeAuth } from "../docker-config/encode.ts";
import { keysFor } from "../docker-config/keys.ts";
import type { AuthEntry } from "../docker-config/model.ts";
import { isObject } from "../docker-config/shapes.ts";
import { shownHelper } from "../docker-config/stores.ts";
import { redacted } from "../network/request.ts";
import { printable } from "../printable.ts";
import { type Ran, runProgram } from "../run-program.ts";
import { Secret } from "../secret.ts";
import type { Use } from "./found.ts";
import { failed, type Outcome } from "./outcome.ts";
import type { Sight } from "./sight.ts";

type Env = Readonly<Record<string, string | undefined>>;

// Clients compare this letter by letter: docker-credential-helpers/credentials/error.go (RULE 25).
const NOT_FOUND = "credentials not found in native keychain";

const MAX_LENGTH = 200;

const REDACTED = "[redacted]";

const looksSecret = (word: string): boolean => /\d/.test(word) && /[a-z]/i.test(word);

/** What a helper says in its own words: none that is, or may be, what it should keep to itself. */
const wordsOf = (said: string, secrets: readonly string[]): string => {
  const [line = ""] = said.trim().split(/[\r\n]/);
  // A password may stand alone, or in an answer.
  if (/^[[{"]|^\S*$/.test(line)) return "";
  const words = redacted(
    line,
    secrets.filter(({ length }) => length > 3),
  ).replace(/[\w+/=~-]{20,}/g, (word) => (looksSecret(word) ? REDACTED : word));
  return printable(words.length > MAX_LENGTH ? `${words.slice(0, MAX_LENGTH)}…` : words);
};

const whyNot = (
  { why, said }: Exclude<Ran, { readonly stdout: string }>,
  secrets: readonly string[],
) => {
  if (why === "absent") return "is not there";
  if (why === "slow") return "does not answer in time";
  const words = wordsOf(said, secrets);
  return words === "" ? "fails" : `fails: ${words}`;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isTextOrNot = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === "string";

/** A credential, nothing, or what is wrong with the answer. */
const understood = (stdout: string, from: string): AuthEntry | undefined | "wrong" => {
  const json = parsed(stdout);
  if (!isObject(json)) return "wrong";
  const { Username: user, Secret: secret } = json;
  if (!isTextOrNot(user) || !isTextOrNot(secret)) return "wrong";
  if (!user || !secret) return undefined;
  // https://github.com/docker/docker-credential-helpers: a user of this name has a refresh token.
  return user === "<token>"
    ? { user: "", identityToken: new Secret(secret), from }
    : { user, auth: encodeAuth(user, new Secret(secret)), from };
};

/** The credential that a client would use; a helper is asked for it, as the client would. Nothing where there is none. */
export const credentialOf = async (
  { entry, helper }: Use,
  host: string,
  { helpersOnPath, variables: { secrets } }: Pick<Sight, "helpersOnPath" | "variables">,
  env: Env,
): Promise<AuthEntry | undefined | Outcome> => {
  if (helper === undefined) return entry;
  const program = `docker-credential-${helper}`;
  const fail = (why: string): Outcome =>
    failed("identity", "helper-failed", `docker-credential-${shownHelper(helper)} ${why}`);
  if (!helpersOnPath.has(helper)) return fail("is not on PATH");
  const ran = await runProgram([program, "get"], { env, input: keysFor(host)[0] ?? host });
  if ("why" in ran) {
    if (ran.said.trim() === NOT_FOUND) return undefined;
    const values = Object.keys(secrets).flatMap((name) => env[name] ?? []);
    return fail(whyNot(ran, values));
  }
  const found = understood(ran.stdout, program);
  return found === "wrong" ? fail("gives an answer that is none") : found;
};
