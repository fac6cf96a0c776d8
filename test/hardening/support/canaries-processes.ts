import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const readOr = (path: string): string => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
};

const isProcess = (name: string): boolean => /^\d+$/.test(name);

/** Every command line that a process of this machine has while `work` goes on, as others can see it too. */
export const commandLinesDuring = async (
  work: () => Promise<unknown>,
): Promise<ReadonlySet<string>> => {
  const seen = new Set<string>();
  const look = () => {
    for (const name of readdirSync("/proc").filter(isProcess))
      seen.add(readOr(`/proc/${name}/cmdline`));
  };
  let isOver = false;
  const working = work().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    look();
    await pause(1);
  }
  await working;
  return seen;
};
