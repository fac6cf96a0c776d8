import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { BerthError, systemErrorCode } from "./errors.ts";
import { readText } from "./files.ts";
import type { Machine } from "./machine.ts";
import { printable } from "./printable.ts";
import { type Env, present } from "./variables.ts";

const readEnvFile = async (path: string): Promise<Readonly<Record<string, string | undefined>>> => {
  try {
    return parseEnv(await readText(path));
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
