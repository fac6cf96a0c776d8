import { watch } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { berthsIn, type ExecOptions, type ExecOutcome, masked } from "./exec.ts";
import type { Place } from "./sandbox.ts";

/** Makes a base from which a berth takes so long to make, or to remove, that a signal can come in between. */
export const makeSlowBase = async (folder: string): Promise<string> => {
  for (let index = 0; index < 1_500; index += 1) {
    const context = join(folder, "contexts", "meta", `${index}`);
    await mkdir(context, { recursive: true });
    await writeFile(join(context, "meta.json"), "{}");
  }
  return folder;
};

/** Resolves when the folder changes. */
export const changed = (folder: string): Promise<void> =>
  new Promise((resolve) => {
    const watcher = watch(folder, () => {
      watcher.close();
      resolve();
    });
  });

/** A program that tells what signals it gets, and ends some time after the last one, with 40 and their count. */
export const COUNTS_SIGNALS: readonly string[] = [
  process.execPath,
  "--eval",
  `let count = 0, end;
  const last = () => { clearTimeout(end); end = setTimeout(() => process.exit(40 + count), 500); };
  for (const name of ["INT", "QUIT", "TERM", "HUP", "USR1", "USR2"]) {
    process.on("SIG" + name, () => { console.log(name + " " + ++count); last(); });
  }
  setTimeout(() => process.exit(99), 20_000);
  console.log("ready");`,
];

/** A program that is still running. */
export interface Running {
  readonly pid: number;
  /** Waits until it has written this to stdout. Out: all that it has written by then. */
  said(text: string): Promise<string>;
  /** Writes to its stdin. */
  type(text: string): void;
  /** How it has ended; its status is the one that a shell sees. */
  readonly end: Promise<ExecOutcome>;
}

/** Starts a program that has no terminal, whatever the tests have. */
export const start = (
  place: Place,
  [file = "", ...args]: readonly string[],
  change: ExecOptions["change"] = {},
): Running => {
  const child = execa(file, args, {
    ...{
      cwd: place.folder,
      env: place.job(change),
      extendEnv: false,
      detached: true,
      reject: false,
    },
    stripFinalNewline: false,
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk;
  });
  const finish = async () => {
    const { exitCode, signal, stdout: all, stderr } = await child;
    const shown = { stdout: masked(place, all), stderr: masked(place, stderr) };
    const status = signal ? 128 + constants.signals[signal] : exitCode;
    return { exitCode: status, ...shown, left: await berthsIn(place) };
  };
  const end = finish();
  return {
    pid: child.pid ?? 0,
    end,
    type: (text) => void child.stdin.write(text),
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => stdout.includes(text) && resolve(stdout);
        child.stdout.on("data", look);
        child.stdout.on("end", () => reject(new Error(`it never said ${text}: ${stdout}`)));
        look();
      }),
  };
};
