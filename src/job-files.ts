import { type Derived, neverEmpty } from "./docker-config/derive.ts";
import { fingerprints } from "./docker-config/encode.ts";
import { withoutSecrets } from "./docker-config/helper-store.ts";
import { keepChanges } from "./docker-config/later-changes.ts";
import { type DockerConfig, emptyConfig } from "./docker-config/model.ts";
import type { Facts } from "./gather.ts";
import type { Written } from "./marker.ts";
import type { Notice } from "./notice.ts";

interface JobFiles {
  readonly config: DockerConfig;
  readonly authFile: DockerConfig;
  readonly written: Written;
  readonly notices: readonly Notice[];
}

/** What is derived, with what others have changed in it since an earlier run. */
const filesOf = (
  { config, authFile, notices }: Pick<Derived, "config" | "authFile" | "notices">,
  berth: Facts["berth"],
  renewed: ReadonlySet<string>,
): JobFiles => {
  const keep = (derived: DockerConfig, changes: DockerConfig = emptyConfig) =>
    keepChanges(derived, changes, renewed);
  const { auths, credHelpers } = berth?.changes["config.json"] ?? emptyConfig;
  // What `docker login` has written is for podman and its relatives, too, unless they have logins of their own.
  const withDockers = keep(authFile, { ...emptyConfig, auths, credHelpers });
  return {
    config: keep(config, berth?.changes["config.json"]),
    authFile: keep(withDockers, berth?.changes["auth.json"]),
    written: { "config.json": fingerprints(config), "auth.json": fingerprints(withDockers) },
    notices,
  };
};

const storedByHelper = ({
  config,
  authFile,
  notices,
}: Derived): Omit<Derived, "dockerAuthConfig"> => {
  const forDocker = withoutSecrets(config, { forContainers: false });
  const forContainers = withoutSecrets(authFile, { forContainers: true });
  return {
    config: neverEmpty(forDocker.config),
    authFile: neverEmpty(forContainers.config),
    // What Docker cannot have of these, podman cannot either.
    notices: [...notices, ...forContainers.notices],
  };
};

/**
 * The configs of a job as its clients will read them, and the `credentials` that these get by them, also where a helper has them.
 * `renewed` are the registries that this run has a credential for. Pure.
 */
export const jobFiles = (
  derived: Derived,
  { berth, answering }: Pick<Facts, "berth" | "answering">,
  renewed: ReadonlySet<string>,
): JobFiles & { readonly credentials: DockerConfig } => {
  const files = filesOf(derived, berth, renewed);
  const credentials = files.authFile;
  return answering
    ? { ...filesOf(storedByHelper(derived), berth, renewed), credentials }
    : { ...files, credentials };
};
