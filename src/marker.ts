import { join } from "node:path";
import { type Answering, isAnswering } from "./answering.ts";
import { isObject } from "./docker-config/shapes.ts";
import type { Sources } from "./docker-config/sources.ts";
import { VARIABLE_NAMES } from "./exports.ts";
import { readSmallFile, Unreadable } from "./small-file.ts";
import { isOneLine } from "./variables.ts";

export const MARKER = "berth.json";

/** Fingerprints of what a file holds. */
export type Written = Readonly<
  Record<"config.json" | "auth.json", Readonly<Record<string, string>>>
>;

/** What a berth says of itself. No secrets: `written` holds fingerprints. */
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
  readonly written: Written;
  /** While a run renews the berth, what earlier runs wrote: whatever it is interrupted at, a file is of one of these. */
  readonly replaced?: readonly Written[];
  /** When credentials end, by key, ISO 8601; those of which that is not known are not there. */
  readonly until?: Readonly<Record<string, string>>;
  /** With --store helper: what the helper finds the credentials by. */
  readonly answering?: Answering;
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

const isWritten = (value: unknown): boolean =>
  isObject(value) && isObject(value["config.json"]) && isObject(value["auth.json"]);

// A checkout may have a folder with a marker in it: what that says goes to a shell.
const isEarlier = (value: unknown): boolean =>
  isObject(value) &&
  Object.entries(value).every(
    ([name, text]) =>
      (VARIABLE_NAMES.includes(name) || /^WERF_[A-Z0-9_]+$/.test(name)) &&
      (text === null || (typeof text === "string" && isOneLine(text))),
  );

const isMarker = (json: unknown): json is Marker =>
  isObject(json) &&
  json["version"] === 1 &&
  isText(json["job"]) &&
  isText(json["created"]) &&
  isSources(json["sources"]) &&
  isEarlier(json["earlier"]) &&
  isWritten(json["written"]) &&
  (json["answering"] === undefined || isAnswering(json["answering"])) &&
  (json["until"] === undefined ||
    (isObject(json["until"]) && Object.values(json["until"]).every(isText))) &&
  (json["replaced"] === undefined ||
    (Array.isArray(json["replaced"]) && json["replaced"].every(isWritten))) &&
  isObject(json["logins"]) &&
  isTexts(json["logins"]["tokens"]) &&
  isTexts(json["logins"]["dockerAuthConfig"]) &&
  isTexts(json["logins"]["requested"]);

/** A marker, or of a marker of another version no more than whose berth it is. */
export type AnyMarker = Marker | { readonly version: "another"; readonly job: string };

/** What a directory says of itself, in one look; nothing where it bears no marker. Throws Unreadable where the system does not tell. */
export const lookForMarker = async (directory: string): Promise<AnyMarker | undefined> => {
  try {
    const json: unknown = JSON.parse((await readSmallFile(join(directory, MARKER))) ?? "");
    if (isMarker(json)) return json;
    if (!isObject(json) || typeof json["job"] !== "string") return undefined;
    return { version: "another", job: json["job"] };
  } catch (error) {
    if (error instanceof Unreadable && error.code !== "") throw error;
    return undefined;
  }
};

/** The same, and nothing where the system does not tell. */
export const readAnyMarker = (directory: string): Promise<AnyMarker | undefined> =>
  lookForMarker(directory).catch(() => undefined);

/** The marker of a directory; nothing where it bears none that this version understands. */
export const readMarker = async (directory: string): Promise<Marker | undefined> => {
  const marker = await readAnyMarker(directory);
  return marker?.version === 1 ? marker : undefined;
};
