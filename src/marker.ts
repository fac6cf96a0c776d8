import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject, type JsonObject } from "./docker-config/shapes.ts";
import type { Sources } from "./docker-config/sources.ts";

export const MARKER = "berth.json";

/** What a berth says of itself (decision 9). No secrets: `written` holds starts of SHA-256 sums. */
export interface Marker {
  readonly version: 1;
  readonly system: string;
  /** The job's identity, hashed: two jobs never have the same. */
  readonly job: string;
  /** ISO 8601. */
  readonly created: string;
  /** What the configs were derived from. */
  readonly sources: Sources;
  /** What berth wrote, by file: to tell later logins of the job from it. */
  readonly written: Readonly<Record<"config.json" | "auth.json", Readonly<Record<string, string>>>>;
  /** The keys of the job's own credentials: a later run may lack the tokens, and DOCKER_AUTH_CONFIG is unset by the first. */
  readonly logins: Readonly<Record<"tokens" | "dockerAuthConfig", readonly string[]>>;
}

const isMarker = (json: JsonObject): json is JsonObject & Marker =>
  json["version"] === 1 &&
  typeof json["job"] === "string" &&
  isObject(json["sources"]) &&
  isObject(json["written"]) &&
  isObject(json["written"]["config.json"]) &&
  isObject(json["written"]["auth.json"]) &&
  isObject(json["logins"]) &&
  Array.isArray(json["logins"]["tokens"]) &&
  Array.isArray(json["logins"]["dockerAuthConfig"]);

const readAny = async (directory: string): Promise<JsonObject | undefined> => {
  try {
    const json: unknown = JSON.parse(await readFile(join(directory, MARKER), "utf8"));
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
};

/** Whose berth a directory is, by its marker, be it of another version of berth; nothing where it bears none. */
export const readJob = async (directory: string): Promise<string | undefined> => {
  const job = (await readAny(directory))?.["job"];
  return typeof job === "string" ? job : undefined;
};

/** The marker of a directory; nothing where it bears none that this version understands. */
export const readMarker = async (directory: string): Promise<Marker | undefined> => {
  const json = await readAny(directory);
  return json && isMarker(json) ? json : undefined;
};
