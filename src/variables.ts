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

// Azure leaves `$(NAME)` as it is where it knows no such variable, such as a secret in the pull request of a fork.
// https://learn.microsoft.com/en-us/azure/devops/pipelines/process/variables
const isUnresolved = (value: string): boolean => /^\$\([\w.-]+\)$/.test(value);

/** Drops unset and empty variables. */
export const present = (env: Readonly<Record<string, string | undefined>>): Env => {
  const found: Record<string, string> = Object.create(null);
  const isAzures = env["TF_BUILD"]?.toLowerCase() === "true";
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value !== "" && !(isAzures && isUnresolved(value))) {
      found[name] = value;
    }
  }
  return found;
};

/** One line break at the end, which files and web forms add, is not part of a token (RULE 6). */
export const withoutLineBreak = (text: string): string => text.replace(/\r?\n$/, "");

export const isVariableName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);

/**
 * Takes the named secrets out of `env` and seals them. A secret that is empty but for a line break counts as unset.
 */
export const seal = (env: Env, secretNames: Iterable<string>): JobVariables => {
  const open: Record<string, string> = Object.assign(Object.create(null), env);
  const secrets: Record<string, Secret> = Object.create(null);
  for (const name of secretNames) {
    const value = withoutLineBreak(open[name] ?? "");
    delete open[name];
    if (value) secrets[name] = new Secret(value);
  }
  return { env: open, secrets };
};

/** Whether every shell can carry a value. */
export const isOneLine = (value: string): boolean => !/[\n\r\0]/.test(value);

/** Gives back a value that is to be exported. Throws BERTH_BAD_VALUE, naming `source`, for a line break, which not every shell can carry. */
export const checkOneLine = (value: string, source: string): string => {
  if (isOneLine(value)) return value;
  throw new BerthError(
    "BERTH_BAD_VALUE",
    `${source}: a line break in its value "${printable(value)}"`,
    "correct the variable of the job",
  );
};
