import { createHash } from "node:crypto";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Session, Sessions } from "./aws-sessions.ts";
import { headerOf, type Received } from "./http.ts";

/** Why a request is refused: an exception of AWS' and what it says. */
export type Refusal = readonly [type: string, message: string];

const invalid = (message: string): Refusal => ["InvalidSignatureException", message];

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<id>[^/,]+)\/(?<date>\d{8})\/(?<region>[^/,]+)\/(?<service>[^/,]+)\/aws4_request, ?SignedHeaders=(?<names>[^,]+), ?Signature=(?<signature>[0-9a-f]{64})$/;

const FIVE_MINUTES = 5 * 60 * 1000;

const stamp = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");

const timeOf = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

const staleness = (text: string): Refusal | undefined => {
  const now = Date.now();
  const time = timeOf(text);
  if (!(time >= now - FIVE_MINUTES))
    return invalid(
      `Signature expired: ${text} is now earlier than ${stamp(now - FIVE_MINUTES)} (${stamp(now)} - 5 min.)`,
    );
  if (time > now + FIVE_MINUTES)
    return invalid(
      `Signature not yet current: ${text} is still later than ${stamp(now + FIVE_MINUTES)} (${stamp(now)} + 5 min.)`,
    );
  return undefined;
};

const TOKEN = "x-amz-security-token";
const CHECKSUM = "x-amz-content-sha256";

const areSigned = (names: readonly string[], received: Received): boolean =>
  Object.keys(received.headers).every(
    (name) => !/^x-amz-|^host$/.test(name) || names.includes(name),
  );

// What AWS does: it signs the request that has come with the secret that it knows, and compares.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
const signatureOf = async (
  received: Received,
  { id, secret, token }: Session,
  place: { readonly service: string; readonly region: string },
  names: readonly string[],
): Promise<string> => {
  const { method, url, body } = received;
  const signer = new SignatureV4({
    ...{ ...place, sha256: Sha256, applyChecksum: false },
    credentials: {
      ...{ accessKeyId: id, secretAccessKey: secret },
      ...(token !== undefined && { sessionToken: token }),
    },
  });
  const signed = await signer.sign(
    {
      ...{ method, protocol: "https:", hostname: url.hostname, path: url.pathname, body },
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(names.map((name) => [name, headerOf(received, name)])),
    },
    {
      signingDate: new Date(timeOf(headerOf(received, "x-amz-date"))),
      signableHeaders: new Set(names),
    },
  );
  return signed.headers["authorization"] ?? "";
};

/** Who has signed the request, by Signature Version 4 for this service and region, or why it is refused. */
export const signerOf = async (
  received: Received,
  place: { readonly service: string; readonly region: string },
  sessions: Sessions,
): Promise<Session | Refusal> => {
  const authorization = headerOf(received, "authorization");
  if (authorization === "")
    return ["MissingAuthenticationTokenException", "Missing Authentication Token"];
  const parts = AUTHORIZATION.exec(authorization)?.groups;
  if (!parts)
    return ["IncompleteSignatureException", "Authorization header is not of the form of AWS4"];
  const session = sessions.get(parts["id"] ?? "");
  if (!session || headerOf(received, TOKEN) !== (session.token ?? ""))
    return [
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
    ];
  if (session.ends && session.ends < new Date())
    return ["ExpiredTokenException", "The security token included in the request is expired"];
  const date = headerOf(received, "x-amz-date");
  const stale = staleness(date);
  if (stale) return stale;
  if (parts["date"] !== date.slice(0, 8))
    return invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${parts["date"]}' != '${date.slice(0, 8)}', from '${date}'.`,
    );
  if (parts["region"] !== place.region)
    return invalid(`Credential should be scoped to a valid region, not '${parts["region"]}'. `);
  if (parts["service"] !== place.service)
    return invalid(`Credential should be scoped to correct service: '${place.service}'. `);
  const names = (parts["names"] ?? "").split(";");
  if (!areSigned(names, received))
    return invalid("'Host' and each 'X-Amz-*' must be a 'SignedHeader' in the AWS Authorization.");
  const hash = createHash("sha256").update(received.body).digest("hex");
  const isWhole = [undefined, hash].includes(received.headers[CHECKSUM] as string | undefined);
  const expected = await signatureOf(received, session, place, names);
  if (
    isWhole &&
    expected.endsWith(`SignedHeaders=${parts["names"]}, Signature=${parts["signature"]}`)
  )
    return session;
  return invalid(
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  );
};
