import { isAbsolute } from "node:path";
import type { Machine } from "./machine.ts";
import type { Env } from "./variables.ts";

/** The user's home directory. A relative one would be in the checkout, where whoever proposes a change says what lies. */
export const homeOf = (
  env: Env,
  { homeDirectory }: Pick<Machine, "homeDirectory">,
): string | undefined =>
  [env["HOME"], homeDirectory].find((path) => path !== undefined && isAbsolute(path));
