import { randomBytes } from "node:crypto";
import type { Sessions } from "./aws-sessions.ts";
import { signerOf } from "./aws-signature.ts";
import { type Handler, headerOf, type Received, type Reply } from "./http.ts";
import type { Keep } from "./token.ts";

const TYPE = "application/x-amz-json-1.1";

const reply = (status: number, body: string): Reply => ({
  ...{ status, headers: { "content-type": TYPE }, body },
});

// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html
export const ecrError = (type: string, message?: string): Reply =>
  reply(400, JSON.stringify({ __type: type, message }));

/** What ends the names of AWS' API hosts: with IPv4, and with both. https://github.com/boto/botocore (partitions.json) */
const HOST =
  /^(?:api\.(?<plain>ecr|ecr-public)(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?:amazonaws\.(?:com|com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov)|(?<dual>ecr|ecr-public)(?:-fips)?\.(?<dualRegion>[a-z0-9-]+)\.api\.(?:aws|amazonwebservices\.com\.cn|amazonwebservices\.eu))$/;

interface Place {
  readonly service: string;
  readonly region: string;
}

export const ecrPlaceOf = (host: string): Place | undefined => {
  const { plain, region, dual, dualRegion } = HOST.exec(host)?.groups ?? {};
  const service = plain ?? dual;
  return service === undefined ? undefined : { service, region: region ?? dualRegion ?? "" };
};

const TARGETS: Readonly<Record<string, string>> = {
  ecr: "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
  "ecr-public": "SpencerFrontendService.GetAuthorizationToken",
};

const NEEDS: Readonly<Record<string, readonly string[]>> = {
  ecr: ["ecr:GetAuthorizationToken"],
  // https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html#public-registry-auth
  "ecr-public": ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"],
};

const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

const isCall = (received: Received, target: string | undefined): boolean =>
  received.method === "POST" &&
  received.url.pathname === "/" &&
  headerOf(received, "content-type") === TYPE &&
  headerOf(received, "x-amz-target") === target;

const TWELVE_HOURS = 12 * 60 * 60;

/** ECR and ECR Public: GetAuthorizationToken. */
export const makeEcr =
  (sessions: Sessions, keep: Keep): Handler =>
  async (received) => {
    const place = ecrPlaceOf(received.host) as Place;
    if (!isCall(received, TARGETS[place.service])) return ecrError("UnknownOperationException");
    const signer = await signerOf(received, place, sessions);
    if (!("id" in signer)) return ecrError(...signer);
    if (!isObject(received.body)) return ecrError("SerializationException");
    const missing = NEEDS[place.service]?.find((action) => !signer.actions.includes(action));
    if (missing !== undefined) {
      const message = `User: ${signer.arn} is not authorized to perform: ${missing} on resource: * because no identity-based policy allows the ${missing} action`;
      // This one has a capital: botocore takes both (botocore/parsers.py).
      return reply(400, JSON.stringify({ __type: "AccessDeniedException", Message: message }));
    }
    const password = keep("ecr password", randomBytes(960).toString("base64"));
    const token = Buffer.from(`AWS:${password}`).toString("base64");
    keep("ecr token", token);
    // AWS writes seconds as Java does: 1.767366245123E9.
    const ends = (Date.now() / 1000 + TWELVE_HOURS).toExponential(12).replace("e+", "E");
    const account = /::(\d{12}):/.exec(signer.arn)?.[1];
    const data = `"authorizationToken":"${token}","expiresAt":${ends}`;
    const registry = `https://${account}.dkr.ecr.${place.region}.amazonaws.com`;
    return reply(
      200,
      place.service === "ecr"
        ? `{"authorizationData":[{${data},"proxyEndpoint":"${registry}"}]}`
        : `{"authorizationData":{${data}}}`,
    );
  };
