import { ciEnv } from "./ci-env.ts";
import { cleanup } from "./cleanup.ts";
import type { Command } from "./command.ts";
import { completion } from "./completion.ts";
import { doctor } from "./doctor.ts";
import { exec } from "./exec.ts";
import { init } from "./init.ts";
import { pullSecret } from "./pull-secret.ts";

/** Every command, as `--help` shows them. */
export const commands: readonly Command[] = [
  ciEnv,
  exec,
  cleanup,
  doctor,
  pullSecret,
  init,
  completion,
];
