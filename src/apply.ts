import { dirname, join } from "node:path";
import { createFile, doing, makeDirectory, Overtaken, replaceFile, replaceLink } from "./disk.ts";
import { encodeConfig } from "./docker-config/encode.ts";
import { systemErrorCode } from "./errors.ts";
import { readBytes, readText, remove, rename, stat } from "./files.ts";
import { checkOwn, makeRoot } from "./job-directory.ts";
import { MARKER, type Marker } from "./marker.ts";
import type { Plan } from "./plan.ts";
import { unfinished } from "./unfinished.ts";

// Never `directory` itself: if a clean-up has taken it away, it must not come back half empty.
const makeFolders = async (directory: string, folder: string): Promise<void> => {
  if (folder === ".") return;
  await makeFolders(directory, dirname(folder));
  await makeDirectory(join(directory, folder));
};

type PlannedFile = readonly [name: string, content: string];

const markerFile = (marker: Marker): PlannedFile => [
  MARKER,
  `${JSON.stringify(marker, null, "\t")}\n`,
];

const configsOf = ({ config, authFile, ofRepositories }: Plan): readonly PlannedFile[] => [
  ["config.json", encodeConfig(config)],
  ["auth.json", encodeConfig(authFile)],
  ...ofRepositories.map(({ path, config }) => [path, encodeConfig(config)] as const),
];

const linkInto = async (directory: string, { links }: Plan): Promise<void> => {
  for (const { path, to } of links) {
    await makeFolders(directory, dirname(path));
    await replaceLink(join(directory, path), to);
  }
};

const copyInto = async (directory: string, { copies }: Plan): Promise<void> => {
  for (const { from, to } of copies) {
    const target = join(directory, to);
    const taken = await stat(target).catch(() => undefined);
    if (taken) continue;
    const content = await doing("read", from, readBytes(from));
    await makeFolders(directory, dirname(to));
    await replaceFile(target, content);
  }
};

// A directory that is not empty cannot be replaced: another run of this job has made it.
const putInPlace = (staging: string, path: string): Promise<void> =>
  rename(staging, path).catch((error: unknown) => {
    throw ["ENOTEMPTY", "EEXIST"].includes(systemErrorCode(error)) ? new Overtaken() : error;
  });

/** Fills a directory beside the final one and then names it so: nobody ever sees a half of it. */
const createBerth = async (plan: Plan): Promise<void> => {
  const { path } = plan.directory;
  const staging = unfinished(path);
  try {
    await makeDirectory(staging);
    // What bears the marker can be cleaned up.
    for (const [name, content] of [markerFile(plan.marker), ...configsOf(plan)]) {
      await makeFolders(staging, dirname(name));
      await createFile(join(staging, name), content);
    }
    await copyInto(staging, plan);
    await linkInto(staging, plan);
    await doing("write", path, putInPlace(staging, path));
  } catch (error) {
    await remove(staging).catch(() => undefined);
    throw error;
  }
};

const updateBerth = async (plan: Plan): Promise<void> => {
  const { path } = plan.directory;
  await copyInto(path, plan);
  await linkInto(path, plan);
  const { marker, replaced, leftOver } = plan;
  const files = [...configsOf(plan), markerFile(marker)];
  for (const [name, content] of [markerFile({ ...marker, replaced }), ...files]) {
    await makeFolders(path, dirname(name));
    await replaceFile(join(path, name), content);
  }
  for (const name of leftOver) await doing("remove", join(path, name), remove(join(path, name)));
  // Two runs that write at once could leave a mix. Who writes last sees it, and writes again.
  for (const [name, content] of files) {
    const found = await doing("read", join(path, name), readText(join(path, name)));
    if (found !== content) throw new Overtaken();
  }
};

/**
 * Makes the plan so; the only writer of berths. All or nothing: a file or directory has its final name only when it is
 * complete. Out: false where another run of the same job, or a clean-up, has come in between, and a new plan is due.
 * Throws BERTH_DISK, naming the path, and BERTH_UNSAFE_DIRECTORY.
 */
export const apply = async (plan: Plan, uid: number | undefined): Promise<boolean> => {
  try {
    await makeRoot(plan.directory.root, uid);
    await checkOwn(plan.directory.path, uid);
    await (plan.update ? updateBerth(plan) : createBerth(plan));
    return true;
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
};
