import { type CiName, chooseSystem } from "./ci/index.ts";
import type { CiSystem, Job } from "./ci/system.ts";
import { loadEnv } from "./env-file.ts";
import { findRoot, type JobDirectory, jobDirectory } from "./job-directory.ts";
import type { Machine } from "./machine.ts";
import { ofThisProcess } from "./unfinished.ts";
import type { Env } from "./variables.ts";

export interface JobOptions {
  readonly system?: CiName | undefined;
  readonly envFile?: string | undefined;
  readonly tmpDir?: string | undefined;
  /** A berth of this process alone, beside its job's. */
  readonly ofProcess?: boolean;
}

export interface ThisJob {
  readonly env: Env;
  readonly system: CiSystem;
  readonly job: Job;
  readonly directory: JobDirectory;
  /** Where the job's own berth lies: `directory`, but for a berth of a process alone. */
  readonly jobPath: string;
}

/** Which job this is, and where its berth lies. Reads only. Throws as `chooseSystem`, `CiSystem.job` and `findRoot` say. */
export const findThisJob = async (options: JobOptions, machine: Machine): Promise<ThisJob> => {
  const env = await loadEnv(options.envFile, machine);
  const system = chooseSystem(options.system, env);
  const job = system.job(env);
  const root = findRoot(system, options.tmpDir, env, machine);
  const directory = jobDirectory(root, system, job);
  const { path } = directory;
  return {
    ...{ env, system, job, jobPath: path },
    directory: options.ofProcess ? { ...directory, path: ofThisProcess(path) } : directory,
  };
};
