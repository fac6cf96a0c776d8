import { BerthError } from "./errors.ts";
import { printable } from "./printable.ts";
import { Secret } from "./secret.ts";

/** The variables that are set: an empty one counts as unset everywhere (TRAP 48). No prototype, so every name is safe. */
export type Env = Readonly<Record<string, string>>;

/** A job's variables, those that hold secrets apart from the others. */
export interface JobVariables {
  readonly env: Env;
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** Drops unset and empty variables. */
export const present = (env: Readonly<Record<string, string | undefined>>): Env => {
  const found: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value !== "") found[name] = value;
  }
  return found;
};

/**
 * Takes the named secrets out of `env` and seals them. One line break at the end, which files and
 * web forms add, is not part of a token (RULE 6); a secret that is empty without it counts as unset.
 */
export const seal = (env: Env, secretNames: Iterable<string>): JobVariables => {
  const open: Record<string, string> = Object.assign(Object.create(null), env);
  const secrets: Record<string, Secret> = Object.create(null);
  for (const name of secretNames) {
    const value = open[name]?.replace(/\r?\n$/, "");
    delete open[name];
    if (value) secrets[name] = new Secret(value);
  }
  return { env: open, secrets };
};

/** Gives back a value that is to be exported. Throws BERTH_BAD_VALUE, naming `source`, for a line break, which not every shell can carry. */
export const checkOneLine = (value: string, source: string): string => {
  if (!/[\n\r\0]/.test(value)) return value;
  throw new BerthError(
    "BERTH_BAD_VALUE",
    `${source}: a line break in its value "${printable(value)}"`,
    "correct the variable of the job",
  );
};
