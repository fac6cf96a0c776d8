import type { Send } from "../network/http.ts";
import type { HttpAnswer, HttpRequest } from "../network/request.ts";
import { isTrusted } from "./trusted.ts";

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

const MAX_HOPS = 5;

const nextOf = (request: HttpRequest, answer: HttpAnswer): HttpRequest | undefined => {
  const location = answer.header("location");
  if (!REDIRECTS.includes(answer.status) || !location) return undefined;
  if (!URL.canParse(location, request.url)) return undefined;
  const { href: url, origin } = new URL(location, request.url);
  if (!isTrusted(url, request.url)) return undefined;
  if (origin === new URL(request.url).origin) return { ...request, url };
  const { authorization: _, ...headers } = request.headers ?? {};
  return { ...request, url, headers };
};

/** Sends what asks for something, and follows where a registry leads, as docker does: the credential stays with its host (RULE 23). */
export const sendOn = async (first: HttpRequest, send: Send): Promise<HttpAnswer> => {
  let request = first;
  for (let hops = 0; ; hops += 1) {
    const answer = await send(request);
    const next = hops < MAX_HOPS ? nextOf(request, answer) : undefined;
    if (next === undefined) return answer;
    request = next;
  }
};
