import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { snapshot } from "../../support/snapshot.ts";
import { berthAt, whole } from "./jobs.ts";
import { type Neighbours, SECRET } from "./users.ts";

/** Runs a script as the attacker. Out: what the victim's home holds, to compare with later. */
export const afterAttack = async (it: Neighbours, script: string): Promise<unknown> => {
  expect(await it.attack(script)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  return snapshot(it.home);
};

/** After a run with the attacker's things in its way: all that is the victim's is whole, and shut. */
export const isSafe = async (
  { home, seen, uids }: Neighbours,
  before: unknown,
  folder: string,
): Promise<void> => {
  expect([await snapshot(home), await seen()]).toEqual([before, ""]);
  const root = join(folder, `berth-${uids.victim.uid}`);
  const [name = ""] = await readdir(root);
  expect(await berthAt(join(root, name))).toEqual(whole(SECRET));
  for (const path of [root, join(root, name), join(root, name, "config.json")]) {
    const { uid, mode } = await lstat(path);
    expect([path, uid, mode & 0o077]).toEqual([path, uids.victim.uid, 0]);
  }
};
