import {
  accessSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";

// Each of these takes some microseconds. Node's own promises send each to a thread: that, and starting the threads, takes
// longer than the whole rest of a run (`npm run bench`).

export const stat = async (path: string): Promise<Stats> => statSync(path);
export const lstat = async (path: string): Promise<Stats> => lstatSync(path);
export const access = async (path: string, mode?: number): Promise<void> => accessSync(path, mode);
/** Throws what reading the file would throw: permissions do not tell all. */
export const checkReadable = async (path: string): Promise<void> => closeSync(openSync(path, "r"));

export const readdir = async (path: string): Promise<readonly string[]> => readdirSync(path);
export const readText = async (path: string): Promise<string> => readFileSync(path, "utf8");
export const readBytes = async (path: string): Promise<Buffer> => readFileSync(path);
export const rename = async (from: string, to: string): Promise<void> => renameSync(from, to);
export const symlink = async (to: string, path: string): Promise<void> => symlinkSync(to, path);
export const rmdir = async (path: string): Promise<void> => rmdirSync(path);

/** Removes what is there, with all that is in it; a link itself. */
export const remove = async (path: string): Promise<void> =>
  rmSync(path, { recursive: true, force: true });

export const mkdir = async (path: string, mode: number): Promise<void> => mkdirSync(path, { mode });

/** Writes a file that is not there yet. */
export const writeNew = async (
  path: string,
  content: string | Buffer,
  mode: number,
): Promise<void> => writeFileSync(path, content, { mode, flag: "wx" });
