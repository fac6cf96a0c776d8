import type { IdTokenSource } from "../ci/system.ts";
import { isThisMachine } from "../hosts.ts";
import { type Asker, type IdToken, Lacking } from "../registries/kind.ts";
import type { Asking } from "../registries/requested.ts";
import type { RegistrySpec } from "../registries/spec.ts";
import { shownName } from "../registries/user.ts";
import { problemOf, runProgram } from "../run-program.ts";
import { Secret } from "../secret.ts";
import type { Env } from "../variables.ts";
import { secretIn } from "./answer.ts";
import { checkAudience, checkConnection, checkEnd } from "./check-id-token.ts";
import { claimsOf } from "./claims.ts";

const printedBy = async (
  command: readonly [program: string, ...args: string[]],
  env: Env,
  hint: string,
): Promise<Secret> => {
  const [program, ...args] = command;
  const ran = await runProgram(command, { env });
  if ("why" in ran) {
    const option = args.findIndex((word) => word.startsWith("-"));
    const words = option < 0 ? args : args.slice(0, option);
    throw new Lacking(problemOf([program, ...words], ran.why), hint);
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

// A server's own URL says whether it has TLS.
const isSafe = (url: URL, servers: readonly (string | undefined)[]): boolean =>
  url.protocol === "https:" ||
  (url.protocol === "http:" &&
    (isThisMachine(url.hostname) ||
      servers.some(
        (it) => it !== undefined && URL.canParse(it) && new URL(it).origin === url.origin,
      )));

const tokenFrom = async (
  source: IdTokenSource,
  { system: { title, idTokens }, variables: { env } }: Asking,
  ask: Asker["ask"],
): Promise<Pick<IdToken, "secret" | "secretFrom">> => {
  if ("token" in source) return { secret: source.token, secretFrom: source.name };
  if ("command" in source) {
    const secret = await printedBy(source.command, env, idTokens?.hint ?? "");
    return { secret, secretFrom: source.command[0] };
  }
  const servers = (idTokens?.servers ?? []).map((name) => env[name]);
  if (!isSafe(new URL(source.request.url), servers))
    throw new Lacking(
      "the URL to ask for an id token is not of https",
      "the CI sets it: set it by hand nowhere",
    );
  const step = `the id token of ${title}`;
  return {
    secret: secretIn(await ask(step, source.request), source.field, step),
    secretFrom: "id token",
  };
};

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
  const { system, now } = asking;
  checkConnection(spec, system);
  const source = sourceOf(spec, usual, asking);
  const token = await tokenFrom(source, asking, ask);
  const claims = claimsOf(token.secret);
  const isThere = "token" in source;
  const which = `the id token ${isThere ? `in ${source.name}` : `of ${system.title}`}`;
  if (isThere) checkEnd(claims, which, now);
  checkAudience(spec, claims, which, system.idTokens?.forAnother);
  return { ...token, ...(claims.until && { until: claims.until }) };
};
