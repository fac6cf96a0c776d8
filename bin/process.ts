import { tmpdir, userInfo } from "node:os";
import type { Machine } from "../src/machine.ts";

const orNothing = (read: () => string): string | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

/** Readies this process for what berth does, and says what berth is to know of it. Before any library is loaded. */
export const readyProcess = (): Machine => {
  // Nothing that berth makes may be seen by others, whatever the runner's umask is (TRAP 31).
  const umask = process.umask(0o077);
  // What cannot be said is no reason to leave something half done.
  process.stderr.on("error", () => undefined);
  // The working directory may have been removed. Libraries ask for it when they are loaded.
  const cwd = orNothing(process.cwd);
  if (cwd === undefined) process.chdir("/");
  return {
    env: process.env,
    umask,
    cwd: cwd ?? "/",
    isCwdGone: cwd === undefined,
    uid: process.getuid?.(),
    // HOME apart. A uid without an entry in the user database has none.
    homeDirectory: orNothing(() => userInfo().homedir),
    tempDirectory: tmpdir(),
    now: new Date(),
    program: [process.execPath, ...process.argv.slice(1, 2)],
    tell: (text) => process.stderr.write(text),
  };
};

/** Writes the last of what a program says. A closed pipe or a full disk behind stdout is a failure like any other, not a crash. */
export const finishProcess = (end: { stdout: string; stderr: string; status: number }): void => {
  process.stdout.on("error", ({ message }) => {
    process.exitCode = 1;
    process.stderr.write(`berth: error: cannot write to stdout: ${message}\n`);
  });
  process.exitCode = end.status;
  process.stderr.write(end.stderr);
  if (end.stdout !== "") process.stdout.write(end.stdout);
};
