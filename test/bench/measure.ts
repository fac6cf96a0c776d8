import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { JobEnv } from "../support/job.ts";
import { programsOnPath } from "../support/programs.ts";

/** A command to measure, with its whole environment. Its name tells it from all others. */
export interface Command {
  readonly name: string;
  readonly words: readonly string[];
  readonly env: JobEnv;
}

/** One run of a command. */
export interface Run {
  readonly seconds: number;
  /** Of all its processes, in user and kernel mode. */
  readonly cpu: number;
  readonly stdout: string;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const run = async (name: string, [file = "", ...args]: readonly string[], env: JobEnv) => {
  const options = { env, extendEnv: false, stdin: "ignore", reject: false } as const;
  const { failed, stderr } = await execa(file, args, options);
  if (failed) throw new Error(`${name} failed: ${stderr}`);
};

/** Runs a command once under hyperfine, and throws where it fails. */
export const timeOnce = async ({ name, words, env }: Command, folder: string): Promise<Run> => {
  const [json, output] = [join(folder, "hyperfine.json"), join(folder, "output")];
  const options = ["--shell=none", "--style=none", "--runs=1", "--output", output];
  const command = words.map(quote).join(" ");
  await run(name, ["hyperfine", ...options, "--export-json", json, command], env);
  const [result] = JSON.parse(await readFile(json, "utf8")).results;
  const stdout = await readFile(output, "utf8");
  return { seconds: result.mean, cpu: result.user + result.system, stdout };
};

/** Runs a command once: the peak of its resident memory in bytes. Throws where it fails. */
export const peakOnce = async ({ name, words, env }: Command, folder: string): Promise<number> => {
  const file = join(folder, "peak");
  // A process inherits the peak of the one that forked it: GNU time is small, this one is not.
  // https://github.com/torvalds/linux/blob/master/fs/exec.c (exec_mmap)
  const [time = "time"] = programsOnPath("time");
  await run(name, [time, "--format=%M", `--output=${file}`, ...words], env);
  return Number(await readFile(file, "utf8")) * 1024;
};

/**
 * Measures each command `rounds` times. hyperfine alone would run one command's runs in a block,
 * and other work of the machine would meet some blocks and not others: so each round runs every
 * command once, and begins with another one.
 */
export const inRounds = async <T>(
  commands: readonly Command[],
  rounds: number,
  once: (command: Command) => Promise<T>,
): Promise<ReadonlyMap<string, readonly T[]>> => {
  const results = new Map<string, T[]>(commands.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % commands.length;
    for (const command of [...commands.slice(first), ...commands.slice(0, first)]) {
      results.get(command.name)?.push(await once(command));
    }
  }
  return results;
};
