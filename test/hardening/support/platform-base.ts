import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Makes a config of Docker's below `home`, with a login and a context. */
export const writeBase = async (home: string): Promise<void> => {
  await mkdir(join(home, ".docker/contexts/meta/1"), { recursive: true });
  await writeFile(join(home, ".docker/contexts/meta/1/meta.json"), '{"Name":"remote"}');
  await writeFile(join(home, ".docker/config.json"), '{"auths":{"r.example":{"auth":"dTpw"}}}');
};
