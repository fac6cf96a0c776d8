type Check = (value: unknown) => boolean;

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// Go reads null as "leave it empty" for every type.
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const text: Check = orNull((value) => typeof value === "string");
const listOf = (item: Check): Check => orNull((value) => Array.isArray(value) && value.every(item));
const mapOf = (item: Check): Check =>
  orNull((value) => isObject(value) && Object.values(value).every(item));

const words = (check: Check, description: string, ...keys: string[]) =>
  keys.map((key) => ({ key, check, description }));

/**
 * The keys that Docker has a type for. One value of another type makes Docker give up on the whole file, and with
 * it on the job's credentials. Source: docker/cli `cli/config/configfile/file.go` `ConfigFile`.
 */
const shapes = [
  ...words(mapOf(orNull(isObject)), "an object of objects", "auths"),
  ...words(
    mapOf(text),
    "an object of strings",
    "credHelpers",
    "HttpHeaders",
    "aliases",
    "features",
  ),
  ...words(mapOf(mapOf(text)), "an object of objects of strings", "proxies", "plugins"),
  ...words(listOf(text), "a list of strings", "cliPluginsExtraDirs", "pruneFilters"),
  ...words(
    text,
    "a string",
    "credsStore",
    "currentContext",
    "detachKeys",
    "psFormat",
    "imagesFormat",
    "networksFormat",
    "pluginsFormat",
    "volumesFormat",
    "statsFormat",
    "serviceInspectFormat",
    "servicesFormat",
    "tasksFormat",
    "secretFormat",
    "configFormat",
    "nodesFormat",
  ),
];

const byLowerCase = new Map(shapes.map((shape) => [shape.key.toLowerCase(), shape]));

/** What is wrong with the type of a top-level key, in words; nothing where Docker can read it. */
export const shapeProblem = (key: string, value: unknown): string | undefined => {
  const shape = byLowerCase.get(key.toLowerCase());
  return shape && !shape.check(value) ? `"${shape.key}" must be ${shape.description}` : undefined;
};

/** Go matches keys in any case: a "credsstore" counts. Gives the spelling that Docker writes. */
export const canonicalKey = (key: string): string => byLowerCase.get(key.toLowerCase())?.key ?? key;
