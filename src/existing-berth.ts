import { join } from "node:path";
import { changesSince } from "./docker-config/later-changes.ts";
import type { Credentials, DockerConfig } from "./docker-config/model.ts";
import { readConfigFile } from "./docker-config/read.ts";
import { BerthError } from "./errors.ts";
import { findBerth, type JobDirectory } from "./job-directory.ts";
import type { Marker } from "./marker.ts";
import { printable } from "./printable.ts";

/** A berth that an earlier run has made for this job. */
export interface ExistingBerth {
  readonly created: string;
  readonly earlier: Marker["earlier"];
  /** What others have changed in it since. */
  readonly changes: Readonly<Record<"config.json" | "auth.json", DockerConfig>>;
  /** The credentials of the job's own that it holds. */
  readonly logins: Readonly<Record<keyof Marker["logins"], Credentials>>;
}

const CLEAN_UP = "remove this job's berth: berth cleanup";

const pick = ({ auths, credHelpers }: DockerConfig, keys: readonly string[], from: string) => ({
  auths: new Map(
    [...auths]
      .filter(([key]) => keys.includes(key))
      .map(([key, entry]) => [key, { ...entry, from }]),
  ),
  credHelpers: new Map([...credHelpers].filter(([key]) => keys.includes(key))),
});

const byHand = (changes: DockerConfig): DockerConfig => ({
  ...changes,
  auths: new Map(
    [...changes.auths].map(([key, entry]) => [
      key,
      { ...entry, from: "a later login in this job" },
    ]),
  ),
});

/** Reads the job's berth; nothing where there is none yet. Throws BERTH_UNSAFE_DIRECTORY and BERTH_BAD_CONFIG. */
export const readExistingBerth = async (
  directory: JobDirectory,
  uid: number | undefined,
): Promise<ExistingBerth | undefined> => {
  const marker = await findBerth(directory, uid);
  if (!marker) return undefined;
  if (marker.version !== 1) {
    throw new BerthError(
      "BERTH_UNSAFE_DIRECTORY",
      `${printable(directory.path)} is not a berth of this version`,
      CLEAN_UP,
    );
  }
  const [config, authFile] = await Promise.all(
    ["config.json", "auth.json"].map((name) =>
      readConfigFile(join(directory.path, name), CLEAN_UP),
    ),
  );
  if (!config || !authFile) return undefined;
  const { written, logins, created, earlier } = marker;
  return {
    created,
    earlier,
    changes: {
      "config.json": byHand(changesSince(config.config, written["config.json"])),
      "auth.json": byHand(changesSince(authFile.config, written["auth.json"])),
    },
    logins: {
      tokens: pick(authFile.config, logins.tokens, "an earlier run in this job"),
      dockerAuthConfig: pick(authFile.config, logins.dockerAuthConfig, "DOCKER_AUTH_CONFIG"),
    },
  };
};
