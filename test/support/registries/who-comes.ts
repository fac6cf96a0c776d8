import {
  type Answer,
  formIn,
  type Handler,
  headerOf,
  json,
  type Received,
} from "../clouds/http.ts";
import { refusal, unauthorized } from "./behaviour.ts";

/** How a refresh token or another one is called that belongs to a user. */
export const tokenOf = (user: string): string => `token-of-${user}`;

const userOf = (token: string): string => token.replace(/^token-of-/, "");

const whoIs = (received: Received): string => {
  const [, scheme = "", value = ""] =
    /^(\S+) (\S+)$/.exec(headerOf(received, "authorization")) ?? [];
  if (/^basic$/i.test(scheme))
    return Buffer.from(value, "base64").toString("utf8").replace(/:.*$/s, "");
  if (/^bearer$/i.test(scheme)) return userOf(value);
  const { username, refresh_token: token } = formIn(received) ?? {};
  return username ?? (token === undefined ? "nobody" : userOf(token));
};

/** A registry that lets nobody in, and tells who it was; most who come are `nobody` at first. */
export const registryThatTells = (tell: (user: string) => void): Handler => {
  return (received): Answer => {
    const { method, host, url } = received;
    const user = whoIs(received);
    if (user !== "nobody") tell(user);
    // Some ask by POST first, where they have a password, too.
    if (
      url.pathname === "/token" &&
      method === "POST" &&
      formIn(received)?.["refresh_token"] === undefined
    )
      return json(404, {});
    if (url.pathname === "/token" || user !== "nobody")
      return refusal(401, "UNAUTHORIZED", "not for you");
    return unauthorized(`Bearer realm="https://${host}/token",service="${host}"`);
  };
};
