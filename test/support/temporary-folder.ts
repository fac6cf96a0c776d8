import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** A fresh folder in the system's temporary one, and what removes it with all that lies in it. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

const removeAll = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 5 });

/** Makes a temporary folder whose name starts with `berth-test-` and `label`. */
export const makeTemporaryFolder = async (label: string): Promise<TemporaryFolder> => {
  const path = await realpath(await mkdtemp(join(tmpdir(), `berth-test-${label}-`)));
  const remove = async (): Promise<void> => {
    try {
      await removeAll(path);
    } catch {
      // buildah and podman leave folders that their owner may not write to, which only root can empty as they are.
      await execa("chmod", ["-R", "u+rwX", path]);
      await removeAll(path);
    }
  };
  return { path, remove };
};
