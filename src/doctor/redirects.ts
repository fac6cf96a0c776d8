import type { Send } from "../network/http.ts";
import type { HttpAnswer, HttpRequest } from "../network/request.ts";
import { isTrusted } from "./trusted.ts";

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
// After the others a client asks with GET. https://www.rfc-editor.org/rfc/rfc9110#section-15.4
const KEEP_METHOD: readonly number[] = [307, 308];

const MAX_HOPS = 5;

const isSameOrigin = (one: string, other: string): boolean =>
  new URL(one).origin === new URL(other).origin;

const nextOf = (request: HttpRequest, answer: HttpAnswer): HttpRequest | undefined => {
  const location = answer.header("location");
  const redirects = request.method === "POST" ? KEEP_METHOD : REDIRECTS;
  if (!redirects.includes(answer.status) || !location) return undefined;
  if (!URL.canParse(location, request.url)) return undefined;
  const url = new URL(location, request.url).href;
  if (!isTrusted(url, request.url)) return undefined;
  if (isSameOrigin(url, request.url)) return { ...request, url };
  const { authorization: _, ...headers } = request.headers ?? {};
  return { ...request, url, headers };
};

const follow = async (
  first: HttpRequest,
  send: Send,
  mayAsk: (url: string) => boolean,
): Promise<HttpAnswer> => {
  let request = first;
  for (let hops = 0; ; hops += 1) {
    const answer = await send(request);
    const next = hops < MAX_HOPS ? nextOf(request, answer) : undefined;
    if (next === undefined || !mayAsk(next.url)) return answer;
    request = next;
  }
};

/** Sends what asks for something, and follows where a registry leads, as docker does: the credential stays with its host (RULE 23). */
export const sendOn = (first: HttpRequest, send: Send): Promise<HttpAnswer> =>
  follow(first, send, () => true);

/** The same within a host: what another one says is no word on a credential that it has not got. */
export const sendWithin = (first: HttpRequest, send: Send): Promise<HttpAnswer> =>
  follow(first, send, (url) => isSameOrigin(url, first.url));
