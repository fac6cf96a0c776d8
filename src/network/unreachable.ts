import { printable } from "../printable.ts";

/** Why there is no answer from a server, in words. */
export class Unreachable extends Error {
  /** Whether another try may help. */
  readonly passes: boolean;

  constructor(message: string, passes: boolean) {
    super(message);
    this.passes = passes;
  }
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|ALTNAME/;
const FINAL: readonly string[] = ["ENOTFOUND", "ERR_INVALID_URL"];

// Node tells the reason in a cause, or in one of several; Bun in the error itself.
const codeOf = (error: unknown): string => {
  if (typeof error !== "object" || error === null) return "";
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string" && code !== "") return code;
  return codeOf(cause) || (Array.isArray(errors) ? codeOf(errors[0]) : "");
};

/** What `fetch` has thrown, given so many milliseconds. */
export const unreachable = (error: unknown, milliseconds: number): Unreachable => {
  if (error instanceof Unreachable) return error;
  if (error instanceof Error && error.name === "TimeoutError")
    return new Unreachable(`no answer in ${Math.round(milliseconds / 100) / 10} s`, true);
  const code = codeOf(error);
  if (CERTIFICATE.test(code))
    return new Unreachable(`its certificate is not trusted (${printable(code)})`, false);
  const why = code ? ` (${printable(code)})` : "";
  return new Unreachable(`it cannot be reached${why}`, !FINAL.includes(code));
};
