import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { systemErrorCode } from "./errors.ts";

const SIGNALS = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;

/** Ctrl-C and Ctrl-\: a terminal sends them to the child as well. */
const OF_A_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];

const hasTerminal = (): boolean => {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
};

/** How a command ended. */
interface Ended {
  /** As a shell says it: the command's own, 127 not found, 126 cannot be run, 128 and the number of the signal that it died of. */
  readonly status: number;
  /** Why it could not be run at all. */
  readonly problem?: string;
}

interface Command {
  readonly line: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly umask: number;
  /** Called just before it starts. */
  announce(): void;
}

/** Signals that wait for the command that they are for. */
export interface Signals {
  /** Runs a command in this terminal, passes on every signal, and waits for its end; not where a signal came before. Never throws. */
  run(command: Command): Promise<Ended>;
  /** From here on a signal ends the process again. */
  release(): void;
}

const statusOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

const notFound: Ended = { status: 127, problem: "is not found" };

// Where a command cannot be started execa sets these; Bun's have no setter, and the reason would be lost.
const letBeSet = (prototype: object): void => {
  for (const name of ["stdin", "stdout", "stderr", "stdio"]) {
    const found = Object.getOwnPropertyDescriptor(prototype, name);
    if (found?.get) Object.defineProperty(prototype, name, { ...found, set: () => undefined });
  }
};

/** From here on no signal ends this process: what it has made it can remove. */
export const holdSignals = (): Signals => {
  const early: NodeJS.Signals[] = [];
  let pass = (signal: NodeJS.Signals): void => {
    early.push(signal);
  };
  const listener = (signal: NodeJS.Signals) => pass(signal);
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    run: async ({ line: [file = "", ...args], env, umask, announce }) => {
      const { execa } = await import("execa");
      letBeSet((await import("node:child_process")).ChildProcess.prototype);
      // A signal that came while the berth was made is not heard of before the event loop turns.
      await new Promise(setImmediate);
      const [signal] = early;
      if (signal) return { status: statusOfSignal(signal) };
      announce();
      if (file === "") return notFound;
      const own = process.umask(umask);
      // Whatever NODE_DEBUG says: its arguments are not for a log.
      const plain = { extendEnv: false, stdio: "inherit", verbose: "none" } as const;
      const quiet = { reject: false, cleanup: false, forceKillAfterDelay: false } as const;
      const options = { ...plain, ...quiet, env };
      let child = execa(file, args, options);
      // Unlike Node's, Bun's spawn leaves a file without a #! line to others: https://github.com/oven-sh/bun/pull/31717
      if (!child.pid && systemErrorCode(await child) === "ENOEXEC")
        child = execa("sh", ["-c", 'exec "$0" "$@"', file, ...args], options);
      process.umask(own);
      // What is heard of now may have come when the terminal did not know the command yet.
      let isNew = true;
      // Two: before the second one, what was waiting has been heard.
      setImmediate(() =>
        setImmediate(() => {
          isNew = false;
        }),
      );
      const isOnTerminal = hasTerminal();
      pass = (late) => {
        if (isNew || !isOnTerminal || !OF_A_TERMINAL.includes(late)) child.kill(late);
      };
      const { exitCode, signal: killedBy, code } = await child;
      if (killedBy) return { status: statusOfSignal(killedBy) };
      if (exitCode !== undefined) return { status: exitCode };
      return systemErrorCode({ code }) === "ENOENT"
        ? notFound
        : { status: 126, problem: `cannot be run (${code})` };
    },
    release: () => {
      for (const signal of SIGNALS) process.removeListener(signal, listener);
    },
  };
};
