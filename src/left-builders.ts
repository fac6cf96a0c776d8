import { join } from "node:path";
import { readdir } from "./files.ts";
import { readMarker } from "./marker.ts";

const buildersIn = (directory: string | undefined): Promise<readonly string[]> =>
  directory === undefined
    ? Promise.resolve([])
    : readdir(join(directory, "buildx", "instances")).catch(() => []);

/**
 * The names of buildx' builders that the job has made: they live on with the Docker daemon when the berth that names them
 * is gone (RULE 15).
 */
export const leftBuilders = async (berth: string): Promise<readonly string[]> => {
  const marker = await readMarker(berth);
  const inherited = new Set(await buildersIn(marker?.sources.base?.directory));
  return (await buildersIn(berth)).filter((name) => !inherited.has(name));
};
