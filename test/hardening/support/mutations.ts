import fc from "fast-check";
import {
  base64,
  CREDENTIALS,
  HEADER,
  IDENTITY,
  type Json,
  KEYS,
  OTHER,
  REGISTRIES,
  SURVIVOR,
  VALUES,
} from "./mutations-words.ts";

const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json> },
  // As a JSON text has it: an own property of that name.
  { weight: 1, arbitrary: fc.constant(JSON.parse('{"__proto__":{"polluted":"yes"}}') as Json) },
);

const key = fc.oneof(fc.constantFrom(...KEYS), fc.constantFrom(...REGISTRIES), fc.string());

const entry: fc.Arbitrary<Json> = fc.oneof(
  fc.constant({ auth: base64(`u:${OTHER}`) }),
  fc.constant({ auth: base64("u:"), identitytoken: IDENTITY }),
  fc.constant({}),
  fc.dictionary(
    fc.constantFrom("auth", "AUTH", "password", "identitytoken", "RegistryToken", "x"),
    fc.oneof(value, fc.constantFrom(...CREDENTIALS)),
  ),
  fc.dictionary(fc.constantFrom("username", "Username", "auth", "email", "__proto__"), value),
  fc.constantFrom("u", "a:b", "").map((username) => ({ username, password: OTHER })),
);

const pairs = <T>(keys: fc.Arbitrary<string>, values: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(keys, values), { maxLength: 4 });

/** As text: an object of JavaScript's could not have the same key twice. */
const object = (members: readonly (readonly [string, string])[]): string =>
  `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;

const textOf = (members: readonly (readonly [string, Json])[]): string =>
  object(members.map(([name, json]) => [name, JSON.stringify(json)]));

const SURVIVES = [SURVIVOR.key, { auth: SURVIVOR.auth }] as const;

/** A config in which only single entries are wrong: whatever they are, the others stay. */
export const withBadEntries: fc.Arbitrary<string> = fc
  .record({
    before: pairs(key, entry),
    after: pairs(key, entry),
    helpers: pairs(key, fc.constantFrom("gone", "", "../x", "__proto__", "a b")),
    store: fc.constantFrom("", "gone", "constructor"),
  })
  .filter(({ before, after }) => ![...before, ...after].some(([name]) => name === SURVIVOR.key))
  .map(({ before, after, helpers, store }) =>
    object([
      ["auths", textOf([...before, SURVIVES, ...after])],
      ["credHelpers", textOf(helpers)],
      ["credsStore", JSON.stringify(store)],
      ["HttpHeaders", JSON.stringify({ Authorization: HEADER })],
    ]),
  );

const topLevel = fc.oneof(
  fc.constantFrom(
    "auths",
    "AUTHS",
    "credHelpers",
    "credsStore",
    "currentContext",
    "cliPluginsExtraDirs",
  ),
  fc.constantFrom("HttpHeaders", "proxies", "plugins", "aliases", "features", "detachKeys"),
  key,
);

const deep = fc
  .tuple(fc.constantFrom("[", '{"a":'), fc.integer({ min: 1, max: 300 }), topLevel)
  .map(([open, depth, name]) => {
    const close = open === "[" ? "]" : "}";
    return object([[name, `${open.repeat(depth)}1${close.repeat(depth)}`]]);
  });

const damage: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc
    .constantFrom("", "\ufeff", "\0", " \n", "//x\n", "[")
    .map((start) => (text: string) => start + text),
  fc.constantFrom("\0", "}", ",", "\n{}", "\u2028").map((end) => (text: string) => text + end),
  fc.nat(400).map((at) => (text: string) => text.slice(0, at)),
  fc.tuple(fc.nat(400), fc.string({ maxLength: 3 })).map(
    ([at, more]) =>
      (text: string) =>
        text.slice(0, at) + more + text.slice(at + more.length),
  ),
);

const whole = pairs(topLevel, fc.oneof(value, fc.dictionary(key, entry))).map(textOf);

/** Texts where a Docker config should be: wrong types, keys twice, in another case or of prototypes, deep ones, broken ones. */
export const anyConfig: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: withBadEntries },
  { weight: 4, arbitrary: whole },
  { weight: 1, arbitrary: deep },
  { weight: 3, arbitrary: fc.tuple(withBadEntries, damage).map(([text, change]) => change(text)) },
);
