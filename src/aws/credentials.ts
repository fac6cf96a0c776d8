import { type Asker, Lacking } from "../registries/kind.ts";
import type { Secret } from "../secret.ts";
import { withoutLineBreak } from "../variables.ts";
import { ofContainer } from "./container.ts";
import type { EcrPlace } from "./hosts.ts";
import { assumeRole } from "./sts.ts";
import { readToken } from "./token-file.ts";

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
