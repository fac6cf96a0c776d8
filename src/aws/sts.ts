import { textIn } from "../exchange/answer.ts";
import type { HttpAnswer } from "../network/request.ts";
import type { Asker } from "../registries/kind.ts";
import { Secret } from "../secret.ts";
import type { AwsCredentials } from "./credentials.ts";
import { awsEndpoint } from "./endpoint.ts";
import type { EcrPlace } from "./hosts.ts";

/** Of the session, in AWS' logs: 2 to 64 of these characters. */
const sessionName = (id: string): string =>
  `berth-${id.replace(/[^\w+=,.@-]+/g, "-")}`.slice(0, 64);

const tagIn = (text: string, name: string, step: string): string =>
  textIn({ [name]: new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1] }, name, step);

// AWS asks the job's CI for its keys, which may fail for the moment.
const passes = ({ text }: HttpAnswer): boolean =>
  /IDPCommunicationError|retrieve verification key|Throttling|RequestLimitExceeded/.test(text);

/** Takes a role that trusts the token. Throws `Lacking`. */
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
export const assumeRole = async (
  { role, token, session }: { role: string; token: Secret; session?: string | undefined },
  place: EcrPlace,
  { variables, job, askText }: Asker,
): Promise<AwsCredentials> => {
  const step = "AWS STS AssumeRoleWithWebIdentity";
  const url = awsEndpoint(place.sts, variables.env, "AWS_ENDPOINT_URL_STS");
  const text = await askText(step, {
    method: "POST",
    url,
    headers: { accept: "application/xml" },
    body: {
      form: {
        ...{ Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleArn: role },
        RoleSessionName: session ?? sessionName(job.id),
        WebIdentityToken: token,
      },
    },
    passes,
  });
  return {
    id: tagIn(text, "AccessKeyId", step),
    key: new Secret(tagIn(text, "SecretAccessKey", step)),
    session: new Secret(tagIn(text, "SessionToken", step)),
    from: role,
  };
};
