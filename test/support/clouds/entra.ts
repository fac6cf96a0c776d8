import { invalidClient, invalidRequest, refuse, unmatched } from "./entra-errors.ts";
import { type Answer, formIn, type Handler, json, type Received, type Reply } from "./http.ts";
import { audiencesIn, claimsIn, flawOf, type Keep, type OwnTokens } from "./token.ts";

/** An application of Entra, with its one federated credential. */
export interface Application {
  /** The hosts of the logins of its cloud: other clouds do not know its tenant. */
  readonly logins: readonly string[];
  readonly tenant: string;
  /** The id of its service principal. */
  readonly object: string;
  readonly client: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  /** The registries that it has a role on. */
  readonly registries: readonly string[];
}

const badAssertion = async (
  { issuer, subject, audience }: Application,
  assertion: string,
): Promise<Reply | undefined> => {
  const claims = claimsIn(assertion);
  if (!claims) return invalidClient(50027, "JWT token is invalid or malformed.");
  const { iss, sub, nbf = 0, exp = 0 } = claims;
  if (iss !== issuer) return unmatched(700211, "issuer", iss);
  const audiences = audiencesIn(claims);
  if (!audiences.includes(audience)) return unmatched(700212, "audience", audiences);
  if (sub !== subject) return unmatched(700213, "subject", sub);
  const flaw = await flawOf(assertion, iss);
  if (flaw === "signature")
    return invalidClient(700027, "Client assertion failed signature validation.");
  // https://github.com/Azure/azure-workload-identity/issues/605
  if (flaw === "unreachable")
    return invalidRequest(90061, "Request to External OIDC endpoint failed.");
  if (flaw !== "expired") return undefined;
  const now = Date.now() / 1000;
  const [at, from, until] = [now, nbf, exp].map((seconds) =>
    new Date(seconds * 1000).toISOString(),
  );
  // https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/4951
  return invalidClient(
    700024,
    `Client assertion is not within its valid time range. Current time: ${at}, assertion valid from ${from}, expiry time of assertion ${until}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .`,
  );
};

// One scope in all the clouds of Azure:
// https://github.com/Azure/azure-sdk-for-go/blob/main/sdk/containers/azcontainerregistry/cloud_config.go
export const REGISTRIES = "https://containerregistry.azure.net";

const badScope = (scope: string, tenant: string): Reply | undefined => {
  if (!scope.endsWith("/.default"))
    return refuse(
      400,
      "invalid_scope",
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  const resource = scope.replace(/\/\.default$/, "");
  if (resource === REGISTRIES) return undefined;
  return refuse(
    400,
    "invalid_resource",
    500011,
    `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
  );
};

const NEEDED = ["grant_type", "client_id", "scope", "client_assertion_type", "client_assertion"];

const badForm = (fields: Readonly<Record<string, string>>): Reply | undefined => {
  const missing = NEEDED.find((name) => !fields[name]);
  if (missing !== undefined)
    return invalidRequest(
      900144,
      `The request body must contain the following parameter: '${missing}'.`,
    );
  const { grant_type, client_assertion_type } = fields;
  if (grant_type !== "client_credentials")
    return refuse(
      400,
      "unsupported_grant_type",
      70003,
      `The app requested an unsupported grant type '${grant_type}'.`,
    );
  return client_assertion_type === "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    ? undefined
    : invalidRequest(90014, "The value of 'client_assertion_type' is not supported.");
};

const HOUR = 60 * 60;

/** Microsoft Entra's token endpoint, for an application that shows a federated token. */
// https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential
export const makeEntra =
  (applications: readonly Application[], own: OwnTokens, keep: Keep): Handler =>
  async (received: Received): Promise<Answer> => {
    const tenant = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(received.url.pathname)?.[1];
    if (received.method !== "POST" || tenant === undefined) return { status: 404, body: "" };
    const ofTenant = applications.filter(
      (it) => it.tenant === tenant && it.logins.includes(received.host),
    );
    if (ofTenant.length === 0)
      return invalidRequest(
        90002,
        `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
      );
    const fields = formIn(received) ?? {};
    const bad = badForm(fields);
    if (bad) return bad;
    const { client_id, scope = "", client_assertion = "" } = fields;
    const application = ofTenant.find((it) => it.client === client_id);
    if (!application)
      return refuse(
        400,
        "unauthorized_client",
        700016,
        `Application with identifier '${client_id}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
      );
    const fault = (await badAssertion(application, client_assertion)) ?? badScope(scope, tenant);
    if (fault) return fault;
    const { client, object } = application;
    const claims = { aud: REGISTRIES, appid: client, oid: object, tid: tenant, ver: "1.0" };
    const token = keep("entra token", await own.sign(claims, HOUR));
    const ends = { expires_in: HOUR - 1, ext_expires_in: HOUR - 1 };
    return json(200, { token_type: "Bearer", ...ends, access_token: token });
  };
