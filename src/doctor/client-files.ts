import { join, resolve } from "node:path";
import { isOfDockerHub } from "../docker-config/keys.ts";
import type { Env } from "../variables.ts";
import { readConfigFile } from "./config-file.ts";
import type { Place } from "./place.ts";
import type { ClientFiles } from "./sight.ts";

interface Where {
  readonly env: Env;
  readonly cwd: string;
  readonly uid: number | undefined;
  readonly home: string;
}

const authFiles = ({ env, cwd, uid, home }: Where, docker: string) => {
  const named = env["REGISTRY_AUTH_FILE"];
  if (named !== undefined) return { podman: [resolve(cwd, named)], skopeo: [resolve(cwd, named)] };
  const runtime = env["XDG_RUNTIME_DIR"];
  const defaults = [
    runtime ? join(runtime, "containers/auth.json") : `/run/containers/${uid ?? 0}/auth.json`,
    join(env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "containers/auth.json"),
    docker,
  ].map((path) => resolve(cwd, path));
  // containers/common: DOCKER_CONFIG alone is the one file of podman's, and not of skopeo's.
  return { podman: env["DOCKER_CONFIG"] ? [docker] : defaults, skopeo: defaults };
};

const helmFile = ({ env, cwd, home }: Where): string => {
  const named = env["HELM_REGISTRY_CONFIG"];
  if (named !== undefined) return resolve(cwd, named);
  const folder =
    env["HELM_CONFIG_HOME"] ?? join(env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "helm");
  return resolve(cwd, folder, "registry/config.json");
};

const buildxFiles = async (places: readonly Place[], folder: string) => {
  const keys = places.flatMap(({ host, repository }) =>
    repository === undefined ? [host] : [`${host}/${repository}`, host],
  );
  const found = await Promise.all(
    [...new Set(keys)].map(async (key) => {
      const path = isOfDockerHub(key) ? key.replace(/^docker\.io/, "registry-1.docker.io") : key;
      return [key, await readConfigFile(join(folder, "config", path, "config.json"))] as const;
    }),
  );
  return new Map(found.filter(([, { isThere }]) => isThere));
};

/** Reads the files that clients look into for these places. */
export const readClientFiles = async (
  places: readonly Place[],
  where: Where,
): Promise<ClientFiles> => {
  const { env, cwd, home } = where;
  const folder = resolve(cwd, env["DOCKER_CONFIG"] ?? join(home, ".docker"));
  const docker = join(folder, "config.json");
  const readAll = (all: readonly string[]) => Promise.all(all.map(readConfigFile));
  const paths = authFiles(where, docker);
  const shared = env["DOCKER_CONFIG"]
    ? await readConfigFile(join(home, ".docker/config.json"))
    : undefined;
  return {
    docker: await readConfigFile(docker),
    ...(shared?.isThere && { shared }),
    podman: await readAll(paths.podman),
    skopeo: await readAll(paths.skopeo),
    helm: await readConfigFile(helmFile(where)),
    buildx: await buildxFiles(places, resolve(cwd, env["BUILDX_CONFIG"] ?? join(folder, "buildx"))),
  };
};
