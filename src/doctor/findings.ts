import { hostOfKey, isNamespaced, keysFor, shownKey } from "../docker-config/keys.ts";
import { keysOf } from "../docker-config/layers.ts";
import { usable } from "./docker-auth-config.ts";
import { bad, type Finding, note } from "./finding.ts";
import { findingsInFiles } from "./in-files.ts";
import type { Sight } from "./sight.ts";

/** Where the variables of the clients lead if the job's berth is in use. */
const LEADS_TO: Readonly<Record<string, string>> = {
  DOCKER_CONFIG: "",
  REGISTRY_AUTH_FILE: "/auth.json",
  HELM_REGISTRY_CONFIG: "/config.json",
  WERF_DOCKER_CONFIG: "",
};

const notHere = ({ isNamed, noJob }: Sight): readonly Finding[] =>
  isNamed && noJob
    ? [
        bad(
          "no-job",
          noJob,
          "name none: berth finds it out; outside of CI give a job's variables with --env-file",
        ),
      ]
    : [];

const bypassed = ({ berth, variables: { env } }: Sight): readonly Finding[] => {
  if (berth === undefined) return [];
  const exported = Object.keys(LEADS_TO).filter((name) => name in berth.marker.earlier);
  const others = exported.filter((name) => env[name] !== berth.path + LEADS_TO[name]);
  const hint = 'evaluate it here: eval "$(berth ci-env)"';
  if (others.length > 0 && others.length === exported.length)
    return [bad("not-evaluated", "the job has a berth, and this shell does not use it", hint)];
  return others.map((name) => {
    const value = env[name];
    const text = value === undefined ? "is not set" : `is ${value}`;
    return bad("bypass", `${name} ${text}, and so leads past the job's berth`, hint);
  });
};

/** The keys of DOCKER_AUTH_CONFIG under which docker finds another credential there than in the berth. */
const preferredKeys = ({ berth, dockerAuthConfig }: Sight): readonly string[] => {
  const variable = usable(dockerAuthConfig);
  if (!variable || !berth || !("DOCKER_CONFIG" in berth.marker.earlier)) return [];
  const { answering, logins } = berth.marker;
  const requested = new Set(logins.requested.filter((key) => !isNamespaced(key)).map(hostOfKey));
  return (
    keysOf(variable.config)
      .filter((key) => keysFor(key).includes(key))
      // With --store helper the variable stays set: what was asked for apart, the helper answers the same from it.
      .filter((key) => !answering?.useDockerAuthConfig || requested.has(hostOfKey(key)))
  );
};

const preferred = (sight: Sight): readonly Finding[] => {
  const keys = preferredKeys(sight);
  if (keys.length === 0) return [];
  return [
    bad(
      "docker-auth-config",
      `DOCKER_AUTH_CONFIG is set, and Docker 28.3 and later prefer it to the berth: ${keys.map(shownKey).join(", ")}`,
      sight.berth?.marker.answering
        ? "take that out of the variable, or leave out --store helper"
        : "unset it; berth ci-env before that takes what it holds into the berth",
    ),
  ];
};

const voided = ({ berth, dockerAuthConfig }: Sight): readonly Finding[] => {
  const why = dockerAuthConfig?.voidedBy;
  if (why === undefined) return [];
  const text = `DOCKER_AUTH_CONFIG has ${why}, for which Docker 28.3 and later pass over all of it`;
  const hint =
    'Docker reads there nothing but {"auths": {HOST: {"auth": …}}}; berth ci-env takes all of it into the berth';
  // In a berth are its credentials all the same.
  return [berth ? note("voided", text, hint) : bad("voided", text, hint)];
};

const missing = ({ access, berth }: Sight): readonly Finding[] => {
  if (access === undefined || berth !== undefined) return [];
  const { notices, logins } = access;
  const none = bad(
    "no-berth",
    "the job has no berth: its clients do not use its credentials",
    'eval "$(berth ci-env)"',
  );
  return [
    ...(logins.length > 0 ? [none] : []),
    ...notices
      .filter(({ level }) => level !== "info")
      .map(({ text, hint = "" }) => bad("no-credential", text, hint)),
  ];
};

const forgotten = ({ forgotten: paths }: Sight): readonly Finding[] =>
  paths.length === 0
    ? []
    : [
        note(
          "forgotten",
          `${paths.length} ${paths.length === 1 ? "berth" : "berths"} of jobs that were killed: ${paths[0]}${paths.length > 1 ? ", …" : ""}`,
          "berth cleanup --stale",
        ),
      ];

/** What is wrong with what the clients of this process would meet, the worst first. Pure. */
export const findingsOf = (sight: Sight): readonly Finding[] => {
  const all = [
    ...notHere(sight),
    ...bypassed(sight),
    ...preferred(sight),
    ...voided(sight),
    ...missing(sight),
    ...findingsInFiles(sight),
    ...forgotten(sight),
  ];
  return [
    ...all.filter(({ level }) => level === "warning"),
    ...all.filter(({ level }) => level === "info"),
  ];
};
