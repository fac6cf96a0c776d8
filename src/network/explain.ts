import { isObject } from "../docker-config/shapes.ts";

const MAX_LENGTH = 400;

const textsIn = (json: unknown, ...names: readonly string[]): readonly string[] =>
  isObject(json)
    ? names.flatMap((name) => {
        const value = json[name];
        return typeof value === "string" && value !== "" ? [value] : [];
      })
    : [];

const firstOf = (json: unknown): unknown => (Array.isArray(json) ? json[0] : json);

// AWS: code or __type, message, or these in Error. Google and OAuth: error and error_description, or an error with status and message.
// Registries and JFrog: a list of errors with code and message.
const inJson = (json: unknown): readonly string[] => {
  if (!isObject(json)) return [];
  const inner = [json["error"], json["Error"], firstOf(json["errors"])].find(isObject) ?? json;
  const [code = "", ...codes] = textsIn(inner, "code", "Code", "__type", "status", "error");
  const [message = ""] = textsIn(inner, "error_description", "message", "Message", "detail");
  return [code.replace(/^.*#|:http.*$/gs, "") || (codes[0] ?? ""), message];
};

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&#39;": "'", "&amp;": "&" },
};

const inXml = (text: string): readonly string[] =>
  ["Code", "Message"].map((name) => {
    const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? "";
    return found.replace(/&(?:lt|gt|quot|apos|#39|amp);/g, (entity) => ENTITIES[entity] ?? "");
  });

/**
 * What a server says of why it refuses: the code and message of the forms that providers document; "" where it says neither.
 * `clean` takes out what is not to be seen, before what is too long is cut.
 */
export const explain = (text: string, clean = (said: string): string => said): string => {
  let found: readonly string[];
  try {
    found = inJson(JSON.parse(text));
  } catch {
    found = inXml(text);
  }
  const said = found.filter((part) => part !== "").join(": ");
  const line = clean(said).replace(/\s+/g, " ").trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
};
