import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
} from "node:fs";
import { BerthError, systemErrorCode } from "./errors.ts";
import { lstat, mkdir, remove, rename, symlink, writeNew } from "./files.ts";
import { printable } from "./printable.ts";
import { unfinished } from "./unfinished.ts";

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** What was there a moment ago is not any more: another run of the same job, or a clean-up, has come in between. */
export class Overtaken extends Error {}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EMFILE: "too many open files",
  ELOOP: "it is a link of another user's",
  ENAMETOOLONG: "the path is too long",
};

const diskError = (error: unknown, action: string, path: string): Error => {
  const code = systemErrorCode(error);
  if (error instanceof BerthError || error instanceof Overtaken || code === "")
    return error as Error;
  if (code === "ENOENT") return new Overtaken();
  return new BerthError(
    "BERTH_DISK",
    `cannot ${action} ${printable(path)}: ${REASONS[code] ?? code}`,
    "free or change it, or choose another place with --tmp-dir or BERTH_TMP_DIR",
  );
};

/** Waits for `work`; a failure of the disk becomes BERTH_DISK, which says what was done to which path, or `Overtaken`. */
export const doing = async <T>(action: string, path: string, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw diskError(error, action, path);
  }
};

/** Makes a directory for this user alone. Out: whether it was not there yet. Throws as `doing` says. */
export const makeDirectory = async (path: string): Promise<boolean> => {
  const made = mkdir(path, DIRECTORY_MODE).then(
    () => true,
    (error: unknown) => {
      if (systemErrorCode(error) === "EEXIST") return false;
      throw error;
    },
  );
  return doing("make the directory", path, made);
};

/** Writes a file that is not there yet, for this user alone. Throws as `doing` says. */
export const createFile = (path: string, content: string | Buffer): Promise<void> =>
  doing("write", path, writeNew(path, content, FILE_MODE));

/** Writes a file whole, for this user alone: at every moment there is the old one or the new one. A link is replaced, not followed. */
export const replaceFile = async (path: string, content: string | Buffer): Promise<void> => {
  const temporary = unfinished(path);
  try {
    await createFile(temporary, content);
    await doing("write", path, rename(temporary, path));
  } catch (error) {
    await remove(temporary).catch(() => undefined);
    throw error;
  }
};

/** Makes a link, in the place of what is there. Throws as `doing` says. */
export const replaceLink = async (path: string, to: string): Promise<void> => {
  const temporary = unfinished(path);
  await doing("make the link", path, symlink(to, temporary));
  try {
    await doing("make the link", path, rename(temporary, path));
  } catch (error) {
    await remove(temporary).catch(() => undefined);
    throw error;
  }
};

// As Linux in /tmp (fs.protected_symlinks): somebody else's link could lead to any file of ours. Root's are those of /dev.
const followed = async (path: string): Promise<number> => {
  const uid = process.getuid?.();
  const found = await lstat(path).catch(() => undefined);
  const isOurs = found?.isSymbolicLink() === true && (found.uid === 0 || found.uid === uid);
  return uid === undefined || isOurs ? 0 : constants.O_NOFOLLOW;
};

const append = async (path: string, text: string, flags: number): Promise<void> => {
  const all = constants.O_RDWR | constants.O_APPEND | (await followed(path)) | flags;
  const file = openSync(path, all, FILE_MODE);
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    if (size > 0) readSync(file, last, 0, 1, size - 1);
    try {
      appendFileSync(file, size > 0 && last.toString() !== "\n" ? `\n${text}` : text);
    } catch (error) {
      try {
        ftruncateSync(file, size);
      } catch {}
      throw error;
    }
  } finally {
    closeSync(file);
  }
};

/**
 * Adds lines to a file, after a line break where what stands before lacks one (TRAP 42). A file that is made is for this user
 * alone. Throws as `doing` says.
 */
export const appendTo = (
  path: string,
  text: string,
  { mustExist }: { mustExist: boolean },
): Promise<void> => doing("write", path, append(path, text, mustExist ? 0 : constants.O_CREAT));
