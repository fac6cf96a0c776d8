import type { IdTokenSource } from "../ci/system.ts";
import { isThisMachine } from "../hosts.ts";
import { type Asker, type IdToken, Lacking } from "../registries/kind.ts";
import type { Asking } from "../registries/requested.ts";
import type { RegistrySpec } from "../registries/spec.ts";
import { shownName } from "../registries/user.ts";
import { runProgram } from "../run-program.ts";
import { Secret } from "../secret.ts";
import type { Env } from "../variables.ts";
import { secretIn } from "./answer.ts";
import { claimsOf } from "./claims.ts";

const isOption = (word: string): boolean => word.startsWith("-");

const printedBy = async (
  command: readonly [program: string, ...args: string[]],
  env: Env,
  hint: string,
): Promise<Secret> => {
  const [program, ...args] = command;
  const ran = await runProgram(command, { env });
  // What it says on stderr may have the token in it.
  if ("why" in ran) {
    const words = args.slice(0, args.findIndex(isOption)).join(" ");
    const problem = {
      absent: "is not on PATH",
      slow: `${words} takes too long`,
      failed: `${words} has failed`,
    };
    throw new Lacking(`${program} ${problem[ran.why]}`, hint);
  }
  const token = ran.stdout.trim();
  if (token === "") throw new Lacking(`${program} gave no token`, hint);
  return new Secret(token);
};

const sourceOf = (
  { fields }: RegistrySpec,
  usual: string | undefined,
  { system, variables }: Asking,
): IdTokenSource => {
  const { idTokens, title } = system;
  const name = fields["oidc-token-env"];
  if (name !== undefined) {
    const token = variables.secrets[name];
    if (token) return { token, name };
    const text = `${shownName(name, "oidc-token-env")} is not set`;
    throw new Lacking(text, idTokens?.hint ?? "name the variable that holds the job's id token");
  }
  const source = idTokens?.source(variables, {
    ...{ usual, asked: fields.audience, serviceConnection: fields["service-connection"] },
  });
  if (source) return source;
  const hint = idTokens?.hint ?? "name the variable that holds one: oidc-token-env=NAME";
  throw new Lacking(`the job has no id token of ${title}`, hint);
};

/** In milliseconds. Whose clock is right is not known. */
const SKEW = 300_000;

const checkEnd = (secret: Secret, name: string, now: Date): { readonly until?: Date } => {
  const { until } = claimsOf(secret);
  if (until === undefined || until.getTime() > now.getTime() - SKEW) return until ? { until } : {};
  throw new Lacking(
    `the id token in ${name} has ended at ${until.toISOString()}`,
    "it was made when the job began: log in sooner, or give the job more time",
  );
};

const ofNow = (secret: Secret, secretFrom: string): IdToken => {
  const { until } = claimsOf(secret);
  return { secret, secretFrom, ...(until && { until }) };
};

// A server's own URL says whether it has TLS.
const isSafe = (url: URL, servers: readonly (string | undefined)[]): boolean =>
  url.protocol === "https:" ||
  (url.protocol === "http:" &&
    (isThisMachine(url.hostname) ||
      servers.some(
        (it) => it !== undefined && URL.canParse(it) && new URL(it).origin === url.origin,
      )));

/**
 * A token that says who the job is, for the audience that is usual here, or that the spec has instead. Throws `Lacking`.
 * https://openid.net/specs/openid-connect-core-1_0.html#IDToken
 */
export const requestIdToken = async (
  spec: RegistrySpec,
  usual: string | undefined,
  asking: Asking,
  ask: Asker["ask"],
): Promise<IdToken> => {
  const source = sourceOf(spec, usual, asking);
  if ("token" in source) {
    const { token: secret, name } = source;
    return { secret, secretFrom: name, ...checkEnd(secret, name, asking.now) };
  }
  const { env } = asking.variables;
  const { title, idTokens } = asking.system;
  if ("command" in source) {
    return ofNow(await printedBy(source.command, env, idTokens?.hint ?? ""), source.command[0]);
  }
  const servers = (idTokens?.servers ?? []).map((name) => env[name]);
  if (!isSafe(new URL(source.request.url), servers))
    throw new Lacking(
      "the URL to ask for an id token is not of https",
      "the CI sets it: set it by hand nowhere",
    );
  const step = `the id token of ${title}`;
  return ofNow(secretIn(await ask(step, source.request), source.field, step), "id token");
};
