import { dirname, join } from "node:path";
import type { Answering } from "./answering.ts";
import { askedOfHelper } from "./docker-config/helper-store.ts";
import { changesSince } from "./docker-config/later-changes.ts";
import { select } from "./docker-config/layers.ts";
import type { Credentials, DockerConfig } from "./docker-config/model.ts";
import { readConfigFile } from "./docker-config/read.ts";
import { BerthError } from "./errors.ts";
import { findBerth, type JobDirectory } from "./job-directory.ts";
import { type Marker, readAnyMarker, type Written } from "./marker.ts";
import { printable } from "./printable.ts";
import type { ThisJob } from "./this-job.ts";
import { moment } from "./time.ts";

/** A berth that an earlier run has made for this job. */
export interface ExistingBerth {
  readonly path: string;
  readonly created: string;
  readonly earlier: Marker["earlier"];
  /** What runs of the job have written, the last one first. */
  readonly written: readonly Written[];
  /** What others have changed in it since. */
  readonly changes: Readonly<Record<"config.json" | "auth.json", DockerConfig>>;
  /** The credentials of the job's own that it holds. */
  readonly logins: Readonly<Record<keyof Marker["logins"], Credentials>>;
  /** Where berth's own helper has the credentials: what that knows. */
  readonly answering?: Answering;
}

const CLEAN_UP = "remove this job's berth: berth cleanup";

type Place = Pick<JobDirectory, "root" | "path" | "job">;

const labelled = <T extends Credentials>(
  credentials: T,
  from: string,
  ends: Marker["until"] = {},
): T => ({
  ...credentials,
  auths: new Map(
    [...credentials.auths].map(([key, entry]) => [
      key,
      { ...entry, from, ...(ends[key] && moment(ends[key])) },
    ]),
  ),
});

/** Reads a berth of the job; nothing where there is none yet. Throws BERTH_UNSAFE_DIRECTORY and BERTH_BAD_CONFIG. */
const readBerth = async (
  directory: Place,
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
  const read = async (name: string) =>
    (await readConfigFile(join(directory.path, name), CLEAN_UP)).config;
  const [config, authFile] = await Promise.all([read("config.json"), read("auth.json")]);
  const { logins, created, earlier, until, answering } = marker;
  const written = [marker.written, ...(marker.replaced ?? [])];
  const changes = (now: DockerConfig, name: "config.json" | "auth.json") =>
    labelled(
      changesSince(
        now,
        written.map((one) => one[name]),
      ),
      "a later login in this job",
    );
  const held = (keys: readonly string[], from: string): Credentials =>
    answering
      ? askedOfHelper(keys)
      : labelled(
          select(authFile, (key) => keys.includes(key)),
          from,
          until,
        );
  return {
    ...{ path: directory.path, created, earlier, written, ...(answering && { answering }) },
    changes: {
      "config.json": changes(config, "config.json"),
      "auth.json": changes(authFile, "auth.json"),
    },
    logins: {
      tokens: held(logins.tokens, "an earlier run in this job"),
      dockerAuthConfig: held(logins.dockerAuthConfig, "DOCKER_AUTH_CONFIG"),
      requested: held(logins.requested, "an earlier run in this job"),
    },
  };
};

/**
 * Reads the first of these that is a berth of the job: `directory`, one of the `exported` places, `jobPath`. For a berth that is
 * yet to be made for a process, or inside of such a one, the others have what an earlier run has made.
 * Throws BERTH_UNSAFE_DIRECTORY and BERTH_BAD_CONFIG.
 */
export const readExistingBerth = async (
  { directory, jobPath }: Pick<ThisJob, "directory" | "jobPath">,
  exported: readonly string[],
  uid: number | undefined,
): Promise<ExistingBerth | undefined> => {
  const { job, root } = directory;
  const markers = await Promise.all(exported.map(readAnyMarker));
  const ours = exported.filter((_, index) => markers[index]?.job === job);
  const places: readonly Place[] = [
    directory,
    ...ours.map((path) => ({ job, root: dirname(path), path })),
    { job, root, path: jobPath },
  ];
  for (const place of places) {
    const berth = await readBerth(place, uid);
    if (berth) return berth;
  }
  return undefined;
};
