import { join } from "node:path";
import { OWN_STORAGE } from "./commands.ts";
import { writeImage } from "./image.ts";
import { runJob } from "./job.ts";
import { available } from "./programs.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** Why a program that is installed does not work here, by its name. */
export type Obstacles = Readonly<Record<string, string>>;

/**
 * Which of buildah and podman cannot store an image here, found by trying. To unpack a layer they need rights that a container without
 * privileges does not give, not even to root.
 */
export const storageObstacles = async (): Promise<Obstacles> => {
  const folder = await makeTemporaryFolder("probe");
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder.path, TMPDIR: folder.path };
  const probe = async (program: string): Promise<Obstacles> => {
    const script = `${OWN_STORAGE}\n${program} pull --quiet dir:image`;
    const { exitCode, stderr } = await runJob(script, { env, cwd: folder.path });
    return exitCode === 0 && stderr === ""
      ? {}
      : { [program]: `${program} cannot store an image here, or not without complaint: ${stderr}` };
  };
  try {
    await writeImage(join(folder.path, "image"), "probe");
    const found: Record<string, string> = {};
    for (const program of ["buildah", "podman"].filter(available)) {
      Object.assign(found, await probe(program));
    }
    return found;
  } finally {
    await folder.remove();
  }
};
