import { fingerprint } from "../fingerprint.ts";
import { Secret } from "../secret.ts";
import type { AuthEntry, DockerConfig } from "./model.ts";

/** `auth` of a Docker config: padded standard base64 of `user:password` as UTF-8, on one line (RULE 6). */
export const encodeAuth = (user: string, password: Secret): Secret =>
  new Secret(Buffer.from(`${user}:${Secret.open(password)}`, "utf8").toString("base64"));

// Without a repetition, for which V8 has only so much stack.
const isBase64 = (text: string): boolean =>
  text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, ""));

/** What base64 stands for; nothing of anything else. */
export const bytesIn = (base64: string): Buffer | undefined =>
  isBase64(base64) ? Buffer.from(base64, "base64") : undefined;

/** The user, who may be "", and the password, if there is one, in what `encodeAuth` makes of them; nothing of anything else. */
export const decodeAuth = (
  auth: Secret,
): { readonly user: string; readonly password?: Secret } | undefined => {
  const text = bytesIn(Secret.open(auth))?.toString("utf8");
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 0) return undefined;
  const password = text.slice(colon + 1);
  return { user: text.slice(0, colon), ...(password && { password: new Secret(password) }) };
};

const entryToJson = (entry: AuthEntry): Record<string, string> => ({
  ...(entry.auth && { auth: Secret.open(entry.auth) }),
  ...(entry.identityToken && { identitytoken: Secret.open(entry.identityToken) }),
  ...(entry.registryToken && { registrytoken: Secret.open(entry.registryToken) }),
});

/** The password in `auth`; nothing where that is empty, as beside an identity token. */
export const passwordIn = (auth: Secret | undefined): Secret | undefined =>
  auth && decodeAuth(auth)?.password;

/** Every form of the secrets of credentials that a log could show, for a CI to hide: as they are, and as they stand in a config. */
export const secretsIn = ({ auths }: Pick<DockerConfig, "auths">): readonly string[] => {
  const forms = [...auths.values()].flatMap(({ auth, identityToken, registryToken }) => {
    const password = passwordIn(auth);
    return [password, password && auth, identityToken, registryToken];
  });
  return [...new Set(forms.filter((form) => form !== undefined).map(Secret.open))];
};

/** Users and passwords alone as a Docker config in base64, with their secrets: as a Secret of Kubernetes has it. */
export const encodeForCluster = ({ auths }: Pick<DockerConfig, "auths">): string => {
  const json = { auths: mapToJson(auths, ({ auth }) => ({ auth: auth && Secret.open(auth) })) };
  return Buffer.from(JSON.stringify(json), "utf8").toString("base64");
};

/** The password or token of an entry. */
export const passwordOf = ({ auth, identityToken, registryToken }: AuthEntry): Secret | undefined =>
  identityToken ?? registryToken ?? passwordIn(auth);

/** What a credential helper says of an entry; nothing of one that the protocol has no form for. */
export const helperAnswer = ({
  auth,
  identityToken,
}: AuthEntry): { readonly Username: string; readonly Secret: string } | undefined => {
  if (identityToken) return { Username: "<token>", Secret: Secret.open(identityToken) };
  const { user = "", password } = (auth && decodeAuth(auth)) ?? {};
  return password && { Username: user, Secret: Secret.open(password) };
};

// V8 makes a table of an object without a prototype; to any other the thousandth key is slow to add.
const tableOf = <T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> => {
  const table = Object.create(null);
  for (const [key, value] of entries) table[key] = value;
  return table;
};

const mapToJson = <T, U>(map: ReadonlyMap<string, T>, convert: (value: T) => U) =>
  tableOf([...map].map(([key, value]) => [key, convert(value)]));

/** The text of a `config.json` or `auth.json`, with its secrets: for the disk only. */
export const encodeConfig = (config: DockerConfig): string => {
  const json = {
    ...mapToJson(config.other, Secret.open),
    auths: mapToJson(config.auths, entryToJson),
    ...(config.credHelpers.size > 0 && {
      credHelpers: mapToJson(config.credHelpers, (helper) => helper),
    }),
    ...(config.currentContext && { currentContext: config.currentContext }),
    ...(config.cliPluginsExtraDirs.length > 0 && {
      cliPluginsExtraDirs: config.cliPluginsExtraDirs,
    }),
  };
  return `${JSON.stringify(json, null, "\t")}\n`;
};

const ofValue = (value: unknown): string => fingerprint(JSON.stringify(value) ?? "");

// The same entry may be in both files, among thousands.
const known = new WeakMap<AuthEntry, string>();
const ofEntry = (entry: AuthEntry): string => {
  const sum = known.get(entry) ?? ofValue(entryToJson(entry));
  known.set(entry, sum);
  return sum;
};

/** What a config holds, value by value: `section key` → a fingerprint, to tell later what has been changed. */
export const fingerprints = (config: DockerConfig): Readonly<Record<string, string>> => {
  const context = config.currentContext;
  return tableOf<string>([
    ...[...config.auths].map(([key, entry]) => [`auths ${key}`, ofEntry(entry)] as const),
    ...[...config.credHelpers].map(([key, it]) => [`credHelpers ${key}`, ofValue(it)] as const),
    ...[...config.other].map(([key, it]) => [`other ${key}`, ofValue(Secret.open(it))] as const),
    ...(context ? [["currentContext", ofValue(context)] as const] : []),
  ]);
};
