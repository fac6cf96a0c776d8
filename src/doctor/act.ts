import type { AuthEntry } from "../docker-config/model.ts";
import type { Send } from "../network/http.ts";
import type { HttpAnswer, HttpRequest } from "../network/request.ts";
import { type Authorization, authorize } from "./authorize.ts";
import { judge } from "./judge.ts";
import { good, isOutcome, type Outcome } from "./outcome.ts";
import { isDigest, type Place } from "./place.ts";
import { sendOn, sendWithin } from "./redirects.ts";
import type { Reached } from "./registry.ts";

export const withAuthorization = (
  request: HttpRequest,
  authorization: Authorization | undefined,
): HttpRequest =>
  authorization
    ? { ...request, headers: { ...request.headers, authorization: [...authorization] } }
    : request;

type Act = (
  reached: Reached,
  place: Place,
  authorization: Authorization | undefined,
  send: Send,
) => Promise<Outcome>;

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const pull: Act = async (
  { url },
  { repository, reference = "latest" },
  authorization,
  send,
): Promise<Outcome> => {
  const ask = (method: "HEAD" | "GET"): Promise<HttpAnswer> => {
    const manifest = `${url}/v2/${repository}/manifests/${reference}`;
    const request = { method, url: manifest, headers: { accept: MANIFESTS } };
    return sendOn(withAuthorization(request, authorization), send);
  };
  const head = await ask("HEAD");
  // HEAD has no body to say whether it is the tag or the repository that is not there, and not all know it.
  const answer = head.status === 404 || head.status === 405 ? await ask("GET") : head;
  if (answer.status === 200) return good("pull", `allowed: ${reference} is there`);
  const shown = isDigest(reference) ? reference : `tag ${reference}`;
  return answer.status === 404 && /MANIFEST_UNKNOWN|manifest unknown/i.test(answer.text)
    ? good("pull", `allowed, but there is no ${shown}`)
    : judge("pull", answer);
};

const push: Act = async ({ url }, { repository }, authorization, send): Promise<Outcome> => {
  const uploads = `${url}/v2/${repository}/blobs/uploads/`;
  const request = withAuthorization({ method: "POST", url: uploads }, authorization);
  const start = await sendWithin(request, send);
  if (start.status !== 202) return judge("push", start);
  const location = start.header("location") ?? "";
  const upload = URL.canParse(location, url) ? new URL(location, url) : undefined;
  // What was begun is taken back, where that is at the registry itself.
  if (upload?.origin === new URL(url).origin)
    await send(withAuthorization({ method: "DELETE", url: upload.href }, authorization)).catch(
      () => undefined,
    );
  return good("push", "allowed");
};

/** Whether an image may be pulled or pushed: a token alone proves nothing, it is used. What a push begins is taken back. */
export const act = async (
  step: "pull" | "push",
  reached: Reached,
  place: Place,
  entry: AuthEntry | undefined,
  send: Send,
): Promise<Outcome> => {
  const actions = step === "pull" ? "pull" : "pull,push";
  const scope = `repository:${place.repository}:${actions}`;
  const authorization = await authorize(step, reached, [scope], entry, send);
  if (isOutcome(authorization)) return authorization;
  return (step === "pull" ? pull : push)(reached, place, authorization, send);
};
