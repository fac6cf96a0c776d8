import { ecrPlaceOf, makeEcr } from "./aws-ecr.ts";
import { assumedRole, beginSession, isoTime, type Session, type Sessions } from "./aws-sessions.ts";
import { makeSts, type Role } from "./aws-sts.ts";
import { type Handler, headerOf, json, type Service } from "./http.ts";
import type { Keep } from "./token.ts";

/** What an account of AWS has. */
export interface Account {
  readonly roles: readonly Role[];
  /** Access keys that do not end. */
  readonly keys: readonly Session[];
  /** The role of a container, and what its processes show to get credentials of it. */
  readonly container: {
    readonly authorization: string;
    readonly role: Pick<Role, "arn" | "actions">;
  };
}

/** AWS' services that lead to a password for ECR. */
export interface Aws {
  readonly sts: Service;
  readonly ecr: Service;
  /** At /v2/credentials/ROLE. */
  readonly container: Handler;
}

const STS =
  /^sts(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.(?:com|com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov|api\.(?:aws|amazonwebservices\.com\.cn|amazonwebservices\.eu))$/;

/** The endpoint that containers have. https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
const makeContainer =
  ({ authorization, role }: Account["container"], sessions: Sessions, keep: Keep): Handler =>
  (received) => {
    const { method, url } = received;
    if (method !== "GET" || url.pathname !== "/v2/credentials/ci")
      return json(404, { Code: "NotFound", Message: "there are no credentials here" });
    if (headerOf(received, "authorization") !== authorization)
      return json(403, { Code: "AccessDenied", Message: "the authorization token is not valid" });
    const who = { arn: assumedRole(role.arn, "container"), actions: role.actions };
    const { id, secret, token, ends } = beginSession(who, 6 * 60 * 60, sessions, keep);
    return json(200, {
      ...{ AccessKeyId: id, SecretAccessKey: secret, Token: token },
      ...{ Expiration: isoTime(ends), RoleArn: role.arn },
    });
  };

export const makeAws = ({ roles, keys, container }: Account, keep: Keep): Aws => {
  const sessions: Sessions = new Map(keys.map((key) => [key.id, key]));
  return {
    sts: { recognises: (host) => STS.test(host), handle: makeSts(roles, sessions, keep) },
    ecr: {
      recognises: (host) => ecrPlaceOf(host) !== undefined,
      handle: makeEcr(sessions, keep),
    },
    container: makeContainer(container, sessions, keep),
  };
};
