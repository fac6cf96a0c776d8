import { ciEnv } from "./ci-env.ts";
import { cleanup } from "./cleanup.ts";
import type { Command } from "./command.ts";

/** Every command, as `--help` shows them. */
export const commands: readonly Command[] = [ciEnv, cleanup];
