import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { CiSystem, Job } from "./ci/system.ts";
import { BerthError, systemErrorCode } from "./errors.ts";
import type { Machine } from "./machine.ts";
import { type Marker, readJob, readMarker } from "./marker.ts";
import { printable } from "./printable.ts";
import { checkOneLine, type Env } from "./variables.ts";

/** Where a job's berth lies: `path` in `root`, which holds the berths of one user. */
export interface JobDirectory {
  readonly root: string;
  readonly path: string;
  /** The job's identity, hashed. */
  readonly job: string;
  /** The CI empties the place by itself at the job's end. */
  readonly emptiedByCi: boolean;
}

const tempDirOf = (
  system: CiSystem | undefined,
  tmpDir: string | undefined,
  env: Env,
  machine: Machine,
) => {
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

const checkTempDir = async (path: string, name: string): Promise<void> => {
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

/** The folder of this user's berths. Throws BERTH_TEMP_DIR where the temp directory is not there. */
export const findRoot = async (
  system: CiSystem | undefined,
  tmpDir: string | undefined,
  env: Env,
  machine: Machine,
): Promise<{ readonly root: string; readonly emptiedByCi: boolean }> => {
  const temp = tempDirOf(system, tmpDir, env, machine);
  checkOneLine(temp.path, temp.name);
  await checkTempDir(temp.path, temp.name);
  const owner = machine.uid === undefined ? "berth" : `berth-${machine.uid}`;
  return { root: join(temp.path, owner), emptiedByCi: temp.emptiedByCi };
};

/** A directory's name: readable, and unique by the hash of the whole identity. */
export const jobDirectory = (
  { root, emptiedByCi }: { root: string; emptiedByCi: boolean },
  system: CiSystem,
  job: Job,
): JobDirectory => {
  const identity = JSON.stringify([system.name, ...job.key]);
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, 16);
  const readable = job.id.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 60);
  return { root, path: join(root, `${system.name}-${readable}-${hash}`), job: hash, emptiedByCi };
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

/** Whether the job has a berth. Throws BERTH_UNSAFE_DIRECTORY for anything else at its place. */
export const hasBerth = async (
  { root, path, job }: Pick<JobDirectory, "root" | "path" | "job">,
  uid: number | undefined,
): Promise<boolean> => {
  if (!(await checkOwn(root, uid)) || !(await checkOwn(path, uid))) return false;
  if ((await readJob(path)) === job) return true;
  // A clean-up may have taken it away since.
  if (!(await checkOwn(path, uid))) return false;
  throw unsafe(path, "is not a berth of this job");
};

/** The marker of the job's berth; nothing where there is none yet. Throws BERTH_UNSAFE_DIRECTORY, as `hasBerth` does. */
export const findBerth = async (
  directory: JobDirectory,
  uid: number | undefined,
): Promise<Marker | undefined> => {
  if (!(await hasBerth(directory, uid))) return undefined;
  const marker = await readMarker(directory.path);
  if (marker || !(await hasBerth(directory, uid))) return marker;
  throw new BerthError(
    "BERTH_UNSAFE_DIRECTORY",
    `${printable(directory.path)} is not a berth of this version`,
    "remove it first: berth cleanup",
  );
};
