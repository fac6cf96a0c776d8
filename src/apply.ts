import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encodeConfig } from "./docker-config/encode.ts";
import { BerthError, systemErrorCode } from "./errors.ts";
import { checkOwn } from "./job-directory.ts";
import { MARKER } from "./marker.ts";
import type { Plan } from "./plan.ts";
import { printable } from "./printable.ts";
import { unfinished } from "./unfinished.ts";

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** Another run of the same job was there first, or a clean-up: what was read is not so any more. */
class Overtaken extends Error {}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the path is too long",
};

const diskError = (error: unknown, action: string, path: string): Error => {
  const code = systemErrorCode(error);
  if (error instanceof BerthError || error instanceof Overtaken || code === "")
    return error as Error;
  // Everything on the way was there a moment ago.
  if (code === "ENOENT") return new Overtaken();
  return new BerthError(
    "BERTH_DISK",
    `cannot ${action} ${printable(path)}: ${REASONS[code] ?? code}`,
    "free or change it, or choose another place with --tmp-dir or BERTH_TMP_DIR",
  );
};

const doing = async <T>(action: string, path: string, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw diskError(error, action, path);
  }
};

const makeDirectory = (path: string) =>
  doing("make the directory", path, mkdir(path, { mode: DIRECTORY_MODE }));

const ignoring = async (code: string, work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (systemErrorCode(error) !== code) throw error;
  }
};

const create = (path: string, content: string | Buffer) =>
  doing("write", path, writeFile(path, content, { mode: FILE_MODE, flag: "wx" }));

const makeRoot = async (root: string, uid: number | undefined): Promise<void> => {
  const made = ignoring("EEXIST", mkdir(root, { mode: DIRECTORY_MODE }));
  await doing("make the directory", root, made);
  await checkOwn(root, uid);
};

// Never `directory` itself: if a clean-up has taken it away, it must not come back half empty.
const makeFolders = async (directory: string, folder: string): Promise<void> => {
  if (folder === ".") return;
  await makeFolders(directory, dirname(folder));
  const path = join(directory, folder);
  const made = ignoring("EEXIST", mkdir(path, { mode: DIRECTORY_MODE }));
  await doing("make the directory", path, made);
};

type PlannedFile = readonly [name: string, content: string];

// The marker comes first in a new directory and last in an existing one: what bears it can be cleaned up, what it records is there.
const markerOf = ({ marker }: Plan): PlannedFile => [
  MARKER,
  `${JSON.stringify(marker, null, "\t")}\n`,
];

const configsOf = ({ config, authFile }: Plan): readonly PlannedFile[] => [
  ["config.json", encodeConfig(config)],
  ["auth.json", encodeConfig(authFile)],
];

const copyInto = async (directory: string, { copies }: Plan): Promise<void> => {
  for (const { from, to } of copies) {
    const target = join(directory, to);
    const taken = await stat(target).catch(() => undefined);
    if (taken) continue;
    const content = await doing("read", from, readFile(from));
    await makeFolders(directory, dirname(to));
    await replace(target, content);
  }
};

const replace = async (path: string, content: string | Buffer): Promise<void> => {
  const temporary = unfinished(path);
  try {
    await create(temporary, content);
    await doing("write", path, rename(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
};

/** Fills a directory beside the final one and then names it so: nobody ever sees a half of it. */
const createBerth = async (plan: Plan): Promise<void> => {
  const { path } = plan.directory;
  const staging = unfinished(path);
  try {
    await makeDirectory(staging);
    for (const [name, content] of [markerOf(plan), ...configsOf(plan)]) {
      await create(join(staging, name), content);
    }
    await copyInto(staging, plan);
    await rename(staging, path);
  } catch (error) {
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
    // A directory that is not empty cannot be replaced: another run of this job has made it.
    if (["ENOTEMPTY", "EEXIST"].includes(systemErrorCode(error))) throw new Overtaken();
    throw diskError(error, "write", path);
  }
};

const updateBerth = async (plan: Plan): Promise<void> => {
  const { path } = plan.directory;
  await copyInto(path, plan);
  for (const [name, content] of [...configsOf(plan), markerOf(plan)]) {
    await replace(join(path, name), content);
  }
};

/**
 * Makes the plan so; the only writer of berths. All or nothing: a file or directory has its final name only when it is
 * complete. Out: false where another run of the same job, or a clean-up, has come in between, and a new plan is due.
 * Throws BERTH_DISK, naming the path, and BERTH_UNSAFE_DIRECTORY.
 */
export const apply = async (plan: Plan, uid: number | undefined): Promise<boolean> => {
  await makeRoot(plan.directory.root, uid);
  await checkOwn(plan.directory.path, uid);
  try {
    await (plan.update ? updateBerth(plan) : createBerth(plan));
    return true;
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
};
