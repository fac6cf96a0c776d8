import { secretIn } from "../exchange/answer.ts";
import { claimsOf } from "../exchange/claims.ts";
import { endpoint } from "../exchange/endpoint.ts";
import type { Env } from "../variables.ts";
import { ID_TOKEN_FIELDS, type RegistryKind } from "./kind.ts";

/** What a registry calls those that come with a token. */
const USER = "00000000-0000-0000-0000-000000000000";

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

// In all clouds: https://github.com/Azure/azure-sdk-for-go (sdk/containers/azcontainerregistry/cloud_config.go)
const SCOPE = "https://containerregistry.azure.net/.default";

interface Cloud {
  readonly login: string;
  readonly audience: string;
}

// https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation-create-trust (audiences),
// https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud (logins)
const CLOUDS: ReadonlyMap<string, Cloud> = new Map([
  [
    "azurecr.io",
    { login: "https://login.microsoftonline.com", audience: "api://AzureADTokenExchange" },
  ],
  [
    "azurecr.us",
    { login: "https://login.microsoftonline.us", audience: "api://AzureADTokenExchangeUSGov" },
  ],
  [
    "azurecr.cn",
    { login: "https://login.chinacloudapi.cn", audience: "api://AzureADTokenExchangeChina" },
  ],
]);

const cloudOf = (host: string): Cloud | undefined => CLOUDS.get(host.replace(/^[a-z0-9-]+\./, ""));

const ENTRA = "Microsoft Entra";
const REGISTRY = "Azure Container Registry";
const AUTHORITY = "AZURE_AUTHORITY_HOST";

// Azure's libraries take a host alone, too.
const withScheme = (env: Env): Env => {
  const host = env[AUTHORITY];
  return host && !host.includes("://") ? { ...env, [AUTHORITY]: `https://${host}` } : env;
};

/** Azure Container Registry, by an application or managed identity that trusts the job. */
export const acr = {
  name: "acr",
  title: "Azure Container Registry",
  example:
    "acme.azurecr.io,tenant=11111111-2222-4333-8444-555555555555,client=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
  lasts: "3 h",
  needs: [["tenant"], ["client"]],
  mayHave: ID_TOKEN_FIELDS,
  forms: { tenant: /^[a-z0-9.-]+$/i, client: GUID },
  issued: { user: USER, neverLasts: true },
  check:
    "issuer, subject and audience of the application's federated credential, and its role AcrPush or AcrPull on the registry",
  recognises: ({ host }) => cloudOf(host) !== undefined,
  obtain: async ({ from, host, fields }, { variables, idToken, ask }) => {
    const cloud = cloudOf(host) as Cloud;
    const { tenant = "", client = "" } = fields;
    const login = endpoint(cloud.login, withScheme(variables.env), AUTHORITY);
    const { secret: assertion } = await idToken(cloud.audience);
    // https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
    const entra = await ask(ENTRA, {
      method: "POST",
      url: `${login}/${tenant}/oauth2/v2.0/token`,
      body: {
        form: {
          grant_type: "client_credentials",
          client_id: client,
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion: assertion,
          scope: SCOPE,
        },
      },
    });
    // https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
    const exchanged = await ask(REGISTRY, {
      method: "POST",
      url: `https://${host}/oauth2/exchange`,
      body: {
        form: {
          grant_type: "access_token",
          service: host,
          tenant,
          access_token: secretIn(entra, "access_token", ENTRA),
        },
      },
    });
    const secret = secretIn(exchanged, "refresh_token", REGISTRY);
    const { until } = claimsOf(secret);
    return {
      ...{ user: USER, userFrom: from, secret, secretFrom: `client ${client}` },
      ...(until && { until }),
    };
  },
} as const satisfies RegistryKind;
