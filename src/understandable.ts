import { BerthError } from "./errors.ts";
import { printable } from "./printable.ts";

/** What was thrown, as a failure that a user can understand; BERTH_INTERNAL for what no user has caused. */
export const understandable = (error: unknown): BerthError => {
  if (error instanceof BerthError) return error;
  // The message may have a value in it.
  const [, at = ""] =
    /([\w.-]+:\d+:\d+)\)?$/m.exec((error instanceof Error && error.stack) || "") ?? [];
  const shown = error instanceof Error ? `${error.name} at ${at}` : "unknown";
  return new BerthError(
    "BERTH_INTERNAL",
    `this is a bug in berth: ${printable(shown)}`,
    "please report it, with the command line",
  );
};
