import { delimiter, isAbsolute } from "node:path";
import { systemErrorCode } from "./errors.ts";

/** How a program of another's has ended. */
export type Ran =
  | { readonly stdout: string }
  /** `why`: it is not there, it takes too long, or it says no; `said` is what it has then printed. */
  | { readonly why: "absent" | "slow" | "failed"; readonly said: string };

const PROBLEMS = { slow: "takes too long", failed: "has failed" } as const;

/** Why a program gave nothing, for people. What it says itself may have a secret in it, and so may `words`, if not left out. */
export const problemOf = (
  [program, ...words]: readonly [program: string, ...words: string[]],
  why: "absent" | keyof typeof PROBLEMS,
): string =>
  why === "absent" ? `${program} is not on PATH` : [program, ...words, PROBLEMS[why]].join(" ");

interface RunOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For its stdin, which is empty without. */
  readonly input?: string;
  /** In milliseconds. */
  readonly timeout?: number;
}

const TIMEOUT = 30_000;

// As Go does for docker: what lies in the working directory is no program of the machine's.
const withAbsolutePath = (env: RunOptions["env"]): RunOptions["env"] => {
  const { PATH } = env;
  if (PATH === undefined) return env;
  // An empty PATH is that directory, too.
  return { ...env, PATH: PATH.split(delimiter).filter(isAbsolute).join(delimiter) || "/" };
};

/** Runs a program, for a limited time: one that goes on, or leaves others that hold its output, is not waited for. Never throws. */
export const runProgram = async (
  [program, ...args]: readonly [program: string, ...args: string[]],
  { env, input = "", timeout = TIMEOUT }: RunOptions,
): Promise<Ran> => {
  const { execFile } = await import("node:child_process");
  const ran = new Promise<Ran>((resolve) => {
    const child = execFile(program, args, { env: withAbsolutePath(env) }, (error, stdout) => {
      clearTimeout(timer);
      if (!error) return resolve({ stdout });
      const why = systemErrorCode(error) === "ENOENT" ? "absent" : "failed";
      resolve({ why, said: stdout });
    });
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      for (const stream of child.stdio) stream?.destroy();
      resolve({ why: "slow", said: "" });
    }, timeout);
    child.stdin?.on("error", () => undefined).end(input);
  });
  // A few problems are no event but thrown: a link to itself, a word with a zero byte.
  return ran.catch(() => ({ why: "failed", said: "" }));
};
