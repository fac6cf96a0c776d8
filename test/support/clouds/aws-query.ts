import { randomUUID } from "node:crypto";
import type { Reply } from "./http.ts";

export const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

export const escaped = (value: string): string =>
  value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

export const xml = (status: number, body: string): Reply => ({
  ...{ status, headers: { "content-type": "text/xml" } },
  body: `${body}\n`,
});

// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
export const stsError = (status: number, code: string, message: string): Reply =>
  xml(
    status,
    `<ErrorResponse xmlns="${NAMESPACE}">
  <Error>
    <Type>Sender</Type>
    <Code>${code}</Code>
    <Message>${escaped(message)}</Message>
  </Error>
  <RequestId>${randomUUID()}</RequestId>
</ErrorResponse>`,
  );

interface Constraint {
  readonly min: number;
  readonly max: number;
  readonly pattern?: RegExp;
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_RequestParameters
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  RoleArn: { min: 20, max: 2048 },
  RoleSessionName: { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ },
  WebIdentityToken: { min: 4, max: 20_000 },
};

/** What is wrong with a parameter; nothing where it is right. */
export const violationIn = (name: string, value: string | undefined): string | undefined => {
  const { min, max, pattern } = CONSTRAINTS[name] as Constraint;
  const member = name[0]?.toLowerCase() + name.slice(1);
  const shown = name === "WebIdentityToken" ? "" : `Value '${value ?? "null"}' `;
  const broken = (must: string) =>
    `1 validation error detected: ${shown}at '${member}' failed to satisfy constraint: Member must ${must}`;
  if (value === undefined) return broken("not be null");
  if (value.length < min) return broken(`have length greater than or equal to ${min}`);
  if (value.length > max) return broken(`have length less than or equal to ${max}`);
  if (pattern?.test(value) === false)
    return broken(`satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);
  return undefined;
};
