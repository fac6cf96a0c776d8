import type { AuthEntry } from "../docker-config/model.ts";
import type { Send } from "../network/http.ts";
import type { HttpAnswer, HttpRequest } from "../network/request.ts";
import { failed, good, type Outcome, type Step } from "./outcome.ts";
import type { Place } from "./place.ts";
import {
  type Authorization,
  authorize,
  judge,
  type Reached,
  reach,
  unreached,
} from "./registry.ts";

const isOutcome = (it: object | undefined): it is Outcome => it !== undefined && "isGood" in it;

const withAuthorization = (
  request: HttpRequest,
  authorization: Authorization | undefined,
): HttpRequest =>
  authorization
    ? { ...request, headers: { ...request.headers, authorization: [...authorization] } }
    : request;

const identify = async (
  reached: Reached,
  entry: AuthEntry | undefined,
  send: Send,
): Promise<Outcome> => {
  if (reached.challenge === undefined)
    return good("identity", "none is needed: the registry is open to all");
  if (entry === undefined)
    return failed(
      "identity",
      "no-credential",
      "there is no credential, and the registry wants one",
    );
  const authorization = await authorize("identity", reached, [], entry, send);
  if (isOutcome(authorization)) return authorization;
  const request = withAuthorization({ method: "GET", url: `${reached.url}/v2/` }, authorization);
  const answer = await send(request);
  return answer.status === 200
    ? good("identity", `accepted as ${entry.user || "the owner of a token"}`)
    : judge("identity", answer);
};

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

// HEAD has no body to say whether it is the tag or the repository that is not there.
const pull = async (
  { url }: Reached,
  { repository, reference = "latest" }: Place,
  authorization: Authorization | undefined,
  send: Send,
): Promise<Outcome> => {
  const ask = (method: "HEAD" | "GET"): Promise<HttpAnswer> =>
    send(
      withAuthorization(
        {
          method,
          url: `${url}/v2/${repository}/manifests/${reference}`,
          headers: { accept: MANIFESTS },
        },
        authorization,
      ),
    );
  const head = await ask("HEAD");
  if (head.status === 200) return good("pull", `allowed: ${reference} is there`);
  const answer = head.status === 404 ? await ask("GET") : head;
  return answer.status === 404 && /MANIFEST_UNKNOWN|manifest unknown/i.test(answer.text)
    ? good("pull", `allowed, but there is no ${reference}`)
    : judge("pull", answer);
};

const push = async (
  { url }: Reached,
  { repository }: Place,
  authorization: Authorization | undefined,
  send: Send,
): Promise<Outcome> => {
  const start = await send(
    withAuthorization(
      { method: "POST", url: `${url}/v2/${repository}/blobs/uploads/` },
      authorization,
    ),
  );
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

const act = async (
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

const guarded = async (step: Step, work: Promise<Outcome>): Promise<Outcome> => {
  try {
    return await work;
  } catch (error) {
    return unreached(step, error);
  }
};

/**
 * Asks a registry, as its clients do: whether it is there, whether the credential is accepted, and for an image whether that may be
 * pulled and pushed (RULE 22). A token alone proves nothing: it is used. Nothing stays in the registry.
 * https://distribution.github.io/distribution/spec/api/
 */
export const check = async (
  place: Place,
  entry: AuthEntry | undefined,
  send: Send,
): Promise<readonly Outcome[]> => {
  const reached = await reach(place.host, send);
  if (isOutcome(reached)) return [reached];
  const isPlain = reached.url.startsWith("http:");
  const there = good(
    "reach",
    isPlain ? "reached, without TLS" : "reached, and its certificate is trusted",
  );
  const identity = await guarded("identity", identify(reached, entry, send));
  if (!identity.isGood && identity.kind !== "wrong-credential" && identity.kind !== "no-credential")
    return [there, identity];
  // A registry may let all pull.
  if (place.repository === undefined || (entry && !identity.isGood)) return [there, identity];
  const pulled = await guarded("pull", act("pull", reached, place, entry, send));
  const pushed = entry && (await guarded("push", act("push", reached, place, entry, send)));
  return [
    there,
    ...(entry || !pulled.isGood ? [identity] : []),
    pulled,
    ...(pushed ? [pushed] : []),
  ];
};
