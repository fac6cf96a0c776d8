import { fingerprints } from "./encode.ts";
import { hostOfKey } from "./keys.ts";
import { layer, pick, select } from "./layers.ts";
import { type DockerConfig, isStoreMarker } from "./model.ts";

/** What somebody else has put into a berth's file since berth wrote it, in one of its runs: later logins of the job, a chosen context. */
export const changesSince = (
  config: DockerConfig,
  recorded: readonly Readonly<Record<string, string>>[],
): DockerConfig => {
  const now = fingerprints(config);
  const changed = (name: string): boolean => recorded.every((one) => one[name] !== now[name]);
  return {
    auths: pick(config.auths, (key, entry) => changed(`auths ${key}`) && !isStoreMarker(entry)),
    credHelpers: pick(config.credHelpers, (key) => changed(`credHelpers ${key}`)),
    // "" is `docker context use default`.
    ...(changed("currentContext") && { currentContext: config.currentContext ?? "" }),
    cliPluginsExtraDirs: [],
    other: pick(config.other, (key) => changed(`other ${key}`)),
  };
};

/** Keeps later changes, but for the registries whose credentials berth renews. */
export const keepChanges = (
  derived: DockerConfig,
  changes: DockerConfig,
  renewed: ReadonlySet<string>,
): DockerConfig => {
  const foreign = select(changes, (key) => !renewed.has(hostOfKey(key)));
  return {
    ...derived,
    ...layer(derived, foreign),
    ...(changes.currentContext !== undefined && { currentContext: changes.currentContext }),
    other: new Map([...derived.other, ...changes.other]),
  };
};
