import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
// Not by name: an older Node would fail before bin/berth.ts can say so.
import util from "node:util";
import { BerthError, systemErrorCode } from "./errors.ts";
import type { Machine } from "./machine.ts";
import { printable } from "./printable.ts";
import { type Env, present } from "./variables.ts";

const readEnvFile = async (path: string): Promise<Readonly<Record<string, string | undefined>>> => {
  try {
    return util.parseEnv(await readFile(path, "utf8"));
  } catch (error) {
    throw new BerthError(
      "BERTH_BAD_ENV_FILE",
      `--env-file: ${printable(path)} cannot be read (${systemErrorCode(error) || "no dotenv file"})`,
      "give a dotenv file of a job's variables, such as examples/gitlab-job.env",
    );
  }
};

/** The variables that count: the process's, and those of the file over them, so that a job can be tried outside of CI. */
export const loadEnv = async (envFile: string | undefined, machine: Machine): Promise<Env> =>
  present({
    ...machine.env,
    ...(envFile && (await readEnvFile(resolve(machine.cwd, envFile)))),
  });
