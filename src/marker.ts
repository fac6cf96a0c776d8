import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject } from "./docker-config/shapes.ts";
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
  /** The keys that came from DOCKER_AUTH_CONFIG, which is unset after that. */
  readonly dockerAuthConfig: readonly string[];
}

const isMarker = (json: unknown): json is Marker =>
  isObject(json) &&
  json["version"] === 1 &&
  typeof json["job"] === "string" &&
  isObject(json["sources"]) &&
  isObject(json["written"]) &&
  isObject(json["written"]["config.json"]) &&
  isObject(json["written"]["auth.json"]) &&
  Array.isArray(json["dockerAuthConfig"]);

/** The marker of a directory; nothing where it bears none that this version understands. */
export const readMarker = async (directory: string): Promise<Marker | undefined> => {
  try {
    const json: unknown = JSON.parse(await readFile(join(directory, MARKER), "utf8"));
    return isMarker(json) ? json : undefined;
  } catch {
    return undefined;
  }
};
