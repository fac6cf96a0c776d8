import { chown } from "node:fs/promises";
import { join } from "node:path";
import { listing } from "./listing.ts";

const NOBODY = 65534;

const isRoot = process.getuid?.() === 0;

/** For a test that needs root, to act as two users. */
export const asRoot = { can: isRoot, otherwise: "only root can make files of another user" };

/** For execa: a user whom modes of files bind. Who runs the tests, but root is bound by none. */
export const bound: { readonly uid?: number; readonly gid?: number } = isRoot
  ? { uid: NOBODY, gid: NOBODY }
  : {};

/** Gives everything at and below `path` to the user of `bound`. */
export const giveToBound = async (path: string): Promise<void> => {
  if (!isRoot) return;
  for (const found of await listing(path)) await chown(join(path, found.path), NOBODY, NOBODY);
};
