import { resolve } from "node:path";
import type { LoginOptions } from "./ci/system.ts";
import { hostOfKey } from "./docker-config/keys.ts";
import { isObject } from "./docker-config/shapes.ts";
import type { Facts, GatherOptions } from "./gather.ts";

/** Where the job's credentials are: in the berth's files, or with its helper. */
export const STORES = ["file", "helper"] as const;

/** How a run was called, as far as its credentials follow from that. */
export interface Way extends LoginOptions {
  readonly cwd: string;
  readonly envFile?: string;
}

/** How the run was called that has the credential for a registry as a whole: of parts, a helper is not asked. */
export interface WayTo extends Way {
  readonly host: string;
  /** As it was given to `--registry`; not there for a login by the job's own tokens. */
  readonly spec?: string;
}

/** What `docker-credential-berth` has to know to find the job's credentials again: no secrets. */
export interface Answering extends Way {
  readonly system: string;
  readonly tmpDir?: string;
  readonly loginToRegistry: boolean;
  readonly useDockerAuthConfig: boolean;
  /** Each host once. */
  readonly registries: readonly WayTo[];
}

type Found = Pick<Facts, "system" | "variables" | "requested" | "cwd">;

const wayOf = (asked: GatherOptions, cwd: string): Way => {
  const { envFile, gitlabCredentials, tokenEnv, registryHost } = asked;
  return {
    ...{ cwd, gitlabCredentials },
    ...(envFile && { envFile: resolve(cwd, envFile) }),
    ...(tokenEnv && { tokenEnv }),
    ...(registryHost && { registryHost }),
  };
};

const isFor =
  (host: string) =>
  (one: WayTo): boolean =>
    one.host === host;

/** As in files: what a run lacks takes nothing away, and what is for a part of a registry is not for the whole. */
const waysTo = (
  asked: GatherOptions,
  { system, variables, requested, cwd }: Found,
  earlier: readonly WayTo[],
): readonly WayTo[] => {
  const way = wayOf(asked, cwd);
  const kept = earlier.filter(({ spec }) => spec !== undefined || asked.loginToRegistry);
  const whole = requested.logins.filter(({ part }) => part === undefined);
  const asks = asked.registries
    .filter(({ registry }) => whole.some((login) => login.registry === registry))
    .map(({ host, text }) => ({ ...way, host, spec: text }));
  const preferred = [...kept.filter(({ spec }) => spec !== undefined), ...asks];
  const logins = asked.loginToRegistry ? system.access(variables, asked).logins : [];
  const own = logins
    .map(({ registry }) => ({ ...way, host: hostOfKey(registry.trim()) }))
    .filter(({ host }) => !preferred.some(isFor(host)));
  const renewed = [...own, ...asks];
  return [...kept.filter(({ host }) => !renewed.some(isFor(host))), ...renewed];
};

/** The same for what a run is asked for and has found, after `earlier` runs of the job. */
export const answeringFor = (
  asked: GatherOptions,
  found: Found,
  earlier: Answering | undefined,
): Answering => {
  const { tmpDir, loginToRegistry, useDockerAuthConfig } = asked;
  const way = wayOf(asked, found.cwd);
  // DOCKER_AUTH_CONFIG may be in the file of an earlier run.
  const envFile = way.envFile ?? earlier?.envFile;
  return {
    ...{ ...way, system: found.system.name, loginToRegistry, useDockerAuthConfig },
    ...(envFile && { envFile }),
    ...(tmpDir && { tmpDir: resolve(found.cwd, tmpDir) }),
    registries: waysTo(asked, found, earlier?.registries ?? []),
  };
};

const isText = (value: unknown): boolean => typeof value === "string";
const isTextOrNot = (value: unknown): boolean => value === undefined || isText(value);

const isWay = (value: Readonly<Record<string, unknown>>): boolean =>
  isText(value["cwd"]) &&
  ["envFile", "tokenEnv", "registryHost"].every((name) => isTextOrNot(value[name])) &&
  ["job", "deploy"].includes(String(value["gitlabCredentials"]));

const isWayTo = (value: unknown): boolean =>
  isObject(value) && isWay(value) && isText(value["host"]) && isTextOrNot(value["spec"]);

/** Whether a marker holds such. */
export const isAnswering = (value: unknown): value is Answering =>
  isObject(value) &&
  isWay(value) &&
  isText(value["system"]) &&
  isTextOrNot(value["tmpDir"]) &&
  ["loginToRegistry", "useDockerAuthConfig"].every((name) => typeof value[name] === "boolean") &&
  Array.isArray(value["registries"]) &&
  value["registries"].every(isWayTo);
