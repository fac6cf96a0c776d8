import { basename, delimiter, join, sep } from "node:path";
import { placesIn, VARIABLE_NAMES } from "./exports.ts";
import { FOLDER } from "./helper-program.ts";
import { folderOfUser } from "./job-directory.ts";
import { readMarker } from "./marker.ts";
import { info } from "./notice.ts";
import type { Output } from "./output.ts";
import type { Env } from "./variables.ts";

/** PATH without the places that are berth's; nothing where it has none. */
const pathWithout = (
  { PATH: path }: Env,
  isOurs: (place: string) => boolean,
): Output["variables"] => {
  const places = path?.split(delimiter) ?? [];
  const others = places.filter((place) => !isOurs(place));
  return others.length === places.length ? [] : [["PATH", others.join(delimiter)]];
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
      variables: [
        ...earlier.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
        ...pathWithout(env, (place) => place === join(directory, FOLDER)),
      ],
      unset: earlier.flatMap(([name, value]) => (value === null ? [name] : [])),
      registries: [],
      notices: isMerged
        ? [info("DOCKER_AUTH_CONFIG does not come back: berth keeps no secret to set it to")]
        : [],
    };
  }
  // The berth is gone, and with it what was before: what still points to it goes.
  const folder = folderOfUser(uid);
  const isOfBerth = (path: string) => path.split(sep).includes(folder);
  return {
    ...{ system: "", job: "", directory: "", registries: [], notices: [] },
    variables: pathWithout(env, (place) => basename(place) === FOLDER && isOfBerth(place)),
    unset: VARIABLE_NAMES.filter(
      (name) => env[name] !== undefined && (name.startsWith("BERTH_") || isOfBerth(env[name])),
    ),
  };
};
