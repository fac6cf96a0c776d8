import { resolve } from "node:path";
import { secretIn, textIn } from "../exchange/answer.ts";
import { isNear } from "../hosts.ts";
import type { HttpAnswer } from "../network/request.ts";
import { printable } from "../printable.ts";
import { type Asker, Lacking } from "../registries/kind.ts";
import { Secret } from "../secret.ts";
import { readSmallFile } from "../small-file.ts";
import { withoutLineBreak } from "../variables.ts";
import { awsEndpoint } from "./endpoint.ts";
import type { EcrPlace } from "./hosts.ts";

/** Who one is for AWS, and where that is from. */
export interface AwsCredentials {
  readonly id: string;
  readonly key: Secret;
  readonly session?: Secret;
  readonly from: string;
}

/** The variables of AWS' SDKs that hold secrets. */
export const AWS_SECRETS = [
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
] as const;

const AUDIENCE = "sts.amazonaws.com";

/** Of the session, in AWS' logs: 2 to 64 of these characters. */
const sessionName = (id: string): string =>
  `berth-${id.replace(/[^\w+=,.@-]+/g, "-")}`.slice(0, 64);

const tagIn = (text: string, name: string, step: string): string =>
  textIn({ [name]: new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1] }, name, step);

// AWS asks the job's CI for its keys, which may fail for the moment.
const passes = ({ text }: HttpAnswer): boolean =>
  /IDPCommunicationError|retrieve verification key|Throttling|RequestLimitExceeded/.test(text);

/** Takes a role that trusts the token. */
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
const assumeRole = async (
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

const readToken = async (variable: string, path: string, cwd: string): Promise<Secret> => {
  const text = await readSmallFile(resolve(cwd, path)).catch(() => undefined);
  const token = withoutLineBreak(text ?? "");
  if (token !== "") return new Secret(token);
  throw new Lacking(`${variable} names ${printable(path)}, which holds nothing to read`, "");
};

const FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";

// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
const containerUrl = (full: string | undefined, relative: string | undefined): string => {
  const url = relative === undefined ? full : `http://169.254.170.2${relative}`;
  const { protocol, hostname } = new URL(URL.canParse(url ?? "") ? (url ?? "") : "x:");
  if (protocol === "https:" || (protocol === "http:" && isNear(hostname))) return url ?? "";
  const name = relative === undefined ? FULL : RELATIVE;
  throw new Lacking(`${name} leads neither to this machine nor to a server of https`, "correct it");
};

const ofContainer = async ({ variables, cwd, ask }: Asker): Promise<AwsCredentials | undefined> => {
  const { env, secrets } = variables;
  const [relative, full] = [env[RELATIVE], env[FULL]];
  if (relative === undefined && full === undefined) return undefined;
  const file = env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
  const authorization = file
    ? await readToken("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file, cwd)
    : secrets["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
  const step = "the credentials of the container";
  const answer = await ask(step, {
    method: "GET",
    url: containerUrl(full, relative),
    ...(authorization && { headers: { authorization } }),
  });
  return {
    id: textIn(answer, "AccessKeyId", step),
    key: secretIn(answer, "SecretAccessKey", step),
    session: secretIn(answer, "Token", step),
    from: "the container's role",
  };
};

const ofEnvironment = ({ env, secrets }: Asker["variables"]): AwsCredentials | undefined => {
  const id = withoutLineBreak(env["AWS_ACCESS_KEY_ID"] ?? "");
  const key = secrets["AWS_SECRET_ACCESS_KEY"];
  const session = secrets["AWS_SESSION_TOKEN"];
  if (!id || !key) return undefined;
  return { id, key, ...(session && { session }), from: "AWS_ACCESS_KEY_ID" };
};

const ofFile = async (place: EcrPlace, asker: Asker): Promise<AwsCredentials | undefined> => {
  const { env } = asker.variables;
  const [file, role] = [env["AWS_WEB_IDENTITY_TOKEN_FILE"], env["AWS_ROLE_ARN"]];
  if (file === undefined) return undefined;
  if (role === undefined)
    throw new Lacking("AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not", "set it, too");
  const token = await readToken("AWS_WEB_IDENTITY_TOKEN_FILE", file, asker.cwd);
  return assumeRole({ role, token, session: env["AWS_ROLE_SESSION_NAME"] }, place, asker);
};

/** By a role that trusts the job, or as AWS' SDKs find credentials in the job's environment. Throws `Lacking`. */
export const awsCredentials = async (
  role: string | undefined,
  place: EcrPlace,
  asker: Asker,
): Promise<AwsCredentials> => {
  if (role !== undefined) {
    const { secret } = await asker.idToken(AUDIENCE);
    return assumeRole({ role, token: secret }, place, asker);
  }
  const found =
    ofEnvironment(asker.variables) ?? (await ofFile(place, asker)) ?? (await ofContainer(asker));
  if (found) return found;
  throw new Lacking(
    "the job has no credentials of AWS in its environment (profiles and an instance's role are not looked for)",
    "name a role that trusts the job: role=arn:aws:iam::ACCOUNT:role/NAME",
  );
};
