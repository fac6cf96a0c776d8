import { sep } from "node:path";
import { placesIn, VARIABLE_NAMES } from "./exports.ts";
import { folderOfUser } from "./job-directory.ts";
import { readMarker } from "./marker.ts";
import { info } from "./notice.ts";
import type { Output } from "./output.ts";
import type { Env } from "./variables.ts";

// The berth is gone, and with it what was before: what still points to it goes.
const leftOver = (env: Env, uid: number | undefined): readonly string[] => {
  const folder = folderOfUser(uid);
  return VARIABLE_NAMES.filter(
    (name) => name.startsWith("BERTH_") || env[name]?.split(sep).includes(folder),
  ).filter((name) => env[name] !== undefined);
};

/** What undoes the exports of the berth that the variables point to: earlier values come back, the others go. Reads only. */
export const undo = async (env: Env, uid: number | undefined): Promise<Output> => {
  for (const directory of placesIn(env)) {
    const marker = await readMarker(directory);
    if (!marker) continue;
    const earlier = Object.entries(marker.earlier);
    const isMerged = marker.logins.dockerAuthConfig.length > 0;
    return {
      system: marker.system,
      job: marker.job,
      directory,
      variables: earlier.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
      unset: earlier.flatMap(([name, value]) => (value === null ? [name] : [])),
      registries: [],
      notices: isMerged
        ? [info("DOCKER_AUTH_CONFIG does not come back: berth keeps no secret to set it to")]
        : [],
    };
  }
  const unset = leftOver(env, uid);
  return { system: "", job: "", directory: "", variables: [], unset, registries: [], notices: [] };
};
