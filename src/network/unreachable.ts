import { printable } from "../printable.ts";

/** Why there is no answer from a server, in words. */
export class Unreachable extends Error {
  /** Whether another try may help. */
  readonly passes: boolean;
  /** "setup": what this machine is told of proxies and certificates is no use. */
  readonly kind: "network" | "tls" | "setup";

  constructor(message: string, passes: boolean, kind: Unreachable["kind"] = "network") {
    super(message);
    this.passes = passes;
    this.kind = kind;
  }
}

// https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
const CERTIFICATE =
  /CERT|CRL|ISSUER|SELF_SIGNED|UNABLE_TO_|ALTNAME|INVALID_(?:CA|PURPOSE)|_MISMATCH$|PATH_LENGTH_EXCEEDED/;
const partOf = (error: unknown, name: "name" | "message" | "cause"): unknown =>
  typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;

// Of undici; it has no code of its own.
const byProxy = (error: unknown): string | undefined => {
  for (let it = error; it !== undefined; it = partOf(it, "cause")) {
    const found = /^Proxy response \((\d+)\)/.exec(String(partOf(it, "message")))?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
};

// https://fetch.spec.whatwg.org/#bad-port
const hasBadPort = (error: unknown): boolean =>
  partOf(partOf(error, "cause"), "message") === "bad port";

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
  if (partOf(error, "name") === "TimeoutError")
    return new Unreachable(`no answer in ${Math.round(milliseconds / 100) / 10} s`, true);
  const status = byProxy(error);
  if (status !== undefined)
    return new Unreachable(`the proxy refuses (HTTP ${status})`, Number(status) >= 500);
  if (hasBadPort(error))
    return new Unreachable(
      "its port is one that berth cannot ask, like browsers (bad port)",
      false,
    );
  const code = codeOf(error);
  if (CERTIFICATE.test(code))
    return new Unreachable(`its certificate is not trusted (${printable(code)})`, false, "tls");
  const why = code ? ` (${printable(code)})` : "";
  return new Unreachable(`it cannot be reached${why}`, !FINAL.includes(code));
};
