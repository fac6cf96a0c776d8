import { isThisMachine } from "../hosts.ts";
import type { Send } from "../network/http.ts";
import type { HttpAnswer } from "../network/request.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { judge, said, unreached } from "./judge.ts";
import { failed, type Outcome } from "./outcome.ts";
import { sendOn } from "./redirects.ts";

/** A registry that has answered, and how it wants to be logged in to; nothing where it is open to all. */
export interface Reached {
  readonly url: string;
  readonly challenge?: Challenge;
}

const hostToAsk = (host: string): string => (host === "docker.io" ? "registry-1.docker.io" : host);

// docker asks a registry on this machine without TLS, where it has none.
const schemesFor = (host: string): readonly string[] =>
  isThisMachine(new URL(`https://${host}`).hostname) ? ["https", "http"] : ["https"];

const understood = (url: string, answer: HttpAnswer): Reached | Outcome => {
  const { status } = answer;
  const isPage = /^text\/html/i.test(answer.header("content-type") ?? "");
  if (status === 200 && isPage)
    return failed("reach", "no-registry", "what is there is a page for people, and no registry");
  if (status === 200) return { url };
  if (status === 404)
    return failed("reach", "no-registry", `there is no registry: ${said(answer)}`);
  if (status !== 401) return judge("reach", answer);
  const challenges = parseChallenges(answer.header("www-authenticate") ?? "");
  const challenge = challenges.find(({ scheme }) => scheme === "bearer" || scheme === "basic");
  return challenge
    ? { url, challenge }
    : failed("reach", "no-registry", "it does not say how to log in");
};

/** Asks for the start of the registry's API. Out: that it is there, or why it cannot be used. */
export const reach = async (host: string, send: Send): Promise<Reached | Outcome> => {
  let why: Outcome | undefined;
  for (const scheme of schemesFor(host)) {
    const url = `${scheme}://${hostToAsk(host)}`;
    try {
      return understood(url, await sendOn({ method: "GET", url: `${url}/v2/` }, send));
    } catch (error) {
      const outcome = unreached("reach", error);
      // What has TLS has no answer without it.
      why = why?.kind === "tls" ? why : outcome;
    }
  }
  return why ?? failed("reach", "network", "");
};
