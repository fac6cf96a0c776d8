import { readFileSync } from "node:fs";
import { systemErrorCode } from "./errors.ts";
import { randomHex } from "./random.ts";

const ENDING = /\.(exec-)?(\d+)-[0-9a-f]{12}$/;

const ending = (): string => `${process.pid}-${randomHex(12)}`;

/** The name of a directory or file while this process makes or removes it: nobody takes it for a whole one. */
export const unfinished = (path: string): string => `${path.replace(ENDING, "")}.${ending()}`;

/** The name of a berth that is this process's alone, beside its job's. */
export const ofThisProcess = (path: string): string => `${path}.exec-${ending()}`;

export const isUnfinished = (name: string): boolean => {
  const found = ENDING.exec(name);
  return found !== null && found[1] === undefined;
};

export const isOfAProcess = (name: string): boolean => ENDING.exec(name)?.[1] !== undefined;

// It has ended, and nobody has asked how: proc_pid_stat(5).
const isDead = (pid: number): boolean => {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

/** Whether the process that the name is from is at work still; it may be another by now, which does no harm but to wait. */
export const isAtWork = (name: string): boolean => {
  const pid = Number(ENDING.exec(name)?.[2] ?? 0);
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return !isDead(pid);
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
};
