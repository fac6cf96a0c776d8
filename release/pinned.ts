import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Pinned } from "./runtimes.ts";

/** Throws where the file is not the package's tarball. */
export const verify = async (file: string, { name, integrity }: Pinned): Promise<void> => {
  const [algorithm = "", expected] = integrity.split(/-(.*)/s);
  const actual = createHash(algorithm)
    .update(await readFile(file))
    .digest("base64");
  if (actual === expected) return;
  throw new Error(
    `${name} is not what release/runtimes.ts says: ${file} has ${algorithm}-${actual}`,
  );
};

/** Fetches a package into `cache` where it is not there yet, verifies and unpacks it. Returns its folder. */
export const fetchPinned = async (pinned: Pinned, cache: string): Promise<string> => {
  const { name, version } = pinned;
  const stem = `${name.replace("@", "").replace("/", "-")}-${version}`;
  const tarball = join(cache, `${stem}.tgz`);
  const folder = join(cache, stem);
  await mkdir(folder, { recursive: true });
  if (!existsSync(tarball)) {
    const destination = ["--pack-destination", cache];
    await execa("npm", ["pack", "--silent", ...destination, `${name}@${version}`]);
  }
  await verify(tarball, pinned);
  await execa("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
  return folder;
};
