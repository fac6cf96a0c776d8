import { randomBytes } from "node:crypto";
import { systemErrorCode } from "./errors.ts";

const ENDING = /\.(\d+)-[0-9a-f]{12}$/;

/** The name of a directory or file while this process makes or removes it: nobody takes it for a whole one. */
export const unfinished = (path: string): string =>
  `${path.replace(ENDING, "")}.${process.pid}-${randomBytes(6).toString("hex")}`;

export const isUnfinished = (name: string): boolean => ENDING.test(name);

/** Whether the process that the name is from is at work still; it may be another by now, which does no harm but to wait. */
export const isBeingMade = (name: string): boolean => {
  const pid = Number(ENDING.exec(name)?.[1] ?? 0);
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
};
