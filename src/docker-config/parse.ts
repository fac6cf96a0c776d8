import { Secret } from "../secret.ts";
import { bytesIn, encodeAuth } from "./encode.ts";
import type { AuthEntry, DockerConfig } from "./model.ts";
import { canonicalKey, isObject, type JsonObject, shapeProblem } from "./shapes.ts";

/**
 * What came of reading a config: it, with the keys of `auths` that were left out because Docker could not read them;
 * or, in words, why it cannot be used. The words never hold a part of the content.
 */
export type Parsed =
  | { readonly config: DockerConfig; readonly badAuths: readonly string[] }
  | { readonly problem: string };

const parseAuth = (text: string): { user: string; auth: Secret } | undefined => {
  const bytes = bytesIn(text.replace(/[\r\n]/g, ""));
  const colon = bytes?.indexOf(":") ?? -1;
  if (bytes === undefined || colon < 1) return undefined;
  // Byte by byte: a password need not be UTF-8.
  return {
    user: bytes.subarray(0, colon).toString("utf8"),
    auth: new Secret(bytes.toString("base64")),
  };
};

// docker/cli: `auth` is read before username and password; containers/image reads nothing but `auth` (RULE 6).
const parseUser = (
  fields: Readonly<Record<string, string>>,
): Pick<AuthEntry, "user" | "auth" | "isSplit"> | undefined => {
  const user = fields["username"] ?? "";
  if (fields["auth"]) return parseAuth(fields["auth"]);
  if (user.includes(":") || (fields["password"] && !user)) return undefined;
  const password = new Secret(fields["password"] ?? "");
  return user ? { user, auth: encodeAuth(user, password), isSplit: true } : { user };
};

// Those that Docker has a type for; one of another type voids the whole file.
const FIELDS: ReadonlySet<string> = new Set([
  "username",
  "password",
  "auth",
  "email",
  "serveraddress",
  "identitytoken",
  "registrytoken",
]);

const parseEntry = (value: unknown, from: string): AuthEntry | undefined => {
  const fields: Record<string, string> = Object.create(null);
  for (const [key, field] of Object.entries(value ?? {})) {
    const name = key.toLowerCase();
    if (typeof field === "string") fields[name] = field;
    else if (field !== null && FIELDS.has(name)) return undefined;
  }
  const login = parseUser(fields);
  return (
    login && {
      ...login,
      ...(fields["identitytoken"] && { identityToken: new Secret(fields["identitytoken"]) }),
      ...(fields["registrytoken"] && { registryToken: new Secret(fields["registrytoken"]) }),
      from,
    }
  );
};

const TOO_DEEP = "is nested too deeply";

// It will be written again, with as many tabs before each line. No config of Docker's has more than six.
const MAX_DEPTH = 100;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1)));

const parseJson = (text: string): JsonObject | string => {
  if (text.startsWith("\uFEFF")) return "starts with a byte order mark";
  if (text.trim() === "") return "is empty";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    // V8's own message quotes the content.
    return error instanceof RangeError ? TOO_DEEP : "is not valid JSON";
  }
  if (isDeeper(json, MAX_DEPTH)) return TOO_DEEP;
  return isObject(json) ? json : "is not a JSON object";
};

const stringsOf = (value: unknown): [string, string][] =>
  Object.entries(isObject(value) ? value : {}).filter(
    (pair): pair is [string, string] => typeof pair[1] === "string",
  );

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/**
 * Reads the text of a Docker config (`config.json`, `auth.json`, `DOCKER_AUTH_CONFIG`). `from` names it in what is
 * shown of its entries. Single bad entries of `auths` are left out, because one of them voids the whole file for
 * Docker (RULE 5).
 */
export const parseConfig = (text: string, from: string): Parsed => {
  const json = parseJson(text);
  if (typeof json === "string") return { problem: json };
  const known = new Map<string, unknown>();
  for (const [key, value] of Object.entries(json)) {
    const problem = shapeProblem(key, value);
    if (problem) return { problem: `cannot be read by Docker: ${problem}` };
    const name = canonicalKey(key);
    const before = known.get(name);
    // Go merges objects under keys that differ in case alone.
    known.set(name, isObject(before) && isObject(value) ? { ...before, ...value } : value);
  }
  const take = (key: string): unknown => {
    const value = known.get(key);
    known.delete(key);
    return value;
  };

  const auths = new Map<string, AuthEntry>();
  const badAuths: string[] = [];
  for (const [key, value] of Object.entries(take("auths") ?? {})) {
    const entry = parseEntry(value, from);
    if (entry) auths.set(key, entry);
    else badAuths.push(key);
  }
  const credHelpers = new Map(stringsOf(take("credHelpers")));
  const credsStore = textOf(take("credsStore"));
  const currentContext = textOf(take("currentContext"));
  const extraDirs = take("cliPluginsExtraDirs");
  return {
    config: {
      auths,
      credHelpers,
      ...(credsStore && { credsStore }),
      ...(currentContext && { currentContext }),
      cliPluginsExtraDirs: Array.isArray(extraDirs) ? extraDirs.filter((dir) => dir !== null) : [],
      other: new Map([...known].map(([key, value]) => [key, new Secret(value)])),
    },
    badAuths,
  };
};
