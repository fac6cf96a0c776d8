import { randomBytes } from "node:crypto";
import {
  apiError,
  type Federated,
  makeExchange,
  NOT_FOUND,
  type Provider,
  UNAUTHENTICATED,
} from "./google-sts.ts";
import { bearerOf, type Handler, json, jsonIn, type Service } from "./http.ts";
import type { Keep } from "./token.ts";

export interface ServiceAccount {
  readonly email: string;
  /** The subjects of those who may act as it. */
  readonly users: readonly string[];
}

/** Google's services that lead to a password for Artifact Registry. */
export interface Google {
  readonly sts: Service;
  readonly credentials: Service;
}

// https://github.com/google-github-actions/auth/issues/340
const denied = (permission: string) =>
  apiError(
    403,
    "PERMISSION_DENIED",
    `Permission '${permission}' denied on resource (or it may not exist).`,
    [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        ...{ reason: "IAM_PERMISSION_DENIED", domain: "iam.googleapis.com" },
        metadata: { permission },
      },
    ],
  );

const PATH = /^\/v1\/projects\/-\/serviceAccounts\/(?<email>[^/:]+):generateAccessToken$/;

/** In seconds: longer needs a policy of the organization. */
const MAX_LIFETIME = 60 * 60;

/** Google's IAM Credentials. */
// https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
const makeCredentials =
  (accounts: readonly ServiceAccount[], federated: Federated, keep: Keep): Handler =>
  (received) => {
    const email = PATH.exec(received.url.pathname)?.groups?.["email"];
    if (received.method !== "POST" || email === undefined) return NOT_FOUND;
    const who = federated.get(bearerOf(received) ?? "");
    if (!who || who.ends < Date.now()) return UNAUTHENTICATED;
    const { scope, lifetime = "3600s" } = jsonIn(received) ?? {};
    const invalid = (message: string) => apiError(400, "INVALID_ARGUMENT", message);
    if (!Array.isArray(scope) || scope.length === 0) return invalid("Scope required.");
    const seconds = Number(/^(\d+)s$/.exec(String(lifetime))?.[1] ?? 0);
    if (seconds < 1 || seconds > MAX_LIFETIME) return invalid("The lifetime is not valid.");
    const account = accounts.find((it) => it.email === decodeURIComponent(email));
    if (!account?.users.includes(who.subject)) return denied("iam.serviceAccounts.getAccessToken");
    const value = keep("google access token", `ya29.c.${randomBytes(300).toString("base64url")}`);
    const ends = new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
    return json(200, { accessToken: value, expireTime: ends });
  };

export const makeGoogle = (
  providers: readonly Provider[],
  accounts: readonly ServiceAccount[],
  keep: Keep,
): Google => {
  const federated: Federated = new Map();
  return {
    sts: {
      recognises: (host) => host === "sts.googleapis.com",
      handle: makeExchange(providers, federated, keep),
    },
    credentials: {
      recognises: (host) => host === "iamcredentials.googleapis.com",
      handle: makeCredentials(accounts, federated, keep),
    },
  };
};
