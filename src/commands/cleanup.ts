import { dirname } from "node:path";
import { loadEnv } from "../env-file.ts";
import { BerthError } from "../errors.ts";
import { findBerth, findRoot } from "../job-directory.ts";
import { leftBuilders } from "../left-builders.ts";
import type { Machine } from "../machine.ts";
import { readAnyMarker } from "../marker.ts";
import { cleanupOptions } from "../options.ts";
import { printable } from "../printable.ts";
import { DEFAULT_STALE, removeBerth, removeRemains, removeStale } from "../remove.ts";
import { reportError, reportLeft } from "../report.ts";
import { findThisJob } from "../this-job.ts";
import { isAtWork, isOfAProcess } from "../unfinished.ts";
import { type Arguments, type Command, systemOf, systemWord } from "./command.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 };

const parseAge = (text: string): number => {
  if (text === "") return DEFAULT_STALE;
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount && unit) return Number(amount) * (UNITS[unit] ?? 0);
  throw new BerthError(
    "BERTH_USAGE",
    // What is longer may be a token, in a wrong place.
    `--stale: ${text.length > 6 ? "its value" : `"${printable(text)}"`} is not a length of time`,
    "write it as a number and s, m, h or d: --stale 48h",
  );
};

const stillThere = (path: string): BerthError =>
  new BerthError(
    "BERTH_DISK",
    `cannot remove ${printable(path)}: it cannot be read`,
    "run berth cleanup again, or remove it by hand: it holds credentials",
  );

const list = (paths: readonly string[], none: string): string =>
  paths.length === 0
    ? `berth: ${none}\n`
    : paths.map((path) => `berth: removed ${printable(path)}\n`).join("");

interface Done {
  readonly text: string;
  readonly failures: readonly BerthError[];
}

const sweep = async (age: string, args: Arguments, machine: Machine): Promise<Done> => {
  const maxAge = parseAge(age);
  const env = await loadEnv(args.text("env-file"), machine);
  const { root } = findRoot(undefined, args.text("tmp-dir"), env, machine);
  const failures: BerthError[] = [];
  const removed = await removeStale(root, machine.uid, {
    ...{ maxAge, now: machine.now },
    failed: (error) => failures.push(error),
  });
  return { text: list(removed, `nothing forgotten in ${printable(root)}`), failures };
};

const removeThisJobs = async (args: Arguments, machine: Machine): Promise<Done> => {
  const options = {
    system: systemOf(args),
    envFile: args.text("env-file"),
    tmpDir: args.text("tmp-dir"),
  };
  const { env, directory } = await findThisJob(options, machine);
  // With --tmp-dir given to ci-env alone, only the exported variable still knows the place.
  const exported = env["DOCKER_CONFIG"];
  const elsewhere =
    exported &&
    !(isOfAProcess(exported) && isAtWork(exported)) &&
    (await readAnyMarker(exported))?.job === directory.job
      ? [{ root: dirname(exported), path: exported, job: directory.job }]
      : [];
  const places = [directory, ...elsewhere.filter(({ path }) => path !== directory.path)];
  const removed: string[] = [];
  const builders: string[] = [];
  for (const place of places) {
    const there = (await findBerth(place, machine.uid)) !== undefined;
    builders.push(...(await leftBuilders(place.path)));
    const remains = await removeRemains(place, machine);
    const isRemoved = there && (await removeBerth(place.path, machine.uid));
    if (there && !isRemoved && (await findBerth(place, machine.uid))) throw stillThere(place.path);
    if (isRemoved || remains > 0) removed.push(place.path);
  }
  const none = `nothing to clean up at ${printable(directory.path)}`;
  return { text: list(removed, none) + reportLeft(builders), failures: [] };
};

export const cleanup = {
  name: "cleanup",
  describe: "Remove this job's berth, or with --stale every forgotten one",
  word: systemWord,
  options: cleanupOptions,
  evaluated: false,
  examples: [
    ["berth cleanup", "at the end of a job, from any shell of it"],
    ["berth cleanup --stale 48h", "on a runner, for berths of jobs that were killed"],
  ],
  run: async (args, machine, style) => {
    const age = args.text("stale");
    const { text, failures } =
      age === undefined ? await removeThisJobs(args, machine) : await sweep(age, args, machine);
    const errors = failures.map((error) => reportError(error, style)).join("");
    const stderr = (args.flag("quiet") ? "" : text) + errors;
    return { stdout: "", stderr, status: failures.length > 0 ? 1 : 0 };
  },
} as const satisfies Command;
