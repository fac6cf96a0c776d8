import { readdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Place, readJson } from "../../e2e/support/sandbox.ts";

/** Does `work` for each item, `width` of them at a time. Out: the results, in the items' order. */
export const inPool = async <Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
};

/**
 * A `command` under strace, which makes some of its system calls slow, or those on `path` alone.
 * `log` gets a line for each that has ended, and for those that are named without a delay.
 */
export const slowed = (
  injections: readonly string[],
  command: readonly string[],
  { path, log = "/dev/null" }: { path?: string | undefined; log?: string } = {},
): readonly string[] => [
  ...["strace", "--follow-forks", `--output=${log}`],
  ...(path === undefined ? [] : [`--trace-path=${path}`]),
  `--trace=${injections.map((it) => it.split(":")[0]).join()}`,
  ...injections.filter((it) => it.includes(":")).map((it) => `--inject=${it}`),
  ...command,
];

const MARKER_AND_CONFIGS = ["auth.json", "berth.json", "config.json"];

const passwordIn = async (file: string, host: string): Promise<string> => {
  const config = (await readJson(file)) as { auths: Record<string, { auth: string }> };
  const text = Buffer.from(config.auths[host]?.auth ?? "", "base64").toString();
  return text.slice(text.indexOf(":") + 1);
};

/** What lies in a berth: its files, and the token in each. Throws where a file is not whole. */
export const berthAt = async (path: string, host = "registry.example.com") => {
  const files = (await readdir(path)).sort();
  await readJson(join(path, "berth.json"));
  return {
    files,
    config: await passwordIn(join(path, "config.json"), host),
    auth: await passwordIn(join(path, "auth.json"), host),
  };
};

/** A berth that is whole, and of one run alone. */
export const whole = (token: string) => ({ files: MARKER_AND_CONFIGS, config: token, auth: token });

/** The berths and all else in the folder of berths: what each holds. */
export const berthsOf = async ({ root }: Pick<Place, "root">) => {
  const names = await readdir(root).catch(() => []);
  return Promise.all(names.map((name) => berthAt(join(root, name))));
};

/** Makes a berth look as if nothing but `except` had been touched for so long; "" is itself. */
export const age = async (path: string, milliseconds: number, except?: string): Promise<void> => {
  const now = Date.now();
  for (const name of [...MARKER_AND_CONFIGS, ""]) {
    const time = new Date(name === except ? now : now - milliseconds);
    await utimes(join(path, name), time, time);
  }
};

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Waits until something is so. */
export const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await wait(2);
};
