import type { Account } from "./aws.ts";
import type { Application } from "./entra.ts";
import type { ServiceAccount } from "./google.ts";
import type { Provider } from "./google-sts.ts";
import type { Integration } from "./jfrog.ts";

/** Who the job is that all the clouds trust. */
export const SUBJECT = "repo:acme/app:ref:refs/heads/main";

/** The same, of a service connection of Azure Pipelines. */
export const CONNECTION = "0f0e0d0c-0000-4000-8000-00000000c0ec";

/** An issuer that nothing is at: what trusts it is an orphan. */
export const NOBODY = "http://127.0.0.1:9";

const ACCOUNT = "123456789012";

export const ROLE = `arn:aws:iam::${ACCOUNT}:role/ci/push`;
/** Trusts the job, and may not do anything. */
export const IDLE_ROLE = `arn:aws:iam::${ACCOUNT}:role/ci/idle`;
export const ORPHAN_ROLE = `arn:aws:iam::${ACCOUNT}:role/ci/orphan`;
export const ACCESS_KEY = {
  id: "AKIATESTTESTTESTTEST",
  secret: "test/secret+access/key/of/a/user/0000000",
};

const POOL = "projects/123456789/locations/global/workloadIdentityPools/ci-pool/providers";
export const PROVIDER = `${POOL}/ci-provider`;
/** Has an audience of its own. */
export const OTHER_PROVIDER = `${POOL}/other-provider`;
export const ORPHAN_PROVIDER = `${POOL}/orphan-provider`;
export const OTHER_AUDIENCE = "https://registries.acme.example";
export const SERVICE_ACCOUNT = "push@acme-images.iam.gserviceaccount.com";
/** Nobody may act as it. */
export const CLOSED_ACCOUNT = "closed@acme-images.iam.gserviceaccount.com";

export const TENANT = "11111111-2222-4333-8444-555555555555";
export const CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
export const ORPHAN_CLIENT = "ffffffff-bbbb-4ccc-8ddd-eeeeeeeeeeee";
export const ACR = "acme.azurecr.io";
export const ACR_US = "acme.azurecr.us";
export const ACR_CN = "acme.azurecr.cn";
/** The application has no role on it. */
export const CLOSED_ACR = "closed.azurecr.io";

export const JFROG = "acme.jfrog.io";
export const INTEGRATION = "ci-oidc";
/** Wants an audience. */
export const STRICT_INTEGRATION = "ci-oidc-strict";
export const JFROG_AUDIENCE = "jfrog-ci";
/** Of a later version, which names the user. */
export const NAMING_INTEGRATION = "ci-oidc-naming";
/** Gives tokens of a group. */
export const GROUP_INTEGRATION = "ci-oidc-group";
export const ORPHAN_INTEGRATION = "ci-oidc-orphan";
export const JFROG_USER = "ci-pusher";

/** What is known to the clouds. */
export interface World {
  readonly aws: Account;
  readonly providers: readonly Provider[];
  readonly accounts: readonly ServiceAccount[];
  readonly applications: readonly Application[];
  readonly integrations: readonly Integration[];
}

const ECR = ["ecr:GetAuthorizationToken"];
const ECR_PUBLIC = ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"];
const ALL_ECR = [...ECR, ...ECR_PUBLIC];

// https://github.com/Azure/azure-sdk-for-js (sdk/identity/identity/src/credentials/gitHubActionsCredential.ts)
const AZURES = [
  {
    ...{ logins: ["login.microsoftonline.com"], audience: "api://AzureADTokenExchange" },
    ...{ object: "public", registries: [ACR] },
  },
  {
    ...{ logins: ["login.microsoftonline.us"], audience: "api://AzureADTokenExchangeUSGov" },
    ...{ object: "us", registries: [ACR_US] },
  },
  {
    logins: ["login.chinacloudapi.cn", "login.partner.microsoftonline.cn"],
    ...{ audience: "api://AzureADTokenExchangeChina", object: "cn", registries: [ACR_CN] },
  },
] as const;

export const worldOf = (issuer: string, authorization: string): World => {
  const subject = SUBJECT;
  const trust = { issuer, subject: "repo:acme/app:*", audiences: ["sts.amazonaws.com"] };
  const application = { tenant: TENANT, subject };
  const integration = { issuer, subject };
  return {
    aws: {
      roles: [
        { arn: ROLE, ...trust, actions: ALL_ECR },
        { arn: IDLE_ROLE, ...trust, actions: [] },
        { arn: ORPHAN_ROLE, ...trust, issuer: NOBODY, actions: ALL_ECR },
      ],
      keys: [{ ...ACCESS_KEY, arn: `arn:aws:iam::${ACCOUNT}:user/ci`, actions: ALL_ECR }],
      container: { authorization, role: { arn: ROLE, actions: ALL_ECR } },
    },
    providers: [
      { name: PROVIDER, issuer, subject },
      { name: ORPHAN_PROVIDER, issuer: NOBODY, subject },
      { name: OTHER_PROVIDER, issuer, subject, allowedAudiences: [OTHER_AUDIENCE] },
    ],
    accounts: [
      { email: SERVICE_ACCOUNT, users: [subject] },
      { email: CLOSED_ACCOUNT, users: [] },
    ],
    applications: [
      ...AZURES.map((cloud) => ({ ...application, ...cloud, client: CLIENT, issuer })),
      { ...application, ...AZURES[0], client: ORPHAN_CLIENT, object: "orphan", issuer: NOBODY },
    ],
    integrations: [
      { name: INTEGRATION, ...integration, user: JFROG_USER },
      { name: STRICT_INTEGRATION, ...integration, user: JFROG_USER, audience: JFROG_AUDIENCE },
      { name: NAMING_INTEGRATION, ...integration, user: JFROG_USER, namesUser: true },
      { name: GROUP_INTEGRATION, ...integration },
      { name: ORPHAN_INTEGRATION, ...integration, issuer: NOBODY },
    ],
  };
};
