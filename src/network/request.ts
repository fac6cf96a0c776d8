import { decodeAuth } from "../docker-config/encode.ts";
import { Secret } from "../secret.ts";

/** A part of a request. A secret is opened when it is sent. */
type Part = string | Secret;

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "DELETE";
  readonly url: string;
  /** A list is joined. */
  readonly headers?: Readonly<Record<string, Part | readonly Part[]>>;
  readonly body?:
    | { readonly text: string }
    | { readonly form: Readonly<Record<string, Part>> }
    | { readonly json: Readonly<Record<string, Part | readonly string[]>> };
  /** Whether this answer, other than a 429 or 5xx, may be another one at the next try. */
  readonly passes?: (answer: HttpAnswer) => boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  header(name: string): string | undefined;
  /** Why the server refuses, in its own words, for people: no part of the request's secrets; "" where it does not say. */
  readonly explanation: string;
}

const open = (part: Part): string => (part instanceof Secret ? Secret.open(part) : part);

const contentOf = ({ body }: HttpRequest): readonly [type: string, content: string] | undefined => {
  if (body === undefined) return undefined;
  if ("text" in body) return ["", body.text];
  if ("form" in body) {
    const form = new URLSearchParams();
    for (const [name, part] of Object.entries(body.form)) form.append(name, open(part));
    return ["application/x-www-form-urlencoded", form.toString()];
  }
  const fields = Object.entries(body.json).map(([name, value]) => [
    name,
    value instanceof Secret ? open(value) : value,
  ]);
  return ["application/json", JSON.stringify(Object.fromEntries(fields))];
};

/** A request as it goes over the wire, with its secrets. */
export const inTheOpen = (
  request: HttpRequest,
): { readonly headers: Readonly<Record<string, string>>; readonly body?: string } => {
  const [type, body] = contentOf(request) ?? [];
  const given = Object.entries(request.headers ?? {}).map(([name, parts]) => [
    name,
    [parts].flat().map(open).join(""),
  ]);
  const headers = { accept: "application/json", "user-agent": "berth" };
  return {
    headers: { ...headers, ...(type && { "content-type": type }), ...Object.fromEntries(given) },
    ...(body !== undefined && { body }),
  };
};

const REDACTED = "[redacted]";

const partsOf = ({ headers = {}, body }: HttpRequest): readonly unknown[] => {
  const fields = body === undefined || "text" in body ? {} : "form" in body ? body.form : body.json;
  return [...Object.values(headers), ...Object.values(fields)].flat();
};

const formsOf = (secret: string): readonly string[] => {
  const [base64, base64url] = (["base64", "base64url"] as const).map((encoding) =>
    Buffer.from(secret, "utf8").toString(encoding),
  );
  const inForm = new URLSearchParams({ it: secret }).toString().slice("it=".length);
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [secret, encodeURIComponent(secret), inForm, inJson, base64 ?? "", base64url ?? ""];
};

// What goes to a registry as one may be two: a user and a password.
const withPassword = (secret: Secret): readonly Secret[] => {
  const { password } = decodeAuth(secret) ?? {};
  return password ? [secret, password] : [secret];
};

/** Every form in which a server could quote the secrets of a request. */
export const quotableIn = (request: HttpRequest): readonly string[] =>
  partsOf(request)
    .flatMap((part) => (part instanceof Secret ? withPassword(part) : []))
    .flatMap((secret) => formsOf(Secret.open(secret)))
    .filter((form) => form.length > 3);

/** A text that a server has answered with, without these, nor what looks like a token. */
export const redacted = (text: string, secrets: readonly string[]): string =>
  [...new Set(secrets)]
    // One may begin as another does.
    .sort((one, other) => other.length - one.length)
    .reduce((clean, secret) => clean.replaceAll(secret, REDACTED), text)
    .replace(/\beyJ[\w-]{10,}(?:\.[\w-]*)*/g, REDACTED);
