import type { LoginOptions } from "./ci/system.ts";
import { isObject } from "./docker-config/shapes.ts";
import { parseSpecs, type RegistrySpec } from "./registries/spec.ts";

/** Where the job's credentials are: in the berth's files, or with its helper. */
export const STORES = ["file", "helper"] as const;

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

interface Asked extends LoginOptions {
  readonly envFile?: string | undefined;
  readonly tmpDir?: string | undefined;
  readonly loginToRegistry: boolean;
  readonly useDockerAuthConfig: boolean;
  readonly registries: readonly RegistrySpec[];
}

/** What earlier runs were asked for stays, but where this one is asked for the same. */
const textsOf = (specs: readonly RegistrySpec[], earlier: Answering | undefined) => {
  const isAskedAgain = (one: RegistrySpec): boolean =>
    specs.some(({ host, path }) => host === one.host && path === one.path);
  const kept = parseSpecs(earlier?.registries ?? [], "--registry");
  return [...kept.filter((one) => !isAskedAgain(one)), ...specs].map(({ text }) => text);
};

/** The same for what a run is asked for, after `earlier` runs of the job. */
export const answeringFor = (
  asked: Asked,
  { system, cwd }: Pick<Answering, "system" | "cwd">,
  earlier: Answering | undefined,
): Answering => {
  const { envFile, tmpDir, tokenEnv, registryHost } = asked;
  const { loginToRegistry, useDockerAuthConfig, gitlabCredentials } = asked;
  return {
    ...{ system, cwd, loginToRegistry, useDockerAuthConfig, gitlabCredentials },
    registries: textsOf(asked.registries, earlier),
    ...(envFile && { envFile }),
    ...(tmpDir && { tmpDir }),
    ...(tokenEnv && { tokenEnv }),
    ...(registryHost && { registryHost }),
  };
};

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
