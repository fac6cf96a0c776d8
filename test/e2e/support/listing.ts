import { lstat, readdir } from "node:fs/promises";
import { join, relative } from "node:path";

/** One file or folder, with all that changes when somebody touches it. */
interface Listed {
  readonly path: string;
  readonly mode: string;
  readonly uid: number;
  readonly size: number;
  readonly modified: number;
  readonly changed: number;
}

const below = async (folder: string, path: string): Promise<readonly Listed[]> => {
  const found = await lstat(path);
  const names = found.isDirectory() ? (await readdir(path)).sort() : [];
  const rest = await Promise.all(names.map((name) => below(folder, join(path, name))));
  return [
    {
      path: relative(folder, path),
      mode: found.mode.toString(8),
      uid: found.uid,
      size: found.size,
      modified: found.mtimeMs,
      changed: found.ctimeMs,
    },
    ...rest.flat(),
  ];
};

/** Everything at and below `folder`; links are not followed. */
export const listing = (folder: string): Promise<readonly Listed[]> => below(folder, folder);

/** The same, with paths and modes alone. */
export const modes = async (folder: string): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await listing(folder)).map(({ path, mode }) => [path, mode]));
