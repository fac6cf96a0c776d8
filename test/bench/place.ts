import { access, copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { gitlabJob, type JobEnv, type Runner } from "../support/job.ts";
import { available, programsOnPath, withPackage } from "../support/programs.ts";
import { startRegistry } from "../support/registry.ts";
import { addLargeContent, writeDockerFolder } from "./home.ts";
import type { Command } from "./measure.ts";

/** What a job finds and asks for; `usual` is three registries and a base config with two. */
export const LOADS = ["usual", "large", "auths", "registries"] as const;
export type Load = (typeof LOADS)[number];

const BASE_AUTHS = { usual: 2, large: 2, auths: 1000, registries: 2 };
const REGISTRIES = { usual: 3, large: 3, auths: 3, registries: 50 };

/** How many credentials a job's berth holds. */
export const authsOf = (load: Load): number => BASE_AUTHS[load] + REGISTRIES[load];

const further = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `r${index}.example.com,username=u,password-env=P`,
  ).join("\n");

/** A job's berth, as it lies on the disk. */
interface Berth {
  readonly path: string;
  readonly auths: number;
}

/** Where the measured commands run: a runner, its jobs, and a registry to log in to. */
export interface Place {
  readonly folder: string;
  env(load: Load): JobEnv;
  /** Where docker or the registry is missing, why. */
  readonly login: Command | string;
  /** Takes back what earlier commands have written: the next is the first of a job. */
  renew(): Promise<void>;
  berths(): Promise<readonly Berth[]>;
  stop(): Promise<void>;
}

const PROJECT = { project: "group/app", token: "job-token-of-the-bench" };
const USER = "gitlab-ci-token";

const berthIn = async (path: string): Promise<Berth> => {
  const text = await readFile(join(path, "config.json"), "utf8").catch(() => "{}");
  return { path, auths: Object.keys(JSON.parse(text).auths ?? {}).length };
};

// Not that of the tests, whose PATH has a berth of its own.
const makeRunnerIn = async (folder: string): Promise<Runner> => {
  const at = (name: string): string => join(folder, name);
  const [home, temporary, runtime] = [at("home"), at("tmp"), at("run")];
  for (const path of [temporary, runtime]) await mkdir(path);
  const env = { PATH: process.env["PATH"] ?? "", TMPDIR: temporary, XDG_RUNTIME_DIR: runtime };
  return { home, temporary, runtime, env };
};

/** Makes the place in `folder`. */
export const makePlace = async (folder: string): Promise<Place> => {
  const runner = await makeRunnerIn(folder);
  const docker = (home: string): string => join(folder, home, ".docker");
  for (const load of [...LOADS, "login"] as const) {
    await writeDockerFolder(docker(load), load === "login" ? 2 : BASE_AUTHS[load]);
  }
  await addLargeContent(docker("large"));

  const missing = ["docker", "docker-registry", "openssl"].filter((it) => !available(it));
  const registry = missing.length === 0 ? await startRegistry() : undefined;
  registry?.grant({ user: USER, ...PROJECT });
  const host = registry?.host ?? "registry.example.com";

  const env = (load: Load): JobEnv => ({
    ...gitlabJob(runner, { id: 1000, host, ...PROJECT }),
    ...{ HOME: join(folder, load), P: "password" },
    BERTH_REGISTRIES: further(REGISTRIES[load] - 1),
  });

  const login = {
    name: "docker login",
    // hyperfine has no --input before 1.16, and a shell around it would cost time that is not docker's.
    words: [
      ...[programsOnPath("docker")[0] ?? "docker", "login", "--username", USER],
      ...["--password", PROJECT.token, host],
    ],
    env: { ...env("usual"), HOME: join(folder, "login") },
  };
  const root = join(runner.temporary, `berth-${process.getuid?.()}`);

  return {
    folder,
    env,
    login: registry ? login : `not on PATH: ${missing.map(withPackage).join(", ")}`,
    renew: async () => {
      await rm(root, { recursive: true, force: true });
      await copyFile(join(docker("usual"), "config.json"), join(docker("login"), "config.json"));
    },
    berths: async () => {
      const names = await readdir(root).catch(() => []);
      return Promise.all(names.map((name) => berthIn(join(root, name))));
    },
    stop: async () => registry?.stop(),
  };
};

/** Whether a file is there. */
export const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
