import type { JobVariables } from "../variables.ts";
import { type Credential, Lacking } from "./kind.ts";
import type { RegistrySpec } from "./spec.ts";

export const PASS_IT = "pass it to the job; secrets are not passed to pull requests of forks";

// What is not written as variables are may be a secret, by mistake.
export const shownName = (name: string, field: string): string =>
  /^[A-Z][A-Z0-9_]*$/.test(name) ? name : `the variable that ${field}= names`;

/** The user that a spec names. Throws `Lacking`. */
export const userOf = (
  { fields, from }: RegistrySpec,
  { env }: JobVariables,
): Pick<Credential, "user" | "userFrom"> => {
  const { username, "username-env": variable } = fields;
  if (variable === undefined) return { user: username ?? "", userFrom: from };
  const user = env[variable];
  if (user === undefined)
    throw new Lacking(`${shownName(variable, "username-env")} is not set`, PASS_IT);
  return { user, userFrom: variable };
};
