import { type Answer, json, jsonIn, type Received, type Reply, type Service } from "./http.ts";
import { audiencesIn, claimsIn, flawOf, type Keep, makeOwnTokens } from "./token.ts";

/** An OIDC integration of a JFrog platform, with its one identity mapping. */
export interface Integration {
  readonly name: string;
  readonly issuer: string;
  /** Any, where there is none. */
  readonly audience?: string;
  /** The claim `sub` of its mapping. */
  readonly subject: string;
  /** Whose tokens it gives; without one it gives a group's. */
  readonly user?: string;
  /** Whether answers name the user: later versions do. */
  readonly namesUser?: true;
}

const error = (status: number, code: string, message: string): Reply =>
  json(status, { errors: [{ code, message }] });

const GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

const PLATFORM = "jfac@01hqtest0000000000000000000";
const HOUR = 60 * 60;

/** JFrog Access: its token exchange. The texts of refusals are its own, but for those with a source. */
// https://jfrog.com/help/r/jfrog-rest-apis/oidc-token-exchange
export const makeJfrog = async (
  integrations: readonly Integration[],
  keep: Keep,
): Promise<Service> => {
  const own = await makeOwnTokens(PLATFORM);

  const handle = async (received: Received): Promise<Answer> => {
    if (received.url.pathname !== "/access/api/v1/oidc/token")
      return error(404, "NOT_FOUND", "HTTP 404 Not Found");
    if (received.method !== "POST") return error(405, "METHOD_NOT_ALLOWED", "HTTP 405");
    const fields = jsonIn(received);
    if (!fields) return error(415, "UNSUPPORTED_MEDIA_TYPE", "HTTP 415 Unsupported Media Type");
    const bad = (message: string) => error(400, "BAD_REQUEST", message);
    if (fields["grant_type"] !== GRANT) return bad("Invalid grant type");
    if (fields["subject_token_type"] !== ID_TOKEN) return bad("Invalid subject token type");
    const integration = integrations.find(({ name }) => name === fields["provider_name"]);
    if (!integration) return error(404, "NOT_FOUND", "OIDC provider was not found");
    const token = String(fields["subject_token"] ?? "");
    const claims = claimsIn(token);
    if (!claims) return bad("Invalid subject token");
    const { iss, sub = "" } = claims;
    if (iss !== integration.issuer) return bad("Invalid issuer");
    const flaw = await flawOf(token, iss);
    // https://github.com/jfrog/setup-jfrog-cli/issues/155
    if (flaw === "unreachable") return bad("Failed to get public key");
    if (flaw === "signature") return error(401, "UNAUTHORIZED", "Invalid token signature");
    if (flaw === "expired") return error(401, "UNAUTHORIZED", "Token has expired");
    const { audience, user, name } = integration;
    // https://github.com/jfrog/setup-jfrog-cli/issues/270: also one that is in the request, and another than the integration's.
    const asked = [...audiencesIn(claims), ...[fields["audience"] ?? []].flat()];
    if (audience !== undefined && !asked.every((one) => one === audience))
      return bad("Invalid audience");
    if (sub !== integration.subject)
      return error(403, "FORBIDDEN", "No identity mapping matches the token's claims");
    // https://github.com/jfrog/jfrog-client-go/pull/951: what is of a group has no user's name in its subject.
    const subject = user === undefined ? `${name}/ci` : `${PLATFORM}/users/${user}`;
    const scope = `applied-permissions/${user === undefined ? "groups:ci" : "user"}`;
    const value = await own.sign({ sub: subject, scp: scope, aud: "*@*" }, HOUR);
    return json(200, {
      ...{ access_token: keep("jfrog access token", value), expires_in: HOUR, scope },
      ...{ token_type: "Bearer", issued_token_type: ACCESS_TOKEN },
      ...(integration.namesUser && user !== undefined && { username: user }),
    });
  };

  return { recognises: (host) => /^[a-z0-9-]+\.jfrog\.io$/.test(host), handle };
};
