import { dotenv } from "./dotenv.ts";
import { json } from "./json.ts";
import { posix } from "./posix.ts";
import type { Shell } from "./shell.ts";

/** Every dialect, as `--help` shows them; the first is the default. */
export const shells: readonly Shell[] = [posix, json, dotenv];

export const shellNames: readonly string[] = shells.flatMap(({ name, aliases }) => [
  name,
  ...aliases,
]);

/** The dialect of that name or alias; the default one for any other. */
export const shellOf = (name: string | undefined): Shell =>
  shells.find((shell) => shell.name === name || shell.aliases.includes(name ?? "")) ?? posix;
