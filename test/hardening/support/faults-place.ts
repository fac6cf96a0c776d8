import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { masked } from "../../e2e/support/exec.ts";
import { listing } from "../../e2e/support/listing.ts";
import { auth, type Place } from "../../e2e/support/sandbox.ts";
import type { JobEnv } from "../../support/job.ts";
import { snapshot } from "../../support/snapshot.ts";

/** Nobody but the berth's own files may have any of these. */
export const SECRETS = ["canary-of-the-job-1", "canary-of-the-job-2", "canary-of-the-runner"];

const [TOKEN = "", LATER = "", INHERITED = ""] = SECRETS;

const baseConfig = (password: string): string =>
  JSON.stringify({ auths: { "base.example.com": { auth: auth("runner", password) } } });

const BASE_CONFIG = "home/.docker/config.json";
const ENV_FILE = "env-file";

// `{}` for what berth copies and does not read.
const base = (): Readonly<Record<string, string>> => ({
  [BASE_CONFIG]: baseConfig(INHERITED),
  [`home/.docker/contexts/meta/${"a".repeat(64)}/meta.json`]: "{}",
  "home/.docker/buildx/instances/builder": "{}",
  "run/containers/auth.json": baseConfig(INHERITED),
  "home/.config/helm/registry/config.json": baseConfig(INHERITED),
  // As a step may leave it: its last line is not ended.
  [ENV_FILE]: "EARLIER=1",
});

/** The environment of a run; `isLater` of the one after it, when the job's token is another. */
export const envOf = (
  place: Place,
  change: Readonly<Record<string, string | undefined>> = {},
  isLater = false,
): JobEnv => {
  const token = isLater ? LATER : TOKEN;
  const tokens = { CI_JOB_TOKEN: token, CI_REGISTRY_PASSWORD: token, GITHUB_TOKEN: token };
  const files = {
    GITLAB_ENV: join(place.folder, ENV_FILE),
    GITHUB_ENV: join(place.folder, ENV_FILE),
  };
  return place.job({ ...tokens, ...files, ...change });
};

/** Fills a new place with all that a runner may have for its jobs. */
export const furnish = async (place: Place): Promise<void> => {
  for (const [name, text] of Object.entries(base())) {
    await mkdir(dirname(join(place.folder, name)), { recursive: true });
    await writeFile(join(place.folder, name), text);
  }
};

/** The runner's own credentials are others from now on. */
export const rotateBase = (place: Place, to: number): Promise<void> =>
  writeFile(join(place.folder, BASE_CONFIG), baseConfig(`${INHERITED}-${to}`));

/** Nothing has touched what lies in the temp directory for so many days; a negative number is of the future. */
export const age = async (place: Place, days: number): Promise<void> => {
  const time = `@${Math.round(Date.now() / 1000 - days * 86_400)}`;
  await execa("find", [place.temporary, "-exec", "touch", "-h", "-d", time, "{}", "+"]);
};

const PARTS = ["home", "run", "tmp", ENV_FILE];

/** Keeps the place as it is now. Out: what makes it so again. */
export const keep = async (place: Place): Promise<() => Promise<void>> => {
  const kept = `${place.folder}.kept`;
  // Unlike Node's, this keeps the times of folders, too.
  const copyAll = async (from: string, to: string) => {
    for (const part of PARTS) await rm(join(to, part), { recursive: true, force: true });
    await execa("cp", ["-a", ...PARTS.map((part) => join(from, part)), to]);
  };
  await rm(kept, { recursive: true, force: true });
  await mkdir(kept);
  await copyAll(place.folder, kept);
  return () => copyAll(kept, place.folder);
};

/** All that berth may read and never change: content, modes and times. */
export const baseOf = async (place: Place): Promise<string> =>
  JSON.stringify(
    await Promise.all(
      [place.home, place.runtime].map(async (it) => [
        (await listing(it)).map(({ changed: _, ...rest }) => rest),
        await snapshot(it),
      ]),
    ),
  );

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const DELIMITER = /ghadelimiter_[0-9a-f-]{36}/g;

// Of a file in a berth, as `masked` does for a berth's own name.
const ENDING = /\.\d+-[0-9a-f]{12}(?![0-9a-f])/g;

/** All that differs from run to run is a word. */
export const alike = (place: Place, text: string): string =>
  masked(place, text)
    .replace(ENDING, ".<random>")
    .replace(TIME, "<time>")
    .replace(DELIMITER, "<delimiter>");

/** Each file and folder (null) in the temp directory, and the file of variables, with its content; all masked. */
export const contents = async (place: Place): Promise<Readonly<Record<string, string | null>>> => {
  const inTemporary = await listing(place.temporary);
  const paths = [...inTemporary.map(({ path }) => join("tmp", path)), ENV_FILE];
  const read = async (path: string) => {
    const text = await readFile(join(place.folder, path), "utf8").catch(() => null);
    return [alike(place, path), text && alike(place, text)] as const;
  };
  return Object.fromEntries(await Promise.all(paths.map(read)));
};

/** What others than the user could read or write. */
export const openToOthers = async (place: Place): Promise<readonly string[]> =>
  (await listing(place.temporary))
    .filter(({ path, mode }) => path !== "" && !mode.endsWith("00"))
    .map(({ path, mode }) => `${masked(place, path)} has mode ${mode}`);
