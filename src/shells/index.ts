import { cmd } from "./cmd.ts";
import { dotenv } from "./dotenv.ts";
import { elvish } from "./elvish.ts";
import { fish } from "./fish.ts";
import { githubEnv } from "./github-env.ts";
import { gitlabEnv } from "./gitlab-env.ts";
import { json } from "./json.ts";
import { nushell } from "./nushell.ts";
import { posix } from "./posix.ts";
import { powershell } from "./powershell.ts";
import type { Shell } from "./shell.ts";
import { tcsh } from "./tcsh.ts";
import { xonsh } from "./xonsh.ts";

/** Every dialect, as `--help` shows them. */
export const shells: readonly Shell[] = [
  posix,
  fish,
  tcsh,
  elvish,
  nushell,
  xonsh,
  powershell,
  cmd,
  json,
  dotenv,
  githubEnv,
  gitlabEnv,
];

export const shellNames: readonly string[] = shells.flatMap(({ name, aliases }) => [
  name,
  ...aliases,
]);

/** The dialect of that name or alias; for any other the default one, which `SHELL` has no say in: in CI it is somebody's login shell. */
export const shellOf = (name: string | undefined): Shell =>
  shells.find((shell) => shell.name === name || shell.aliases.includes(name ?? "")) ??
  (process.platform === "win32" ? powershell : posix);
