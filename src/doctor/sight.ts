import type { Access, CiSystem, Job } from "../ci/system.ts";
import type { DockerConfig } from "../docker-config/model.ts";
import type { Marker } from "../marker.ts";
import type { JobVariables } from "../variables.ts";

/** A config file that some client reads. */
export interface ConfigFile {
  readonly path: string;
  readonly isThere: boolean;
  /** Its permissions, as of chmod, for those whom the folders above let in. */
  readonly mode: number;
  readonly config: DockerConfig;
  /** Keys of `auths` that Docker cannot read. */
  readonly badAuths: readonly string[];
  /** Why it cannot be used at all. */
  readonly problem?: string;
  /** Of DOCKER_AUTH_CONFIG: what it holds for which docker passes over all of it. */
  readonly voidedBy?: string;
}

/** The files of the clients. */
export type ClientFiles = Pick<
  Sight,
  "docker" | "shared" | "podman" | "skopeo" | "helm" | "buildx"
>;

export const allFilesOf = (files: ClientFiles): readonly ConfigFile[] => {
  const { docker, helm, podman, skopeo, buildx, shared } = files;
  return [docker, helm, ...podman, ...skopeo, ...buildx.values(), ...(shared ? [shared] : [])];
};

/** What the clients of this process would meet. */
export interface Sight {
  readonly variables: JobVariables;
  readonly system?: CiSystem;
  readonly job?: Job;
  /** The variables without which that system would not have been found. */
  readonly detectedBy: readonly string[];
  /** What the job can log in to by itself. */
  readonly access?: Access;
  /** Whether it is asked for a system by name. */
  readonly isNamed: boolean;
  /** Why no job is known. */
  readonly noJob?: string;
  /** What has started the job, as a file of the CI's says; of any form. */
  readonly event?: unknown;
  /** The job's berth, where there is one, and its directory. */
  readonly berth?: { readonly path: string; readonly marker: Marker };
  /** What DOCKER_AUTH_CONFIG holds, where it is set. */
  readonly dockerAuthConfig?: ConfigFile;
  readonly docker: ConfigFile;
  /** The user's own, which all jobs share, where DOCKER_CONFIG leads elsewhere. */
  readonly shared?: ConfigFile;
  /** In the order in which they are looked at. */
  readonly podman: readonly ConfigFile[];
  readonly skopeo: readonly ConfigFile[];
  readonly helm: ConfigFile;
  /** Of buildx, for parts of registries, by `host` or `host/repository`. */
  readonly buildx: ReadonlyMap<string, ConfigFile>;
  readonly helpersOnPath: ReadonlySet<string>;
  /** Whether podman or buildah is on PATH. */
  readonly hasPodman: boolean;
  /** Berths of this user that nobody has touched for long. */
  readonly forgotten: readonly string[];
  readonly now: Date;
}
