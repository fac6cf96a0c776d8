import type { Facts } from "./gather.ts";
import type { Output } from "./output.ts";

/** The programs that berth points at the job's directory (design, decision 5); `containers` is podman, buildah and skopeo. */
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
];

/** The variables that the job's shell is to set and unset. */
export const exportsOf = (
  facts: Facts,
  access: { readonly registry?: string; readonly image?: string },
  chosen: readonly Client[],
): Pick<Output, "variables" | "unset"> => {
  const own = [
    ["BERTH_REGISTRY", access.registry],
    ["BERTH_IMAGE", access.image],
  ] as const;
  return {
    variables: [
      ...clients
        .filter((client) => chosen.includes(client))
        .map((client) => VARIABLE_OF[client])
        .map(([name, file]) => [name, facts.directory.path + file] as const),
      ...own.flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
    ],
    unset: [
      ...own.flatMap(([name, value]) => (!value && facts.variables.env[name] ? [name] : [])),
      ...(facts.dockerAuthConfigIsSet && chosen.includes("docker") ? ["DOCKER_AUTH_CONFIG"] : []),
    ],
  };
};

/**
 * What the exported variables were before berth, to come back with `--unset`; null where one was not set. A value that is this
 * berth's already stands for what was before that.
 */
export const earlierValues = (
  { variables: { env }, directory, berth }: Facts,
  variables: Output["variables"],
): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    variables.map(([name, value]) => {
      const now = env[name];
      const isOurs = now !== undefined && (now === value || now.startsWith(directory.path));
      return [name, (isOurs ? berth?.earlier[name] : now) ?? null];
    }),
  );
