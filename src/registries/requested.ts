import { resolve } from "node:path";
import { missing, type Notice } from "../notice.ts";
import { printable } from "../printable.ts";
import { Secret } from "../secret.ts";
import { readSmallFile, Unreadable } from "../small-file.ts";
import { type JobVariables, withoutLineBreak } from "../variables.ts";
import { requestToken } from "./buildkite-packages.ts";
import type { LoginRequest } from "./kind.ts";
import type { RegistrySpec } from "./spec.ts";

/** The logins that the user has asked for, and what is missing for some, by host. */
export interface Requested {
  readonly logins: readonly LoginRequest[];
  readonly lacking: ReadonlyMap<string, Notice>;
}

/** Says why there is none. */
class Lacking extends Error {}

// What is not written as variables are may be a secret, by mistake.
const shownName = (name: string, field: string): string =>
  /^[A-Z][A-Z0-9_]*$/.test(name) ? name : `the variable that ${field}= names`;

const PASS_IT = "pass it to the job; secrets are not passed to pull requests of forks";

const readPassword = async (
  { password }: RegistrySpec,
  { env, secrets }: JobVariables,
  cwd: string,
): Promise<Pick<LoginRequest, "secret" | "secretFrom">> => {
  if ("env" in password) {
    const secret = secrets[password.env];
    if (secret === undefined)
      throw new Lacking(`${shownName(password.env, "password-env")} is not set`);
    return { secret, secretFrom: password.env };
  }
  if ("audience" in password) {
    const secret = await requestToken(password.audience, env);
    if (typeof secret === "string") throw new Lacking(secret);
    return { secret, secretFrom: "buildkite-agent" };
  }
  const path = resolve(cwd, password.file);
  const shown = printable(path);
  const text = await readSmallFile(path).catch((error: unknown) => {
    throw error instanceof Unreadable ? new Lacking(`${shown} ${error.message}`) : error;
  });
  // What is no file may be the password itself.
  if (text === undefined) throw new Lacking("the file that password-file= names is not there");
  const secret = withoutLineBreak(text);
  if (secret === "") throw new Lacking(`${shown} is empty`);
  return { secret: new Secret(secret), secretFrom: path };
};

const readUser = (
  { user, from }: RegistrySpec,
  { env }: JobVariables,
): Pick<LoginRequest, "user" | "userFrom"> => {
  if ("text" in user) return { user: user.text, userFrom: from };
  const name = env[user.env];
  if (name === undefined) throw new Lacking(`${shownName(user.env, "username-env")} is not set`);
  return { user: name, userFrom: user.env };
};

/** Reads what the specs name. What is not there is no failure: `--if-missing` decides. */
export const readRequested = async (
  specs: readonly RegistrySpec[],
  variables: JobVariables,
  cwd: string,
): Promise<Requested> => {
  const logins: LoginRequest[] = [];
  const lacking = new Map<string, Notice>();
  for (const spec of specs) {
    try {
      const user = readUser(spec, variables);
      const password = await readPassword(spec, variables, cwd);
      logins.push({ registry: spec.registry, registryFrom: spec.from, ...user, ...password });
    } catch (error) {
      if (!(error instanceof Lacking)) throw error;
      lacking.set(spec.host, missing(`no login to ${spec.host}: ${error.message}`, PASS_IT));
    }
  }
  return { logins, lacking };
};
