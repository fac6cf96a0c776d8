import type { LoginOptions } from "./ci/system.ts";
import { isObject } from "./docker-config/shapes.ts";

/** What `docker-credential-berth` has to know to find the job's credentials again: no secrets. */
export interface Answering extends LoginOptions {
  readonly system: string;
  readonly cwd: string;
  readonly envFile?: string;
  readonly tmpDir?: string;
  readonly loginToRegistry: boolean;
  readonly useDockerAuthConfig: boolean;
  /** As they were given to `--registry`. */
  readonly registries: readonly string[];
}

const isTextOrNot = (value: unknown): boolean => value === undefined || typeof value === "string";

/** Whether a marker holds such. */
export const isAnswering = (value: unknown): value is Answering =>
  isObject(value) &&
  typeof value["system"] === "string" &&
  typeof value["cwd"] === "string" &&
  ["envFile", "tmpDir", "tokenEnv", "registryHost"].every((name) => isTextOrNot(value[name])) &&
  ["loginToRegistry", "useDockerAuthConfig"].every((name) => typeof value[name] === "boolean") &&
  ["job", "deploy"].includes(String(value["gitlabCredentials"])) &&
  Array.isArray(value["registries"]) &&
  value["registries"].every((text) => typeof text === "string");
