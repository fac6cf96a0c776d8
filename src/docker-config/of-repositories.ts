import { join } from "node:path";
import { hostOfKey, isNamespaced, isOfDockerHub, isRepository, keysFor } from "./keys.ts";
import { type Credentials, type DockerConfig, emptyConfig } from "./model.ts";

/** A Docker config of one repository, and where it lies in the job's directory. */
export interface OfRepository {
  readonly path: string;
  readonly config: DockerConfig;
}

/** What the host is called there: buildx asks for the one that it talks to. */
const folderOf = (key: string): string =>
  isOfDockerHub(key) ? "registry-1.docker.io" : hostOfKey(key);

const pathOf = (key: string): string => key.replace(/^[^/]*\//, "");

/**
 * The credentials for parts of registries, as buildx 0.31 and later find them: each in a config of its own, for the repository
 * of just that name.
 * https://github.com/docker/buildx (util/dockerutil/dockerconfig/configprovider.go)
 */
export const configsOfRepositories = ({ auths }: Credentials): readonly OfRepository[] =>
  [...auths]
    .filter(([key]) => isNamespaced(key) && isRepository(pathOf(key)))
    .map(([key, entry]) => ({
      path: join("buildx", "config", folderOf(key), pathOf(key), "config.json"),
      config: {
        ...emptyConfig,
        auths: new Map(keysFor(hostOfKey(key)).map((whole) => [whole, entry])),
      },
    }));
