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

/** A text that a server has answered a request with, without the request's secrets, nor what looks like a token. */
export const withoutSecretsOf = ({ headers = {}, body }: HttpRequest, text: string): string => {
  const parts = body === undefined || "text" in body ? {} : "form" in body ? body.form : body.json;
  const secrets = [...Object.values(headers), ...Object.values(parts)]
    .flat()
    .flatMap((part) => (part instanceof Secret ? [Secret.open(part)] : []))
    .filter((secret) => secret.length > 3)
    // One may begin as another does.
    .sort((one, other) => other.length - one.length);
  return secrets
    .reduce((clean, secret) => clean.replaceAll(secret, REDACTED), text)
    .replace(/\beyJ[\w-]{10,}(?:\.[\w-]*)*/g, REDACTED);
};
