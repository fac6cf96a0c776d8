import { fingerprint } from "../fingerprint.ts";
import { Secret } from "../secret.ts";
import type { AuthEntry, DockerConfig } from "./model.ts";

/** `auth` of a Docker config: padded standard base64 of `user:password` as UTF-8, on one line (RULE 6). */
export const encodeAuth = (user: string, password: Secret): Secret =>
  new Secret(Buffer.from(`${user}:${Secret.open(password)}`, "utf8").toString("base64"));

const entryToJson = (entry: AuthEntry): Record<string, string> => ({
  ...(entry.auth && { auth: Secret.open(entry.auth) }),
  ...(entry.identityToken && { identitytoken: Secret.open(entry.identityToken) }),
  ...(entry.registryToken && { registrytoken: Secret.open(entry.registryToken) }),
});

/** Every form of the secrets of credentials that a log could show, for a CI to hide: as they are, and as they stand in a config. */
export const secretsIn = ({ auths }: Pick<DockerConfig, "auths">): readonly string[] => {
  const forms = [...auths.values()].flatMap(({ auth, identityToken, registryToken }) => {
    const encoded = auth && Secret.open(auth);
    const password =
      encoded && /:(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8"))?.[1];
    return [
      password,
      password ? encoded : undefined,
      ...[identityToken, registryToken].map((it) => it && Secret.open(it)),
    ];
  });
  return [...new Set(forms.filter((form) => form !== undefined))];
};

const mapToJson = <T, U>(map: ReadonlyMap<string, T>, convert: (value: T) => U) =>
  Object.fromEntries([...map].map(([key, value]) => [key, convert(value)]));

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

/** What a config holds, value by value: `section key` → a fingerprint, to tell later what has been changed. */
export const fingerprints = (config: DockerConfig): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...[...config.auths].map(([key, entry]) => [`auths ${key}`, ofValue(entryToJson(entry))]),
    ...[...config.credHelpers].map(([key, helper]) => [`credHelpers ${key}`, ofValue(helper)]),
    ...[...config.other].map(([key, value]) => [`other ${key}`, ofValue(Secret.open(value))]),
    ...(config.currentContext ? [["currentContext", ofValue(config.currentContext)]] : []),
  ]);
