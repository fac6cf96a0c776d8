import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { execaSync } from "execa";
import { isUnfinished } from "../../../src/unfinished.ts";
import { type Outcome, type Place, statements } from "../../e2e/support/sandbox.ts";
import { UNSHARE } from "../../e2e/support/tmpfs.ts";

/** Whether the Node build is tested, not an executable. */
export const isNodeBuild = process.env["BERTH_TEST_EXECUTABLE"] === undefined;

/** The command that runs `command` in a mount name space of its own, after the shell's lines `prepare`. */
export const mounted = (prepare: string, command: readonly string[]): readonly string[] => [
  ...UNSHARE,
  ...["sh", "-e", "-c", `${prepare}\nexec "$@"`, "sh"],
  ...command,
];

/** The same with another shell's line alone, in no name space: for redirections. */
export const redirected = (redirections: string, command: readonly string[]): readonly string[] => [
  ...["sh", "-c", `exec "$@" ${redirections}`, "sh"],
  ...command,
];

/** Makes all read-only but TMPDIR, which lies in the place's folder: that may be on another disk than the root is. */
export const READ_ONLY = `place=\${TMPDIR%/*}
mount --bind "$place" "$place"
mount -t tmpfs none "$TMPDIR"
mount -o remount,bind,ro "$place"
mount -o remount,bind,ro /
cd "$place"`;

const remounts = (): boolean => {
  const [file = "", ...args] = mounted("mount -t tmpfs none /mnt\nmount -o remount,bind,ro /", [
    "true",
  ]);
  return execaSync(file, args, { reject: false }).exitCode === 0;
};

/** For a test that needs mounts of its own. */
export const canRemount = { can: remounts(), otherwise: "this user cannot mount with unshare" };

const FILES = ["auth.json", "berth.json", "config.json"];

/** The berths under their final names, each with its files. */
const berthsOf = async ({ root }: Place): Promise<readonly (readonly string[])[]> => {
  const names = (await readdir(root).catch(() => [])).filter((name) => !isUnfinished(name));
  return Promise.all(names.map(async (name) => (await readdir(join(root, name))).sort()));
};

/**
 * What a run of `Place.job` has come to: "done" with all of the statements and the files; "refused" with neither, and a status that
 * says so; anything between is shown.
 */
export const cameTo = async (place: Place, { exitCode, stdout }: Outcome): Promise<unknown> => {
  const berths = await berthsOf(place);
  const isWhole = stdout === statements() && JSON.stringify(berths) === JSON.stringify([FILES]);
  if (exitCode === 0 && isWhole) return "done";
  const isNothing = (stdout === "" || stdout === "exit 1;\n") && berths.length === 0;
  return exitCode !== 0 && isNothing ? "refused" : { exitCode, stdout, berths };
};
