import type { AuthEntry } from "../docker-config/model.ts";
import { isObject } from "../docker-config/shapes.ts";
import { isThisMachine } from "../hosts.ts";
import type { Send } from "../network/http.ts";
import type { HttpAnswer, HttpRequest } from "../network/request.ts";
import { Unreachable } from "../network/unreachable.ts";
import { Secret } from "../secret.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { failed, type Outcome, type Step } from "./outcome.ts";

/** A registry that has answered, and how it wants to be logged in to; nothing where it is open to all. */
export interface Reached {
  readonly url: string;
  readonly challenge?: Challenge;
}

/** What goes before the credential of a request. */
export type Authorization = readonly [scheme: string, secret: Secret];

const said = ({ status, explanation }: HttpAnswer): string =>
  explanation ? `HTTP ${status}, ${explanation}` : `HTTP ${status}`;

/** What a bad answer means. Status first: a body may be missing (RULE 22). */
export const judge = (step: Step, answer: HttpAnswer): Outcome => {
  const { status } = answer;
  if (status === 429) return failed(step, "rate-limit", `too many requests: ${said(answer)}`);
  if (status >= 500) return failed(step, "server", `the registry fails: ${said(answer)}`);
  if (status === 403) return failed(step, "no-permission", `no permission: ${said(answer)}`);
  if (status === 404)
    return failed(step, "not-found", `no such repository, or it is hidden: ${said(answer)}`);
  if (status !== 401)
    return failed(step, "server", `an answer that is not expected: ${said(answer)}`);
  const scoped = parseChallenges(answer.header("www-authenticate") ?? "").some(
    ({ parameters }) => parameters["error"] === "insufficient_scope",
  );
  return scoped || step !== "identity"
    ? failed(step, "no-permission", `no permission: ${said(answer)}`)
    : failed(step, "wrong-credential", `the credential is not accepted: ${said(answer)}`);
};

export const unreached = (step: Step, error: unknown): Outcome => {
  if (!(error instanceof Unreachable)) throw error;
  return failed(step, error.kind, error.message);
};

const hostToAsk = (host: string): string => (host === "docker.io" ? "registry-1.docker.io" : host);

// docker asks a registry on this machine without TLS, where it has none.
const schemesFor = (host: string): readonly string[] =>
  isThisMachine(new URL(`https://${host}`).hostname) ? ["https", "http"] : ["https"];

/** Asks for the start of the registry's API. Out: that it is there, or why it cannot be used. */
export const reach = async (host: string, send: Send): Promise<Reached | Outcome> => {
  let last: Outcome | undefined;
  for (const scheme of schemesFor(host)) {
    const url = `${scheme}://${hostToAsk(host)}`;
    try {
      const answer = await send({ method: "GET", url: `${url}/v2/` });
      if (answer.status === 200) return { url };
      if (answer.status === 404)
        return failed("reach", "no-registry", `there is no registry: ${said(answer)}`);
      const challenges = parseChallenges(answer.header("www-authenticate") ?? "");
      const challenge = challenges.find(({ scheme: it }) => it === "bearer" || it === "basic");
      if (answer.status !== 401) return judge("reach", answer);
      if (challenge) return { url, challenge };
      return failed("reach", "no-registry", "it does not say how to log in");
    } catch (error) {
      last = unreached("reach", error);
    }
  }
  return last ?? failed("reach", "network", "");
};

const PRIVATE =
  /^(?:0\.|10\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|127\.|\[f[cde]|\[::|(?:.*\.)?localhost$)/;

// A registry may send credentials elsewhere: only over TLS, and not into the network of the job (RULE 23, go-containerregistry).
const isTrusted = (realm: string, registry: string): boolean => {
  if (!URL.canParse(realm)) return false;
  const [to, from] = [new URL(realm), new URL(registry)];
  if (to.hostname === from.hostname) return to.protocol === "https:" || from.protocol === "http:";
  if (isThisMachine(from.hostname) && isThisMachine(to.hostname)) return true;
  return to.protocol === "https:" && !PRIVATE.test(to.hostname);
};

const tokenRequest = (
  { parameters }: Challenge,
  scopes: readonly string[],
  entry: AuthEntry | undefined,
): HttpRequest => {
  const { realm = "", service = "" } = parameters;
  const client = "berth";
  if (entry?.identityToken) {
    const form = {
      grant_type: "refresh_token",
      service,
      client_id: client,
      scope: scopes.join(" "),
    };
    return {
      method: "POST",
      url: realm,
      body: { form: { ...form, refresh_token: entry.identityToken } },
    };
  }
  const url = new URL(realm);
  if (service) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  if (entry?.user) url.searchParams.set("account", entry.user);
  url.searchParams.set("client_id", client);
  return {
    ...{ method: "GET", url: url.href },
    ...(entry?.auth && { headers: { authorization: ["Basic ", entry.auth] } }),
  };
};

const tokenIn = ({ text }: HttpAnswer): Secret | undefined => {
  try {
    const json: unknown = JSON.parse(text);
    const token = isObject(json) ? (json["token"] ?? json["access_token"]) : undefined;
    return typeof token === "string" && token !== "" ? new Secret(token) : undefined;
  } catch {
    return undefined;
  }
};

/** What a request with these scopes is authorized by; nothing where none is needed. Out: that, or why there is none. */
export const authorize = async (
  step: Step,
  { url, challenge }: Reached,
  scopes: readonly string[],
  entry: AuthEntry | undefined,
  send: Send,
): Promise<Authorization | undefined | Outcome> => {
  if (challenge === undefined) return undefined;
  if (entry?.registryToken) return ["Bearer ", entry.registryToken];
  if (challenge.scheme === "basic") return entry?.auth && ["Basic ", entry.auth];
  const realm = challenge.parameters["realm"] ?? "";
  if (!isTrusted(realm, url))
    return failed(step, "server", "it wants the credential to be sent where it would not be safe");
  try {
    const answer = await send(tokenRequest(challenge, scopes, entry));
    if (answer.status === 401)
      return failed(
        step,
        entry ? "wrong-credential" : "no-permission",
        `${entry ? "the credential is not accepted" : "it needs a login"}: ${said(answer)}`,
      );
    if (answer.status !== 200) return judge(step, answer);
    const token = tokenIn(answer);
    return token ? ["Bearer ", token] : failed(step, "server", "its answer has no token in it");
  } catch (error) {
    return unreached(step, error);
  }
};
