import type { AuthEntry } from "../docker-config/model.ts";
import { isObject } from "../docker-config/shapes.ts";
import type { Send } from "../network/http.ts";
import type { HttpAnswer, HttpRequest } from "../network/request.ts";
import { Secret } from "../secret.ts";
import type { Challenge } from "./challenge.ts";
import { judge, said, unreached } from "./judge.ts";
import { failed, type Outcome, type Step } from "./outcome.ts";
import type { Reached } from "./registry.ts";
import { isTrusted } from "./trusted.ts";

/** What goes before the credential of a request. */
export type Authorization = readonly [scheme: string, secret: Secret];

const CLIENT = "berth";

const byRefreshToken = (
  { realm = "", service = "" }: Challenge["parameters"],
  scopes: readonly string[],
  token: Secret,
): HttpRequest => {
  const asked = { service, client_id: CLIENT, scope: scopes.join(" ") };
  const form = { grant_type: "refresh_token", ...asked, refresh_token: token };
  return { method: "POST", url: realm, body: { form } };
};

const byPassword = (
  { realm = "", service }: Challenge["parameters"],
  scopes: readonly string[],
  entry: AuthEntry | undefined,
): HttpRequest => {
  const url = new URL(realm);
  if (service) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  if (entry?.user) url.searchParams.set("account", entry.user);
  url.searchParams.set("client_id", CLIENT);
  return {
    ...{ method: "GET", url: url.href },
    ...(entry?.auth && { headers: { authorization: ["Basic ", entry.auth] } }),
  };
};

const tokenIn = ({ text }: HttpAnswer): Secret | undefined => {
  try {
    const json: unknown = JSON.parse(text);
    const token = isObject(json) ? json["token"] || json["access_token"] : undefined;
    return typeof token === "string" && /^[!-~]+$/.test(token) ? new Secret(token) : undefined;
  } catch {
    return undefined;
  }
};

const judgeToken = (step: Step, answer: HttpAnswer, isKnown: boolean): Outcome => {
  if (answer.status === 404)
    return failed(step, "server", `there is no token server where it says: ${said(answer)}`);
  if (answer.status !== 401) return judge(step, answer);
  return isKnown
    ? failed(step, "wrong-credential", `the credential is not accepted: ${said(answer)}`)
    : failed(step, "no-permission", `it needs a login: ${said(answer)}`);
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
  const { parameters } = challenge;
  if (!isTrusted(parameters["realm"] ?? "", url))
    return failed(step, "server", "it wants the credential to be sent where it would not be safe");
  try {
    const answer = await send(
      entry?.identityToken
        ? byRefreshToken(parameters, scopes, entry.identityToken)
        : byPassword(parameters, scopes, entry),
    );
    if (answer.status !== 200) return judgeToken(step, answer, entry !== undefined);
    const token = tokenIn(answer);
    return token ? ["Bearer ", token] : failed(step, "server", "its answer has no token in it");
  } catch (error) {
    return unreached(step, error);
  }
};
