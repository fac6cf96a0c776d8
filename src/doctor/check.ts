import type { AuthEntry } from "../docker-config/model.ts";
import { shownUser } from "../docker-config/shown-user.ts";
import type { Send } from "../network/http.ts";
import { act, withAuthorization } from "./act.ts";
import { authorize } from "./authorize.ts";
import { judge, unreached } from "./judge.ts";
import { failed, good, isOutcome, type Outcome, type Step } from "./outcome.ts";
import type { Place } from "./place.ts";
import { sendWithin } from "./redirects.ts";
import { type Reached, reach } from "./registry.ts";

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
  const answer = await sendWithin(request, send);
  return answer.status === 200
    ? good("identity", `accepted as ${shownUser(entry) || "the owner of a token"}`)
    : judge("identity", answer);
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
 * pulled and pushed (RULE 22). https://distribution.github.io/distribution/spec/api/
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
