import { join } from "node:path";
import { isObject } from "./docker-config/shapes.ts";
import type { Sources } from "./docker-config/sources.ts";
import { readSmallFile } from "./small-file.ts";

export const MARKER = "berth.json";

/** What a berth says of itself (decision 9). No secrets: `written` holds fingerprints. */
export interface Marker {
  readonly version: 1;
  readonly system: string;
  /** The job's identity, hashed: two jobs never have the same. */
  readonly job: string;
  /** ISO 8601. */
  readonly created: string;
  /** What the configs were derived from. */
  readonly sources: Sources;
  /** What the exported variables were before; null where one was not set. */
  readonly earlier: Readonly<Record<string, string | null>>;
  /** What berth wrote, by file: to tell later logins of the job from it. */
  readonly written: Readonly<Record<"config.json" | "auth.json", Readonly<Record<string, string>>>>;
  /** The keys of the job's own credentials: a later run may lack the tokens, and DOCKER_AUTH_CONFIG is unset by the first. */
  readonly logins: Readonly<Record<"tokens" | "dockerAuthConfig" | "requested", readonly string[]>>;
}

const isText = (value: unknown): boolean => typeof value === "string";

const isSources = (value: unknown): boolean =>
  isObject(value) &&
  (value["base"] === undefined ||
    (isObject(value["base"]) &&
      isText(value["base"]["directory"]) &&
      isText(value["base"]["file"]))) &&
  isTexts(value["containers"]) &&
  (value["helm"] === undefined || isText(value["helm"]));

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const isMarker = (json: unknown): json is Marker =>
  isObject(json) &&
  json["version"] === 1 &&
  isText(json["job"]) &&
  isText(json["created"]) &&
  isSources(json["sources"]) &&
  isObject(json["earlier"]) &&
  Object.values(json["earlier"]).every((value) => value === null || isText(value)) &&
  isObject(json["written"]) &&
  isObject(json["written"]["config.json"]) &&
  isObject(json["written"]["auth.json"]) &&
  isObject(json["logins"]) &&
  isTexts(json["logins"]["tokens"]) &&
  isTexts(json["logins"]["dockerAuthConfig"]) &&
  isTexts(json["logins"]["requested"]);

/** A marker, or of a marker of another version no more than whose berth it is. */
export type AnyMarker = Marker | { readonly version: "another"; readonly job: string };

/** What a directory says of itself, in one look; nothing where it bears no marker. */
export const readAnyMarker = async (directory: string): Promise<AnyMarker | undefined> => {
  try {
    const json: unknown = JSON.parse((await readSmallFile(join(directory, MARKER))) ?? "");
    if (isMarker(json)) return json;
    if (!isObject(json) || typeof json["job"] !== "string") return undefined;
    return { version: "another", job: json["job"] };
  } catch {
    return undefined;
  }
};

/** The marker of a directory; nothing where it bears none that this version understands. */
export const readMarker = async (directory: string): Promise<Marker | undefined> => {
  const marker = await readAnyMarker(directory);
  return marker?.version === 1 ? marker : undefined;
};
