import { shownKey } from "../docker-config/keys.ts";
import { isObject } from "../docker-config/shapes.ts";
import type { ConfigFile } from "./sight.ts";

const OF_CONFIG = ["credsStore", "credHelpers", "HttpHeaders", "proxies"];
const OF_ENTRY = ["username", "password", "email", "identitytoken", "registrytoken"];

const other = (keys: readonly string[], wanted: string): string | undefined =>
  keys.find((key) => key.toLowerCase() !== wanted);

// What it does not know may be anything.
const named = (key: string, known: readonly string[]): string =>
  known.find((name) => name.toLowerCase() === key.toLowerCase()) ?? "something else";

const voidedByEntry = (key: string, entry: unknown): string | undefined => {
  const fields = isObject(entry) ? entry : {};
  const names = Object.keys(fields);
  const more = other(names, "auth");
  if (more !== undefined) return `${named(more, OF_ENTRY)} in the entry of ${shownKey(key)}`;
  const hasAuth = names.some((name) => fields[name] !== null && fields[name] !== "");
  return hasAuth ? undefined : `no auth in the entry of ${shownKey(key)}`;
};

/**
 * Why docker passes over all that DOCKER_AUTH_CONFIG holds, though it could read that in a file: there it takes `auths` alone, and in
 * these `auth` alone. https://github.com/docker/cli/blob/master/cli/config/configfile/file.go (`parseEnvConfig`)
 */
export const voidedBy = (text: string): string | undefined => {
  const json: unknown = JSON.parse(text);
  if (!isObject(json)) return undefined;
  const more = other(Object.keys(json), "auths");
  if (more !== undefined) return named(more, OF_CONFIG);
  return Object.values(json)
    .flatMap((auths) => Object.entries(auths ?? {}))
    .map(([key, entry]) => voidedByEntry(key, entry))
    .find((why) => why !== undefined);
};

/** The variable, where docker 28.3 and later use it. */
export const usable = (variable: ConfigFile | undefined): ConfigFile | undefined =>
  variable && !variable.problem && !variable.voidedBy && variable.badAuths.length === 0
    ? variable
    : undefined;
