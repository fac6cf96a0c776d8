import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Each folder below `folder`, and each file with its content, to see whether anything there changed; null where there is no folder. */
export const snapshot = async (
  folder: string,
): Promise<Readonly<Record<string, string>> | null> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  if (entries === null) return null;
  const read = async (path: string, isFolder: boolean) =>
    isFolder ? JSON.stringify(await snapshot(path)) : readFile(path, "base64");
  const pairs = entries.map(
    async (it) => [it.name, await read(join(folder, it.name), it.isDirectory())] as const,
  );
  return Object.fromEntries(await Promise.all(pairs));
};
