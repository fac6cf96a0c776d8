import { dirname, join, resolve } from "node:path";
import { Overtaken, replaceFile } from "./disk.ts";
import { BerthError } from "./errors.ts";
import { stat } from "./files.ts";
import { findRoot, makeRoot } from "./job-directory.ts";
import type { Machine } from "./machine.ts";
import { printable } from "./printable.ts";
import { sha256 } from "./sha256.ts";
import { checkOneLine } from "./variables.ts";

/** How the statements reach the one who evaluates them: on stdout, or in a file whose path stdout has, or in a file alone. */
export interface Delivery {
  readonly asFile: boolean;
  readonly path?: string | undefined;
}

const noFolder = (path: string): BerthError =>
  new BerthError(
    "BERTH_DISK",
    `cannot write ${printable(path)}: its folder is not there`,
    "make the folder, or name another file",
  );

/** Throws what `deliver` would at a path in a folder that is not there: before there is anything that the job would not use. */
export const checkDelivery = async ({ path }: Delivery, cwd: string): Promise<void> => {
  if (path === undefined) return;
  const file = resolve(cwd, path);
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (!folder?.isDirectory()) throw noFolder(file);
};

const writeTo = async (path: string, text: string): Promise<void> => {
  try {
    await replaceFile(path, text);
  } catch (error) {
    throw error instanceof Overtaken ? noFolder(path) : error;
  }
};

/**
 * Delivers the statements of a run; without a path given, a file goes to `directory`, the job's, under `name`.
 * Out: what stdout is to have. Throws BERTH_DISK, and BERTH_BAD_VALUE for a line break in the path.
 */
export const deliver = async (
  text: string,
  { asFile, path }: Delivery,
  { directory, name, cwd }: { directory: string; name: string; cwd: string },
): Promise<string> => {
  if (!asFile && path === undefined) return text;
  const file = path === undefined ? join(directory, name) : resolve(cwd, path);
  checkOneLine(file, "--output-file-path");
  await writeTo(file, text);
  return asFile ? `${file}\n` : "";
};

// Below a file nothing can be; in the folder of the berths, which may be somebody else's, a script of theirs could.
const NO_FILE = "/dev/null/berth-has-failed";

/**
 * Delivers the statement that stops a job after a failure, in the form that the job awaits: `. "$(berth ci-env --as-file)"` goes on
 * in dash if there is nothing to read. Where no file can be written, a path that is not there fails in every shell. Never throws.
 */
export const deliverStop = async (
  text: string,
  { asFile, path }: Delivery,
  { extension, machine }: { extension: string; machine: Machine },
): Promise<string> => {
  if (!asFile && path === undefined) return text;
  // By its content: jobs that fail at the same time share the folder.
  const name = `stop-${sha256(text).slice(0, 8)}.${extension}`;
  try {
    const { root } = findRoot(undefined, undefined, {}, machine);
    const file = path === undefined ? join(root, name) : resolve(machine.cwd, path);
    if (path === undefined) await makeRoot(root, machine.uid);
    checkOneLine(file, "--output-file-path");
    await replaceFile(file, text);
    return asFile ? `${file}\n` : text;
  } catch {
    return asFile ? `${NO_FILE}\n` : text;
  }
};
