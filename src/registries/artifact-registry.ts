import { endIn, secretIn } from "../exchange/answer.ts";
import { endpoint } from "../exchange/endpoint.ts";
import { moment } from "../time.ts";
import { type Asker, type Credential, ID_TOKEN_FIELDS, type RegistryKind } from "./kind.ts";

const HOST =
  /^(?:[a-z0-9-]+-docker\.pkg\.dev|docker\.[a-z0-9-]+\.rep\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)$/;

const USER = "oauth2accesstoken";
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

type AccessToken = Pick<Credential, "secret" | "until">;

// https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
const federatedToken = async (
  provider: string,
  { idToken, ask, now }: Asker,
): Promise<AccessToken> => {
  const step = "Google STS";
  const { secret } = await idToken(`https://iam.googleapis.com/${provider}`);
  const answer = await ask(step, {
    method: "POST",
    url: "https://sts.googleapis.com/v1/token",
    body: {
      json: {
        audience: `//iam.googleapis.com/${provider}`,
        grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
        requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
        scope: SCOPE,
        subjectTokenType: "urn:ietf:params:oauth:token-type:jwt",
        subjectToken: secret,
      },
    },
  });
  return { secret: secretIn(answer, "access_token", step), ...endIn(answer, now) };
};

// https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
const tokenOf = async (
  account: string,
  { secret }: AccessToken,
  { variables, ask }: Asker,
): Promise<AccessToken> => {
  const step = `Google IAM Credentials, for ${account}`;
  const at = endpoint(
    "https://iamcredentials.googleapis.com",
    variables.env,
    "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS",
  );
  const answer = await ask(step, {
    method: "POST",
    url: `${at}/v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
    headers: { authorization: ["Bearer ", secret] },
    body: { json: { scope: [SCOPE], lifetime: "3600s" } },
  });
  return { secret: secretIn(answer, "accessToken", step), ...moment(answer["expireTime"]) };
};

/** Google's Artifact Registry, and gcr.io, by a provider of Workload Identity Federation. */
export const artifactRegistry = {
  name: "artifact-registry",
  title: "Google Artifact Registry",
  example:
    "europe-docker.pkg.dev,provider=projects/123456789/locations/global/workloadIdentityPools/ci/providers/gitlab,service-account=ci@my-project.iam.gserviceaccount.com",
  lasts: "1 h; without a service account as long as the id token, 1 h at most",
  needs: [["provider"]],
  mayHave: ["service-account", ...ID_TOKEN_FIELDS],
  forms: {
    provider:
      /^projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+$/,
    "service-account": /^(?:[\w.-]+@[a-z0-9.-]+|\d+)$/,
  },
  issued: { user: USER, neverLasts: true },
  check:
    "the provider's issuer, audience and attribute condition, and the roles that its principals, or the service account, have",
  recognises: ({ host }) => HOST.test(host),
  obtain: async ({ from, fields }, asker) => {
    const { provider = "", "service-account": account } = fields;
    const federated = await federatedToken(provider, asker);
    const token = account ? await tokenOf(account, federated, asker) : federated;
    const secretFrom = account ?? provider.replace(/^.*\/workloadIdentityPools\//, "");
    return { user: USER, userFrom: from, ...token, secretFrom };
  },
} as const satisfies RegistryKind;
