import { dirname, sep } from "node:path";
import type { Facts } from "./gather.ts";
import type { Output } from "./output.ts";
import type { PlanOptions } from "./plan.ts";
import { isOfAProcess } from "./unfinished.ts";
import type { Env } from "./variables.ts";

/** Docker's strict form, without a credential: it takes each from the berth. Empty text makes testcontainers-java fail (RULE 17). */
export const NO_AUTHS = '{"auths":{}}';

/** The programs that berth points at the job's directory; `containers` is podman, buildah and skopeo. */
export const clients = ["docker", "containers", "helm", "werf"] as const;
export type Client = (typeof clients)[number];

const VARIABLE_OF: Readonly<Record<Client, readonly [name: string, file: string]>> = {
  docker: ["DOCKER_CONFIG", ""],
  containers: ["REGISTRY_AUTH_FILE", "/auth.json"],
  helm: ["HELM_REGISTRY_CONFIG", "/config.json"],
  werf: ["WERF_DOCKER_CONFIG", ""],
};

/** Every variable that berth may export. */
export const VARIABLE_NAMES: readonly string[] = [
  ...clients.map((client) => VARIABLE_OF[client][0]),
  "BERTH_REGISTRY",
  "BERTH_IMAGE",
  "BERTH_DIRECTORY",
];

const folderOf = (path: string | undefined) => (path === undefined ? undefined : dirname(path));

/** The directories that the variables of the clients name, each once: a berth of an earlier run may be among them. */
export const placesIn = (env: Env): readonly string[] => {
  const places = [
    env["DOCKER_CONFIG"],
    env["WERF_DOCKER_CONFIG"],
    folderOf(env["REGISTRY_AUTH_FILE"]),
    folderOf(env["HELM_REGISTRY_CONFIG"]),
  ].filter((place) => place !== undefined);
  return [...new Set(places)];
};

/** The variables that the job's shell is to set and unset. */
export const exportsOf = (
  facts: Facts,
  access: { readonly registry?: string; readonly image?: string },
  { clients: chosen }: Pick<PlanOptions, "clients">,
): Pick<Output, "variables" | "unset"> => {
  const { answering, directory } = facts;
  const own = [
    ["BERTH_REGISTRY", access.registry],
    ["BERTH_IMAGE", access.image],
    // The helper believes no other: the clients' own variables may name a folder of the checkout.
    ["BERTH_DIRECTORY", answering && directory.path],
  ] as const;
  return {
    variables: [
      ...clients
        .filter((client) => chosen.includes(client))
        .map((client) => VARIABLE_OF[client])
        .map(([name, file]) => [name, directory.path + file] as const),
      ...own.flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
    ],
    unset: [
      ...own.flatMap(([name, value]) => (!value && facts.variables.env[name] ? [name] : [])),
      // The helper finds what it holds in the job's environment.
      ...(facts.dockerAuthConfigIsSet && chosen.includes("docker") && !answering
        ? ["DOCKER_AUTH_CONFIG"]
        : []),
    ],
  };
};

/**
 * What the exported variables were before berth, to come back with `--unset`; null where one was not set. A value that is this
 * berth's already stands for what was before that; what an earlier run of it has set besides stays known.
 */
export const earlierValues = (
  { variables: { env }, directory: { path }, berth }: Facts,
  variables: Output["variables"],
): Readonly<Record<string, string | null>> => {
  const recorded = berth?.path === path ? berth.earlier : {};
  const isOurs = (name: string, value: string): boolean => {
    const now = env[name];
    if (now === undefined) return false;
    if (now === path || now.startsWith(path + sep)) return true;
    // Of a run in a command that has a berth of its own, what counts is what was before the job's.
    return name in recorded && (now === value || isOfAProcess(now.replace(/\/\w+\.json$/, "")));
  };
  return {
    ...recorded,
    ...Object.fromEntries(
      variables.map(([name, value]) => [
        name,
        (isOurs(name, value) ? recorded[name] : env[name]) ?? null,
      ]),
    ),
  };
};
