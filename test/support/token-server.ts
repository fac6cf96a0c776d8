import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Access, type Action, formatAccess, intersect } from "./scopes.ts";
import type { Signer } from "./signer.ts";

/** A credential, and what it may do: all with its own project, and what `also` adds. */
export interface Grant {
  readonly user: string;
  readonly token: string;
  readonly project: string;
  readonly also?: readonly { readonly project: string; readonly actions: readonly Action[] }[];
}

/** One request for a token: who asked (`project` names the credential's own), for what, and what came of it. */
export interface TokenRequest {
  readonly account: string | null;
  readonly project: string | null;
  readonly scope: readonly string[];
  readonly granted: readonly string[];
  readonly status: number;
}

/** What a server says to a good credential that asks only for what it may not do. */
export type Denial = "empty token" | "forbidden";

/** A running token server. */
export interface TokenServer {
  readonly realm: string;
  readonly log: readonly TokenRequest[];
  grant(grant: Grant): void;
  stop(): Promise<void>;
}

interface Answer extends TokenRequest {
  readonly body: unknown;
}

const OWN_ACTIONS: readonly Action[] = ["pull", "push", "delete"];

const errors = (code: string, message: string): unknown => ({ errors: [{ code, message }] });

const credentialOf = (request: IncomingMessage): readonly [string, string] | null => {
  const encoded = /^basic (?<value>.+)$/i.exec(request.headers.authorization ?? "")?.groups?.[
    "value"
  ];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return [text.slice(0, colon), text.slice(colon + 1)];
};

const scopesOf = (url: URL): readonly string[] =>
  url.searchParams
    .getAll("scope")
    .flatMap((scope) => scope.split(" ").filter((part) => part !== ""));

/**
 * Starts a token server that answers as GitLab's `/jwt/auth` does: 401 to a wrong credential, 403 to none, and to a good one
 * a token with those of the asked rights that it has, be there none. `denial: "forbidden"` makes it a 403 in that last case.
 */
// https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/services/auth/container_registry_authentication_service.rb
export const startTokenServer = async (
  signer: Signer,
  { issuer, denial = "empty token" }: { readonly issuer: string; readonly denial?: Denial },
): Promise<TokenServer> => {
  const grants = new Map<string, Grant>();
  const log: TokenRequest[] = [];

  const tokenFor = (
    audience: string,
    subject: string,
    access: readonly Access[],
  ): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    return signer.sign({
      ...{ iss: issuer, aud: audience, sub: subject, jti: randomUUID() },
      ...{ iat: now, nbf: now - 5, exp: now + 300, access },
    });
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const scope = scopesOf(url);
    const [account, token] = credentialOf(request) ?? [null, null];
    const grant = grants.get(`${account}:${token}`);
    const asked = { account, project: grant?.project ?? null, scope };
    const refuse = (status: number, body: unknown): Answer => ({
      ...asked,
      granted: [],
      status,
      body,
    });
    // GitLab has no POST here: clients then fall back to GET.
    // https://gitlab.com/gitlab-org/gitlab/-/blob/master/spec/requests/jwt_controller_spec.rb
    if (request.method !== "GET") return refuse(404, errors("NOT_FOUND", "not found"));
    if (account === null) return refuse(403, errors("DENIED", "access forbidden"));
    if (grant === undefined)
      return refuse(401, errors("UNAUTHORIZED", "HTTP Basic: Access denied"));
    const access = intersect(scope, [{ ...grant, actions: OWN_ACTIONS }, ...(grant.also ?? [])]);
    if (denial === "forbidden" && scope.length > 0 && access.length === 0) {
      return refuse(403, errors("DENIED", "requested access to the resource is denied"));
    }
    const signed = await tokenFor(url.searchParams.get("service") ?? "", account, access);
    return { ...asked, granted: access.map(formatAccess), status: 200, body: { token: signed } };
  };

  const server = createServer((request, response) => {
    const respond = async (): Promise<void> => {
      const { body, ...entry } = await answer(request);
      log.push(entry);
      response.writeHead(entry.status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    respond().catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwt/auth`,
    log,
    grant: (grant) => void grants.set(`${grant.user}:${grant.token}`, grant),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
