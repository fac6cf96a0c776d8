import { randomBytes } from "node:crypto";
import type { Keep } from "./token.ts";

/** Who may act, by an access key, and what they may do. */
export interface Session {
  readonly id: string;
  readonly secret: string;
  /** Only of credentials that end. */
  readonly token?: string;
  readonly ends?: Date;
  readonly arn: string;
  readonly actions: readonly string[];
}

export type Sessions = Map<string, Session>;

const text = (length: number, letters: string): string =>
  [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join("");

const CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
export const uniqueId = (prefix: string): string => prefix + text(16, CAPITALS);

/** Credentials that end, with which requests are then signed. */
export const beginSession = (
  who: Pick<Session, "arn" | "actions">,
  seconds: number,
  sessions: Sessions,
  keep: Keep,
): Required<Session> => {
  const session = {
    ...{ arn: who.arn, actions: who.actions, id: uniqueId("ASIA") },
    secret: keep("secret access key", randomBytes(30).toString("base64")),
    token: keep("session token", randomBytes(480).toString("base64")),
    ends: new Date(Math.floor(Date.now() / 1000 + seconds) * 1000),
  };
  sessions.set(session.id, session);
  return session;
};

/** The principal of those who act in a role. */
export const assumedRole = (role: string, sessionName: string): string =>
  role.replace(
    /^(arn:[\w-]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/,
    `$1:sts::$2:assumed-role/$3/${sessionName}`,
  );

/** As the AWS APIs write it: whole seconds. */
export const isoTime = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, "Z");
