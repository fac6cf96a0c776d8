import { basename, delimiter, dirname, join } from "node:path";
import { HELPER } from "./docker-config/helper-store.ts";
import { BerthError } from "./errors.ts";
import type { Facts } from "./gather.ts";
import { checkOneLine, type Env } from "./variables.ts";

/** A link in the job's directory. */
export interface Link {
  readonly path: string;
  readonly to: string;
}

export interface HelperProgram {
  readonly links: readonly Link[];
  /** PATH with the link's folder, where no other of its places has such a program. */
  readonly variables: readonly (readonly [name: string, value: string])[];
}

/** Of the links, in the job's directory. */
export const FOLDER = "bin";
const NAME = `docker-credential-${HELPER}`;

/** PATH without the folders of berths: a helper that is in one goes with it, and later steps do not have it by themselves. */
export const pathBesideBerths = (
  { PATH: path = "" }: Env,
  {
    directory,
    berth,
  }: { readonly directory: Facts["directory"]; readonly berth: Facts["berth"] | undefined },
): string => {
  const roots = [directory.root, ...(berth ? [dirname(berth.path)] : [])];
  const isOfBerth = (place: string): boolean =>
    basename(place) === FOLDER && roots.includes(dirname(dirname(place)));
  return path
    .split(delimiter)
    .filter((place) => !isOfBerth(place))
    .join(delimiter);
};

/** How the clients of the job find berth's helper: on PATH, and where it is not there yet by a link of the job's own. Throws BERTH_USAGE. */
export const helperProgram = (
  { helpersOnPath, helper, directory, variables: { env } }: Facts,
  platform: string,
): HelperProgram => {
  if (helpersOnPath.has(HELPER)) return { links: [], variables: [] };
  const path = env["PATH"];
  if (platform === "win32" || path === undefined) {
    throw new BerthError(
      "BERTH_USAGE",
      `--store helper: ${NAME} is not on PATH`,
      "put it there: npm install --global berth-ci",
    );
  }
  const folder = join(directory.path, FOLDER);
  // A run before this one in the job may have put it there, and a berth that has been removed, too.
  const places = path.split(delimiter).filter((place) => place !== folder);
  return {
    links: [{ path: join(FOLDER, NAME), to: helper }],
    variables: [["PATH", checkOneLine([...places, folder].join(delimiter), "PATH")]],
  };
};
