import { homeOf } from "../home.ts";
import type { Machine } from "../machine.ts";
import { type Limits, makeSend } from "../network/http.ts";
import type { Progress } from "../progress.ts";
import { trustFor } from "./certificates.ts";
import { check } from "./check.ts";
import { usesOf } from "./clients.ts";
import { credentialOf } from "./credential.ts";
import type { Examined } from "./diagnosis.ts";
import { bad, type Finding } from "./finding.ts";
import type { Use } from "./found.ts";
import { unreached } from "./judge.ts";
import { isOutcome, type Outcome } from "./outcome.ts";
import { type Place, placeOfKey } from "./place.ts";
import type { Sight } from "./sight.ts";

/** In milliseconds. A registry that wants to be left alone is told of, and not asked again. */
const LIMITS: Limits = { attempt: 10_000, total: 30_000, pause: 400, tries: 2, stopsAt429: true };

const ask = async (
  place: Place,
  use: Use | undefined,
  sight: Sight,
  machine: Machine,
): Promise<readonly Outcome[]> => {
  const { env } = sight.variables;
  const home = homeOf(env, machine) ?? "/";
  const trust = await trustFor(place.host, home);
  const entry = use && (await credentialOf(use, place.host, sight, machine.env));
  if (isOutcome(entry)) return [entry];
  try {
    return await check(place, entry, await makeSend(env, machine.cwd, LIMITS, trust));
  } catch (error) {
    return [unreached("reach", error)];
  }
};

/**
 * Whether the registry accepts the credential of the berth: that of a client that is pointed at it, and for a part of a registry
 * of one that tells parts apart.
 */
export const askIdentity = (
  place: Place,
  sight: Sight,
  machine: Machine,
): Promise<readonly Outcome[]> => {
  const { berth } = sight;
  const uses = usesOf(place, sight).filter(({ from }) => berth && from.startsWith(berth.path));
  const ofPart = uses.find(({ key = "" }) => placeOfKey(key)?.name === place.name);
  const use = ofPart ?? uses[0];
  return ask({ name: place.name, host: place.host }, use, sight, machine);
};

/** What clients use for a place, and with `progress`, which is told of the waiting, what the registry says to docker's credential. */
export const examine = async (
  place: Place,
  sight: Sight,
  machine: Machine,
  progress: Progress | undefined,
): Promise<Examined> => {
  const uses = usesOf(place, sight);
  const outcomes = progress
    ? await progress(`asking ${place.name}`, ask(place, uses[0], sight, machine))
    : [];
  return { place, uses, outcomes };
};

const HINTS: Readonly<Record<Outcome["kind"], string>> = {
  "": "",
  network: "is the name right, and is a proxy needed (HTTPS_PROXY)?",
  tls: "put its authority's certificate into /etc/docker/certs.d/HOST/ca.crt, or name it with SSL_CERT_FILE",
  setup: "correct the variable, or the file",
  "no-registry": "is the name right, with its port?",
  "no-credential":
    'log in: eval "$(berth ci-env)", with --registry for one that is not the job\'s own',
  "helper-failed":
    "what it says is its own: does it want a login, a variable, or an open keychain?",
  "wrong-credential":
    "log in again: berth ci-env; is a token that is used up, or another registry's, in its place?",
  "no-permission":
    "give its user, or its token, the right to this in the registry; or log in by another credential",
  "not-found": "is the name right, and does it have to be made first (ECR, Artifact Registry)?",
  "rate-limit": "wait, or log in: those who are known may do more",
  server: "ask again later",
};

export const hintFor = (kind: Outcome["kind"]): string => HINTS[kind];

const adviceFor = (
  { system, variables, event }: Sight,
  { host, repository }: Place,
  step: Outcome["step"],
) =>
  repository === undefined || (step !== "pull" && step !== "push")
    ? undefined
    : system?.advise?.({ action: step, host, repository }, variables.env, event);

/** What is wrong by what registries have said. Pure. */
export const findingsIn = ({ place, outcomes }: Examined, sight: Sight): readonly Finding[] =>
  outcomes
    .filter(({ isGood }) => !isGood)
    .map(({ step, kind, text }) => {
      const isDenied = kind === "no-permission" || kind === "not-found";
      const advice = isDenied ? adviceFor(sight, place, step) : undefined;
      return bad(kind, `${place.name}: ${step}: ${text}`, advice ?? HINTS[kind]);
    });
