import type { HttpRequest } from "../network/request.ts";
import { Lacking } from "../registries/kind.ts";
import { Secret } from "../secret.ts";
import type { AwsCredentials } from "./credentials.ts";

/** A request for a service of AWS, signed with the credentials: Signature Version 4. Throws `Lacking`. */
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
export const signed = async (
  { url, target, body }: { url: string; target: string; body: string },
  { id, key, session }: AwsCredentials,
  { service, region }: { service: string; region: string },
): Promise<HttpRequest> => {
  // It goes into a header.
  if (!/^\w+$/.test(id)) throw new Lacking("the id of the access key of AWS is none", "correct it");
  const { AwsV4Signer } = await import("aws4fetch");
  const signer = new AwsV4Signer({
    ...{ method: "POST", url, body, service, region, allHeaders: true },
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    ...{ accessKeyId: id, secretAccessKey: Secret.open(key) },
    ...(session && { sessionToken: Secret.open(session) }),
  });
  const { headers } = await signer.sign();
  const token = "x-amz-security-token";
  headers.delete(token);
  return {
    ...{ method: "POST", url, body: { text: body } },
    headers: { ...Object.fromEntries(headers), ...(session && { [token]: session }) },
  };
};
