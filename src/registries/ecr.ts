import { AWS_SECRETS, awsCredentials } from "../aws/credentials.ts";
import { awsEndpoint } from "../aws/endpoint.ts";
import { type EcrPlace, ecrPlaceOf } from "../aws/hosts.ts";
import { signed } from "../aws/signature.ts";
import { decodeAuth } from "../docker-config/encode.ts";
import { IS_IT_ANOTHER, objectIn, secretIn } from "../exchange/answer.ts";
import type { Secret } from "../secret.ts";
import { moment } from "../time.ts";
import { ID_TOKEN_FIELDS, Lacking, type RegistryKind } from "./kind.ts";

const USER = "AWS";

const passwordOf = (token: Secret, step: string): Secret => {
  const { user, password } = decodeAuth(token) ?? {};
  if (user === USER && password) return password;
  throw new Lacking(`${step}: its token is not that of ${USER}`, IS_IT_ANOTHER);
};

// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
// https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_GetAuthorizationToken.html
const apiOf = ({ isPublic }: EcrPlace) =>
  isPublic
    ? {
        service: "ecr-public",
        target: "SpencerFrontendService",
        variable: "AWS_ENDPOINT_URL_ECR_PUBLIC",
      }
    : {
        ...{ service: "ecr", target: "AmazonEC2ContainerRegistry_V20150921" },
        variable: "AWS_ENDPOINT_URL_ECR",
      };

/** Amazon's Elastic Container Registry, private and public, by a role that trusts the job or by the job's credentials of AWS. */
export const ecr = {
  name: "ecr",
  title: "Amazon ECR",
  example: "123456789012.dkr.ecr.eu-west-1.amazonaws.com,role=arn:aws:iam::123456789012:role/ci",
  lasts: "12 h",
  needs: [],
  mayHave: ["role", ...ID_TOKEN_FIELDS],
  forms: { role: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=.@/-]+$/ },
  secrets: AWS_SECRETS,
  issued: { user: USER, neverLasts: true },
  check:
    "the role's trust policy (provider, aud, sub), and that it allows ecr:GetAuthorizationToken; for public.ecr.aws ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken",
  recognises: ({ host }) => ecrPlaceOf(host) !== undefined,
  obtain: async ({ from, host, fields }, asker) => {
    const place = ecrPlaceOf(host) as EcrPlace;
    const { service, target, variable } = apiOf(place);
    const credentials = await awsCredentials(fields.role, place, asker);
    const step = "Amazon ECR GetAuthorizationToken";
    const url = awsEndpoint(place.ecr, asker.variables.env, variable);
    const request = await signed(
      { url, target: `${target}.GetAuthorizationToken`, body: "{}" },
      credentials,
      { service, region: place.region },
    );
    const passes = ({ text }: { readonly text: string }) => text.includes("Throttling");
    const answer = await asker.ask(step, { ...request, passes });
    const data = objectIn(answer, "authorizationData", step);
    return {
      ...{ user: USER, userFrom: from },
      secret: passwordOf(secretIn(data, "authorizationToken", step), step),
      secretFrom: credentials.from,
      ...moment(data["expiresAt"]),
    };
  },
} as const satisfies RegistryKind;
