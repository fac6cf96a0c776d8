import { randomUUID } from "node:crypto";
import { escaped, NAMESPACE, stsError, violationIn, xml } from "./aws-query.ts";
import {
  assumedRole,
  beginSession,
  isoTime,
  type Session,
  type Sessions,
  uniqueId,
} from "./aws-sessions.ts";
import { formIn, type Handler, type Reply } from "./http.ts";
import { audiencesIn, claimsIn, flawOf, type Keep } from "./token.ts";

/** A role of IAM, and whom it trusts. */
export interface Role {
  readonly arn: string;
  /** An identity provider of its account, and the client ids that are registered there. */
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** The condition on `sub`, with * as in StringLike. */
  readonly subject: string;
  readonly actions: readonly string[];
}

const isLike = (pattern: string, value: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s").test(
    value,
  );

const success = (role: Role, name: string, session: Required<Session>, token: string): Reply => {
  const { sub = "", aud = "", iss = "" } = claimsIn(token) ?? {};
  const account = role.arn.split(":")[4];
  return xml(
    200,
    `<AssumeRoleWithWebIdentityResponse xmlns="${NAMESPACE}">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>${escaped(sub)}</SubjectFromWebIdentityToken>
    <Audience>${escaped([aud].flat().join())}</Audience>
    <AssumedRoleUser>
      <Arn>${session.arn}</Arn>
      <AssumedRoleId>${uniqueId("AROA")}:${name}</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <SessionToken>${session.token}</SessionToken>
      <SecretAccessKey>${session.secret}</SecretAccessKey>
      <Expiration>${isoTime(session.ends)}</Expiration>
      <AccessKeyId>${session.id}</AccessKeyId>
    </Credentials>
    <Provider>arn:aws:iam::${account}:oidc-provider/${iss.replace(/^https?:\/\//, "")}</Provider>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata>
    <RequestId>${randomUUID()}</RequestId>
  </ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>`,
  );
};

/** AWS' Security Token Service: AssumeRoleWithWebIdentity. */
export const makeSts =
  (roles: readonly Role[], sessions: Sessions, keep: Keep): Handler =>
  async (received) => {
    const { Action, Version, RoleArn, RoleSessionName, WebIdentityToken, DurationSeconds } =
      (received.method === "POST" && received.url.pathname === "/" && formIn(received)) || {};
    if (Action === undefined) return stsError(400, "MissingAction", "Action is missing");
    if (Action !== "AssumeRoleWithWebIdentity" || Version !== "2011-06-15") {
      const message = `Could not find operation ${Action} for version ${Version ?? "NO_VERSION_SPECIFIED"}`;
      return stsError(400, "InvalidAction", message);
    }
    // "Calling AssumeRoleWithWebIdentity does not require the use of AWS security credentials": none of them is any here.
    if (received.headers.authorization !== undefined) {
      const message = "The security token included in the request is invalid";
      return stsError(403, "InvalidClientTokenId", message);
    }
    const invalid = (message: string) => stsError(400, "ValidationError", message);
    const given = { RoleArn, RoleSessionName, WebIdentityToken };
    for (const [name, value] of Object.entries(given)) {
      const violation = violationIn(name, value);
      if (violation !== undefined) return invalid(violation);
    }
    if (!/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(RoleArn ?? ""))
      return invalid(`${RoleArn} is invalid`);
    const seconds = Number(DurationSeconds ?? 3600);
    if (!(seconds >= 900))
      return invalid(
        `1 validation error detected: Value '${DurationSeconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`,
      );
    if (seconds > 3600)
      return invalid(
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
      );

    const token = WebIdentityToken ?? "";
    const claims = claimsIn(token);
    const refuse = (message: string) => stsError(400, "InvalidIdentityToken", message);
    if (!claims)
      return refuse(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
      );
    const role = roles.find(({ arn }) => arn === RoleArn);
    const denied = stsError(
      403,
      "AccessDenied",
      "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    );
    if (!role) return denied;
    const { iss = "", sub = "", exp } = claims;
    if (iss !== role.issuer)
      return refuse(`No OpenIDConnect provider found in your account for ${iss}`);
    const flaw = await flawOf(token, iss);
    if (flaw === "unreachable") {
      const message = "The identity provider could not be reached";
      return stsError(400, "IDPCommunicationError", message);
    }
    if (flaw === "signature")
      return refuse(
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
      );
    if (flaw === "expired") {
      const now = Math.floor(Date.now() / 1000);
      const message = `Token expired: current date/time ${now} must be before the expiration date/time ${exp}`;
      return stsError(400, "ExpiredTokenException", message);
    }
    if (!audiencesIn(claims).some((audience) => role.audiences.includes(audience)))
      return refuse("Incorrect token audience");
    if (!isLike(role.subject, sub)) return denied;
    const arn = assumedRole(role.arn, RoleSessionName ?? "");
    const session = beginSession({ arn, actions: role.actions }, seconds, sessions, keep);
    return success(role, RoleSessionName ?? "", session, token);
  };
