import { type Application, makeEntra, REGISTRIES } from "./entra.ts";
import { type Answer, formIn, type Handler, json, type Reply, type Service } from "./http.ts";
import { type Keep, makeOwnTokens, type OwnTokens } from "./token.ts";

/** Azure's services that lead to a password for its registries. */
export interface Azure {
  readonly entra: Service;
  readonly acr: Service;
}

const refuse = (status: number, code: string, message: string): Reply =>
  json(status, { errors: [{ code, message }] });

const NOT_FOUND: Reply = {
  ...{ status: 404, headers: { "content-type": "text/plain" } },
  body: "404 page not found\n",
};

const THREE_HOURS = 3 * 60 * 60;

/** A registry's exchange of Entra's tokens for its own refresh tokens, which are passwords. */
// https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md#calling-post-oauth2exchange-to-get-an-acr-refresh-token
const makeExchange =
  (applications: readonly Application[], ofEntra: OwnTokens, own: OwnTokens, keep: Keep): Handler =>
  async (received): Promise<Answer> => {
    const { method, url, host } = received;
    // Other methods, too: https://github.com/Azure/acr/issues/166
    if (method !== "POST" || url.pathname !== "/oauth2/exchange") return NOT_FOUND;
    const { grant_type, service, tenant, access_token = "" } = formIn(received) ?? {};
    if (grant_type !== "access_token" || service !== host)
      return refuse(400, "UNSUPPORTED", "The operation is unsupported.");
    const claims = await ofEntra.verify(access_token, REGISTRIES);
    if (!claims || (tenant !== undefined && tenant !== claims["tid"]))
      return refuse(
        401,
        "UNAUTHORIZED",
        "authentication required, visit https://aka.ms/acr/authorization for more information.",
      );
    const { oid, tid } = claims;
    const application = applications.find(({ object }) => object === oid);
    if (!application?.registries.includes(host))
      return refuse(403, "DENIED", "retrieving permissions failed");
    const whose = { sub: application.client, aud: host, version: "1.0", tenant: tid };
    const permissions = { actions: ["read", "write"], notActions: [] };
    const token = await own.sign(
      { ...whose, grant_type: "refresh_token", permissions, roles: [] },
      THREE_HOURS,
    );
    return json(200, { refresh_token: keep("acr refresh token", token) });
  };

const REGISTRY = /^[a-z0-9-]+\.azurecr\.(?:io|us|cn)$/;

export const makeAzure = async (
  applications: readonly Application[],
  keep: Keep,
): Promise<Azure> => {
  const ofEntra = await makeOwnTokens("https://sts.windows.net/");
  const own = await makeOwnTokens("Azure Container Registry");
  return {
    entra: {
      recognises: (host) => applications.some(({ logins }) => logins.includes(host)),
      handle: makeEntra(applications, ofEntra, keep),
    },
    acr: {
      recognises: (host) => REGISTRY.test(host),
      handle: makeExchange(applications, ofEntra, own, keep),
    },
  };
};
