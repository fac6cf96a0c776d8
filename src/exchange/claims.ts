import { isObject } from "../docker-config/shapes.ts";
import { printable } from "../printable.ts";
import { Secret } from "../secret.ts";
import { moment } from "../time.ts";

/** What a token of the form of a JWT says of itself. Nobody has checked it; none of it is secret. */
export interface Claims {
  readonly issuer?: string;
  readonly subject?: string;
  readonly audiences?: readonly string[];
  readonly until?: Date;
}

const claimsIn = (token: string): Readonly<Record<string, unknown>> => {
  try {
    const [, payload = ""] = token.split(".");
    const json: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return isObject(json) ? json : {};
  } catch {
    return {};
  }
};

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const textsOf = (value: unknown): readonly string[] => [value].flat().map(textOf).filter(Boolean);

/** The claims of a token; none of what is no JWT. */
export const claimsOf = (token: Secret): Claims => {
  const { iss, sub, aud, exp } = claimsIn(Secret.open(token));
  const [issuer, subject] = [textOf(iss), textOf(sub)];
  const audiences = textsOf(aud);
  return {
    ...(issuer && { issuer }),
    ...(subject && { subject }),
    ...(audiences.length > 0 && { audiences }),
    ...(typeof exp === "number" && moment(exp)),
  };
};

/** The same for people, who compare it with what the other party trusts. */
export const shownClaims = ({ issuer, audiences, subject }: Claims): string =>
  [
    ["iss", issuer],
    ["aud", audiences?.join(", ")],
    ["sub", subject],
  ]
    .flatMap(([name, value]) => (value ? [`${name} ${printable(value)}`] : []))
    .join(", ");

/** Whether a token has the form of those that begin so. */
export const beginsWith = (token: Secret, prefix: string): boolean =>
  Secret.open(token).startsWith(prefix);
