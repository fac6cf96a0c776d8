import { basename, join } from "node:path";
import { BerthError, systemErrorCode } from "./errors.ts";
import { lstat, readdir, remove, rename, rmdir } from "./files.ts";
import { checkOwn, checkRoot, type JobDirectory } from "./job-directory.ts";
import type { Machine } from "./machine.ts";
import { lookForMarker, MARKER } from "./marker.ts";
import { printable } from "./printable.ts";
import { isAtWork, isOfAProcess, isUnfinished, unfinished } from "./unfinished.ts";

/** After so many milliseconds without a touch a berth counts as forgotten. */
export const DEFAULT_STALE = 48 * 3600e3;

const failed = (path: string, error: unknown): BerthError =>
  new BerthError(
    "BERTH_DISK",
    `cannot remove ${printable(path)}: ${systemErrorCode(error) || "unknown error"}`,
    "remove it by hand: it may hold credentials",
  );

// Marker last: what is left after an interruption can still be recognised. What cannot be removed does not keep the rest.
const removeOnce = async (directory: string): Promise<void> => {
  const names = (await readdir(directory)).filter((name) => name !== MARKER);
  const removals = names.map((name) => remove(join(directory, name)));
  const failures = (await Promise.allSettled(removals)).filter(
    ({ status }) => status === "rejected",
  );
  for (const failure of failures) if ("reason" in failure) throw failure.reason;
  await remove(join(directory, MARKER));
  await rmdir(directory);
};

const TRIES = 5;

// A run of the job that has just found the directory by its name may still write to it.
const removeTree = async (directory: string, tries = TRIES): Promise<void> => {
  try {
    await removeOnce(directory);
  } catch (error) {
    if (tries === 1 || systemErrorCode(error) !== "ENOTEMPTY") throw error;
    await removeTree(directory, tries - 1);
  }
};

// Not where the job has made a new one meanwhile.
const giveBack = (removed: string, path: string): Promise<boolean> =>
  rename(removed, path).then(
    () => true,
    () => false,
  );

const removeDirectory = async (
  path: string,
  still: (path: string) => Promise<boolean>,
): Promise<boolean> => {
  const removed = unfinished(path);
  try {
    await rename(path, removed);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return false;
    throw failed(path, error);
  }
  try {
    if (!(await still(removed)) && (await giveBack(removed, path))) return false;
    await removeTree(removed);
    return true;
  } catch (error) {
    // Another clean-up has found what this one was removing, and was faster.
    if (systemErrorCode(error) === "ENOENT") return false;
    throw failed(removed, error);
  }
};

/**
 * Removes a berth: only a real directory of ours that bears the marker (RULE 21). It loses its name first, so that no
 * run of the job meets a half of it. `still` is asked again then: if it says no, the name is given back.
 * Out: whether there was one. Throws BERTH_DISK and BERTH_UNSAFE_DIRECTORY.
 */
export const removeBerth = async (
  path: string,
  uid: number | undefined,
  still: (path: string) => Promise<boolean> = async () => true,
): Promise<boolean> => {
  if (!(await checkOwn(path, uid))) return false;
  const marker = await lookForMarker(path).catch((error: unknown) => {
    throw failed(path, error);
  });
  if (!marker) return false;
  return removeDirectory(path, still);
};

/** Removes a berth that this process has made, whatever has become of its marker. Throws as `removeBerth` says. */
export const removeOwn = async (path: string, uid: number | undefined): Promise<void> => {
  if (await checkOwn(path, uid)) await removeDirectory(path, async () => true);
};

// Interrupted before its marker was whole, and so before any credential was in it.
const removeUnmarked = async (path: string): Promise<void> => {
  await remove(join(path, MARKER));
  await rmdir(path);
};

const removeRemain = async (path: string, uid: number | undefined): Promise<boolean> => {
  if (await removeBerth(path, uid)) return true;
  return removeUnmarked(path).then(
    () => true,
    () => false,
  );
};

const touchedAt = (path: string): Promise<number> =>
  lstat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

// Most berths beside a job's are of jobs at work: one look tells, and a job on a runner of hundreds is no slower.
const touchedWithin = async (milliseconds: number, directory: string, now: Date) => {
  for (const name of ["", MARKER, "config.json", "auth.json"]) {
    if (now.getTime() - (await touchedAt(join(directory, name))) <= milliseconds) return true;
  }
  return false;
};

// A run takes a fraction of a second; in a container another process soon has the number of one that was killed.
const FRESH = 60e3;

const namesIn = (root: string): Promise<readonly string[]> => readdir(root).catch(() => []);

// The berth of a process alone lives as long as that; what is not whole yet, or not any more, a moment.
const isInUse = async (remain: string, now: Date): Promise<boolean> =>
  isAtWork(remain) && (isOfAProcess(remain) || (await touchedWithin(FRESH, remain, now)));

/** Removes what interrupted runs of a job have left beside its berth. Out: how many. */
export const removeRemains = async (
  { path, root }: Pick<JobDirectory, "path" | "root">,
  { uid, now }: Pick<Machine, "uid" | "now">,
): Promise<number> => {
  const remains = (await namesIn(root)).filter(
    (name) => name.startsWith(`${basename(path)}.`) && (isUnfinished(name) || isOfAProcess(name)),
  );
  let count = 0;
  for (const name of remains) {
    const remain = join(root, name);
    if (await isInUse(remain, now)) continue;
    if (await removeRemain(remain, uid)) count += 1;
  }
  return count;
};

/** The berths in `root` that nothing has touched for so long that they count as forgotten. */
export const findStale = async (
  root: string,
  uid: number | undefined,
  now: Date,
): Promise<readonly string[]> => {
  if (!(await checkRoot(root, uid).catch(() => false))) return [];
  const found: string[] = [];
  for (const name of await namesIn(root)) {
    const path = join(root, name);
    const isLive = isOfAProcess(name) && isAtWork(name);
    if (!isLive && !(await touchedWithin(DEFAULT_STALE, path, now))) found.push(path);
  }
  return found;
};

/**
 * Removes the berths in `root` that nothing has touched for `maxAge` milliseconds.
 * Out: their paths. What is no berth of ours is passed over, and so is, but for being told to `failed`, what cannot be removed.
 */
export const removeStale = async (
  root: string,
  uid: number | undefined,
  {
    maxAge,
    now,
    failed: tell = () => undefined,
  }: { maxAge: number; now: Date; failed?: (error: BerthError) => void },
): Promise<readonly string[]> => {
  if (!(await checkRoot(root, uid))) return [];
  const isStale = async (path: string) => !(await touchedWithin(maxAge, path, now));
  const removed: string[] = [];
  const names = await readdir(root).catch((error: unknown) => {
    tell(failed(root, error));
    return [];
  });
  for (const name of names) {
    const path = join(root, name);
    try {
      if (!(await isStale(path)) || (isOfAProcess(name) && isAtWork(name))) continue;
      const done = isUnfinished(name)
        ? await removeRemain(path, uid)
        : await removeBerth(path, uid, isStale);
      if (done) removed.push(path);
    } catch (error) {
      if (!(error instanceof BerthError)) throw error;
      tell(error);
    }
  }
  return removed;
};
