import { isObject } from "../docker-config/shapes.ts";
import { printable } from "../printable.ts";
import { Secret } from "../secret.ts";
import { moment } from "../time.ts";

/** What a token of the form of a JWT says of itself. Nobody has checked it; none of it is secret. */
export interface Claims {
  readonly issuer?: string;
  readonly subject?: string;
  readonly audience?: string;
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

const textOf = (value: unknown): string =>
  [value]
    .flat()
    .filter((one) => typeof one === "string")
    .join(", ");

/** The claims of a token; none of what is no JWT. */
export const claimsOf = (token: Secret): Claims => {
  const { iss, sub, aud, exp } = claimsIn(Secret.open(token));
  const [issuer, subject, audience] = [iss, sub, aud].map(textOf);
  return {
    ...(issuer && { issuer }),
    ...(subject && { subject }),
    ...(audience && { audience }),
    ...(typeof exp === "number" && moment(exp)),
  };
};

/** The same for people, who compare it with what the other party trusts. */
export const shownClaims = ({ issuer, audience, subject }: Claims): string =>
  [
    ["iss", issuer],
    ["aud", audience],
    ["sub", subject],
  ]
    .flatMap(([name, value]) => (value ? [`${name} ${printable(value)}`] : []))
    .join(", ");

// https://docs.gitlab.com/security/tokens/#token-prefixes
// https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
const OF_JOBS = /^(?:glcbt-|ghs_)/;

/** Whether a token has the form of those that GitLab's and GitHub's jobs get. */
export const hasFormOfJobs = (token: Secret): boolean => OF_JOBS.test(Secret.open(token));
