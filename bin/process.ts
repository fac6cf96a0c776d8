import { fstatSync, readSync, realpathSync, statSync, writeSync } from "node:fs";
import { devNull, tmpdir, userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import { systemErrorCode } from "../src/errors.ts";
import type { Machine } from "../src/machine.ts";
import type { Terminal } from "../src/main.ts";

/** What `read` gives; nothing where it fails. */
export const orNothing = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

const pause = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);

// Node's own streams take longer to load than all that is to be written (`npm run bench`).
const write = (to: number, text: string): void => {
  let rest = Buffer.from(text, "utf8");
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(to, rest));
    } catch (error) {
      // Somebody else's pipe may not wait: it is full for now.
      if (systemErrorCode(error) !== "EAGAIN") throw error;
      pause();
    }
  }
};

const readSome = (buffer: Buffer): number => {
  for (;;) {
    try {
      return readSync(STDIN, buffer);
    } catch (error) {
      // As above: nothing is there yet.
      if (systemErrorCode(error) !== "EAGAIN") return 0;
      pause();
    }
  }
};

// What cannot be said is no reason to leave something half done.
const tell = (text: string): void => {
  try {
    write(STDERR, text);
  } catch {}
};

const isNull = (rdev: number): boolean =>
  process.platform !== "win32" && rdev === orNothing(() => statSync(devNull))?.rdev;

// Node's own answer comes with all of its streams: it is asked only where it can be yes.
const isTty = (descriptor: number): boolean => {
  const output = fstatSync(descriptor);
  if (!output.isCharacterDevice() || isNull(output.rdev)) return false;
  return process.getBuiltinModule("node:tty").isatty(descriptor);
};

/** Of a standalone executable of Bun's, argv[1] names what is inside of it, which only it can open. */
// https://bun.sh/reference/bun/isStandaloneExecutable
const isExecutable = (): boolean => Reflect.get(globalThis, "Bun")?.isStandaloneExecutable === true;

const program = (): readonly string[] =>
  isExecutable() ? [process.execPath] : [process.execPath, ...process.argv.slice(1, 2)];

const HELPER = "docker-credential-berth";

// Node's has a file of its own beside the program; an executable is called by that name.
const helper = (): string => {
  const [, script = ""] = process.argv;
  const folder = dirname(orNothing(() => realpathSync(script)) ?? script);
  return isExecutable() ? process.execPath : join(folder, `${HELPER}.cjs`);
};

/** Whether an executable is called by the helper's name. */
export const isCalledAsHelper = (): boolean =>
  isExecutable() && basename(process.argv0).replace(/\.exe$/i, "") === HELPER;

/** Which of the outputs are a terminal. */
export const readTerminal = (): Terminal => ({
  stdoutIsTty: isTty(STDOUT),
  stderrIsTty: isTty(STDERR),
});

/** Readies this process for what berth does, and says what berth is to know of it. Before any library is loaded. */
export const readyProcess = (): Machine => {
  // What Node itself logs then has the environment of each program that it starts. berth writes past this.
  if (process.env["NODE_DEBUG"]) process.stderr.write = () => true;
  // Nothing that berth makes may be seen by others, whatever the runner's umask is (TRAP 31).
  const umask = process.umask(0o077);
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
    get homeDirectory() {
      return orNothing(() => userInfo().homedir);
    },
    tempDirectory: tmpdir(),
    now: new Date(),
    program: program(),
    get helper() {
      return helper();
    },
    get logIsFile() {
      return orNothing(() => fstatSync(STDERR).isFile()) ?? true;
    },
    tell,
  };
};

/** In bytes: more than any name of a registry. */
const MAX_INPUT = 64 * 1024;

/** What is to be read from stdin, up to what anybody has to say; "" where nothing can be. */
export const readInput = (): string => {
  const buffer = Buffer.alloc(MAX_INPUT);
  let length = 0;
  for (let count = -1; count !== 0; ) {
    count = readSome(buffer.subarray(length));
    length += count;
  }
  return buffer.toString("utf8", 0, length);
};

/** Writes to stdout at once, before a program ends. Throws what the system says. */
export const say = (text: string): void => write(STDOUT, text);

/** Writes the last of what a program says. A closed pipe or a full disk behind stdout is a failure like any other, not a crash. */
export const finishProcess = (end: { stdout: string; stderr: string; status: number }): void => {
  process.exitCode = end.status;
  tell(end.stderr);
  try {
    write(STDOUT, end.stdout);
  } catch (error) {
    process.exitCode = 1;
    tell(`berth: error: cannot write to stdout (${systemErrorCode(error)})\n`);
  }
};
