import { secretIn, textIn } from "../exchange/answer.ts";
import { isNear } from "../hosts.ts";
import { type Asker, Lacking } from "../registries/kind.ts";
import type { AwsCredentials } from "./credentials.ts";
import { readToken } from "./token-file.ts";

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

/** Those of the container that the job runs in; nothing where its variables name none. Throws `Lacking`. */
export const ofContainer = async ({
  variables,
  cwd,
  ask,
}: Asker): Promise<AwsCredentials | undefined> => {
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
