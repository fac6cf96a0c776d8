import { ciEnv } from "./ci-env.ts";
import { cleanup } from "./cleanup.ts";
import type { Command } from "./command.ts";
import { completion } from "./completion.ts";
import { exec } from "./exec.ts";
import { init } from "./init.ts";

/** Every command, as `--help` shows them. */
export const commands: readonly Command[] = [ciEnv, exec, cleanup, init, completion];
