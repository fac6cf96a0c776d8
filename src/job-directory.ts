import type { Stats } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CiSystem, Job } from "./ci/system.ts";
import { makeDirectory, Overtaken } from "./disk.ts";
import { BerthError, systemErrorCode } from "./errors.ts";
import { lstat, stat } from "./files.ts";
import type { Machine } from "./machine.ts";
import { type AnyMarker, readAnyMarker } from "./marker.ts";
import { printable } from "./printable.ts";
import { sha256 } from "./sha256.ts";
import { checkOneLine, type Env } from "./variables.ts";

interface TempDir {
  readonly path: string;
  /** The option or variable that it is from. */
  readonly name: string;
  /** The CI empties it by itself at the job's end. */
  readonly emptiedByCi: boolean;
}

/** The folder that holds the berths of one user. */
interface Root {
  readonly root: string;
  readonly temp: TempDir;
}

/** Where a job's berth lies: `path` in `root`. */
export interface JobDirectory extends Root {
  readonly path: string;
  /** The job's identity, hashed. */
  readonly job: string;
}

const tempDirOf = (
  system: CiSystem | undefined,
  tmpDir: string | undefined,
  env: Env,
  machine: Machine,
): TempDir => {
  if (tmpDir) {
    const path = resolve(machine.cwd, tmpDir);
    return { path, name: "--tmp-dir", emptiedByCi: false };
  }
  const variable = system?.tempDirVariable;
  const private_ = variable && env[variable];
  return private_
    ? { path: resolve(machine.cwd, private_), name: variable, emptiedByCi: true }
    : {
        path: resolve(machine.cwd, machine.tempDirectory),
        name: env["TMPDIR"] ? "TMPDIR" : "the system's temp directory",
        emptiedByCi: false,
      };
};

/** Throws BERTH_TEMP_DIR, naming the option or variable, where the directory that the berths are to lie in is not there. */
export const checkTempDir = async ({ path, name }: TempDir): Promise<void> => {
  const found = await stat(path).catch((error: unknown) => systemErrorCode(error));
  if (typeof found !== "string" && found.isDirectory()) return;
  const problem =
    typeof found !== "string"
      ? "is not a directory"
      : found === "ENOENT"
        ? "is not there"
        : `cannot be used (${found})`;
  throw new BerthError(
    "BERTH_TEMP_DIR",
    `${name}: ${printable(path)} ${problem}`,
    "make the directory, or name another with --tmp-dir or BERTH_TMP_DIR",
  );
};

/** The name of the folder with a user's berths. */
export const folderOfUser = (uid: number | undefined): string =>
  uid === undefined ? "berth" : `berth-${uid}`;

/** The folder of this user's berths; `temp` is what it lies in, and which option or variable named that. Throws BERTH_BAD_VALUE. */
export const findRoot = (
  system: CiSystem | undefined,
  tmpDir: string | undefined,
  env: Env,
  machine: Machine,
): Root => {
  const temp = tempDirOf(system, tmpDir, env, machine);
  checkOneLine(temp.path, temp.name);
  return { root: join(temp.path, folderOfUser(machine.uid)), temp };
};

/** A directory's name: readable, and unique by the hash of the whole identity. */
export const jobDirectory = ({ root, temp }: Root, system: CiSystem, job: Job): JobDirectory => {
  const identity = JSON.stringify([system.name, ...job.key]);
  const hash = sha256(identity).slice(0, 16);
  const readable = job.id.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 60);
  return { root, temp, path: join(root, `${system.name}-${readable}-${hash}`), job: hash };
};

const unsafe = (path: string, problem: string): BerthError =>
  new BerthError(
    "BERTH_UNSAFE_DIRECTORY",
    `${printable(path)} ${problem}`,
    "berth puts no credentials there: remove it, or choose another place with --tmp-dir or BERTH_TMP_DIR",
  );

const OTHERS_MAY_WRITE = 0o022;

/** Whether a directory is there. Throws BERTH_UNSAFE_DIRECTORY unless it is a real one, ours, that nobody else may write to. */
export const checkOwn = async (path: string, uid: number | undefined): Promise<boolean> => {
  let found: Stats;
  try {
    found = await lstat(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return false;
    throw unsafe(path, `cannot be looked at (${systemErrorCode(error)})`);
  }
  if (found.isSymbolicLink()) throw unsafe(path, "is a link");
  if (!found.isDirectory()) throw unsafe(path, "is not a directory");
  if (uid === undefined) return true;
  if (found.uid !== uid) throw unsafe(path, `belongs to another user (uid ${found.uid})`);
  if (found.mode & OTHERS_MAY_WRITE) throw unsafe(path, "can be written to by other users");
  return true;
};

const ALL_MAY_WRITE = 0o002;
const STICKY = 0o1000;

/**
 * Whether the folder of the berths is there, as `checkOwn`. Throws BERTH_UNSAFE_DIRECTORY, too, where others could rename it at any
 * moment and put another in its place: the directory that it is in has to be shut or, as /tmp, sticky.
 */
export const checkRoot = async (root: string, uid: number | undefined): Promise<boolean> => {
  const around = dirname(root);
  const mode = (await stat(around).catch(() => undefined))?.mode ?? 0;
  if (uid !== undefined && mode & ALL_MAY_WRITE && !(mode & STICKY)) {
    throw new BerthError(
      "BERTH_UNSAFE_DIRECTORY",
      `${printable(around)} can be written to by all users and has no sticky bit`,
      "anybody could put a folder of theirs in the place of yours: chmod +t it, or choose another with --tmp-dir or BERTH_TMP_DIR",
    );
  }
  return checkOwn(root, uid);
};

/** Makes the folder of the berths where it is not there yet. Throws as `doing` and `checkRoot` say. */
export const makeRoot = async (root: string, uid: number | undefined): Promise<void> => {
  await checkRoot(root, uid);
  await makeDirectory(root);
  // What was in its place may be gone again: the next thing there could be a link of another user's.
  if (!(await checkRoot(root, uid))) throw new Overtaken();
};

const LOOKS = 5;

/**
 * The marker of the job's berth; nothing where there is none. Looks again where another run or a clean-up has come in between.
 * Throws BERTH_UNSAFE_DIRECTORY for anything else at its place.
 */
export const findBerth = async (
  { root, path, job }: Pick<JobDirectory, "root" | "path" | "job">,
  uid: number | undefined,
): Promise<AnyMarker | undefined> => {
  for (let look = 0; look < LOOKS; look += 1) {
    if (!(await checkRoot(root, uid)) || !(await checkOwn(path, uid))) return undefined;
    const marker = await readAnyMarker(path);
    if (marker?.job === job) return marker;
    if (marker) break;
  }
  throw unsafe(path, "is not a berth of this job");
};
