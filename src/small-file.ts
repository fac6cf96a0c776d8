import { systemErrorCode } from "./errors.ts";
import { lstat, readText, stat } from "./files.ts";

/** Why a file cannot be read, in words; `code` is the system's, where it says no. */
export class Unreadable extends Error {
  readonly code: string;

  constructor(message: string, code = "") {
    super(message);
    this.code = code;
  }
}

const MAX_BYTES = 16 * 1024 * 1024;

/** The codes of Node that say that there is no such file. */
export const NOT_THERE: readonly string[] = ["ENOENT", "ENOTDIR", "ENAMETOOLONG"];

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "cannot be read: permission denied",
  ELOOP: "is a link that leads to itself",
};

const isLink = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );

/**
 * The text of a regular file of at most 16 MiB, through links; nothing where there is no such file. Never waits, as on a FIFO.
 * Throws `Unreadable` for everything else.
 */
export const readSmallFile = async (path: string): Promise<string | undefined> => {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Unreadable("is a directory");
    if (!found.isFile()) throw new Unreadable("is not a regular file");
    if (found.size > MAX_BYTES) throw new Unreadable("is larger than 16 MiB");
    return await readText(path);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    const code = systemErrorCode(error);
    if (!NOT_THERE.includes(code)) {
      throw new Unreadable(REASONS[code] ?? `cannot be read (${code || "unknown error"})`, code);
    }
    if (await isLink(path)) throw new Unreadable("is a link to a file that is not there");
    return undefined;
  }
};
