import { promisify } from "node:util";
import type { IdTokenSource } from "../ci/system.ts";
import { systemErrorCode } from "../errors.ts";
import { type Asker, type IdToken, Lacking } from "../registries/kind.ts";
import type { Asking } from "../registries/requested.ts";
import type { RegistrySpec } from "../registries/spec.ts";
import { shownName } from "../registries/user.ts";
import { Secret } from "../secret.ts";
import type { Env } from "../variables.ts";
import { textIn } from "./answer.ts";
import { claimsOf } from "./claims.ts";

/** In milliseconds. Buildkite's agent tries again by itself. */
const TIMEOUT = 30_000;

const printedBy = async (
  [program, ...args]: readonly [string, ...string[]],
  env: Env,
  hint: string,
): Promise<Secret> => {
  try {
    const { execFile } = await import("node:child_process");
    const running = promisify(execFile)(program, args, { env, timeout: TIMEOUT });
    running.child.stdin?.on("error", () => undefined).end();
    const token = (await running).stdout.trim();
    if (token !== "") return new Secret(token);
  } catch (error) {
    // What it says on stderr may have the token in it.
    const isAbsent = systemErrorCode(error) === "ENOENT";
    const words = args
      .slice(
        0,
        args.findIndex((arg) => arg.startsWith("-")),
      )
      .join(" ");
    throw new Lacking(`${program} ${isAbsent ? "is not on PATH" : `${words} has failed`}`, hint);
  }
  throw new Lacking(`${program} gave no token`, hint);
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

const endOf = (secret: Secret, name: string, now: Date) => {
  const { until } = claimsOf(secret);
  if (until !== undefined && until < now) {
    const text = `the id token in ${name} has ended at ${until.toISOString()}`;
    throw new Lacking(
      text,
      "it was made when the job began: log in sooner, or give the job more time",
    );
  }
  return until && { until };
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
  const source = sourceOf(spec, usual, asking);
  if ("token" in source) {
    const { token: secret, name } = source;
    return { secret, secretFrom: name, ...endOf(secret, name, asking.now) };
  }
  const { title, idTokens } = asking.system;
  if ("command" in source) {
    const [program] = source.command;
    const secret = await printedBy(source.command, asking.variables.env, idTokens?.hint ?? "");
    return { secret, secretFrom: program, ...endOf(secret, program, asking.now) };
  }
  const step = `the id token of ${title}`;
  const secret = new Secret(textIn(await ask(step, source.request), source.field, step));
  return { secret, secretFrom: "id token", ...endOf(secret, "the answer", asking.now) };
};
