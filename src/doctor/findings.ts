import { keysOf } from "../docker-config/layers.ts";
import { printable } from "../printable.ts";
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

const bypassed = ({ berth, variables: { env } }: Sight): readonly Finding[] => {
  if (berth === undefined) return [];
  const exported = Object.keys(LEADS_TO).filter((name) => name in berth.marker.earlier);
  const others = exported.filter((name) => env[name] !== berth.path + LEADS_TO[name]);
  const hint = 'evaluate it here: eval "$(berth ci-env)"';
  if (others.length > 0 && others.length === exported.length)
    return [bad("not-evaluated", "the job has a berth, and this shell does not use it", hint)];
  return others.map((name) => {
    const value = env[name];
    const text = value === undefined ? "is not set" : `is ${printable(value)}`;
    return bad("bypass", `${name} ${text}, and so leads past the job's berth`, hint);
  });
};

// With --store helper it stays set, and the helper answers the same.
const preferred = ({ berth, dockerAuthConfig }: Sight): readonly Finding[] => {
  if (!berth || berth.marker.answering || !dockerAuthConfig) return [];
  const keys = keysOf(dockerAuthConfig.config);
  return keys.length === 0
    ? []
    : [
        bad(
          "docker-auth-config",
          `DOCKER_AUTH_CONFIG is set, and Docker 28.3 and later prefer it to the berth: ${keys.map(printable).join(", ")}`,
          "unset it; berth ci-env before that takes what it holds into the berth",
        ),
      ];
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
          `${paths.length} ${paths.length === 1 ? "berth" : "berths"} of jobs that were killed: ${printable(paths[0] ?? "")}${paths.length > 1 ? ", …" : ""}`,
          "berth cleanup --stale",
        ),
      ];

/** What is wrong with what the clients of this process would meet, the worst first. Pure. */
export const findingsOf = (sight: Sight): readonly Finding[] => {
  const all = [
    ...bypassed(sight),
    ...preferred(sight),
    ...missing(sight),
    ...findingsInFiles(sight),
    ...forgotten(sight),
  ];
  return [
    ...all.filter(({ level }) => level === "warning"),
    ...all.filter(({ level }) => level === "info"),
  ];
};
