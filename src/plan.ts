import { type Copy, contextFile } from "./docker-config/companions.ts";
import { derive } from "./docker-config/derive.ts";
import { fingerprints } from "./docker-config/encode.ts";
import { shownKey } from "./docker-config/keys.ts";
import { keepChanges } from "./docker-config/later-changes.ts";
import { keysOf, wholeHosts } from "./docker-config/layers.ts";
import { type Credentials, type DockerConfig, emptyConfig } from "./docker-config/model.ts";
import { type Client, earlierValues, exportsOf } from "./exports.ts";
import type { Facts } from "./gather.ts";
import type { JobDirectory } from "./job-directory.ts";
import type { Marker } from "./marker.ts";
import type { Output, RegistryLogin } from "./output.ts";
import { loginNotices, namesOf, type OwnLoginOptions, tokenLogins } from "./own-logins.ts";
import { printable } from "./printable.ts";

export interface PlanOptions extends OwnLoginOptions {
  readonly clients: readonly Client[];
}

/** What will be: `--dry-run` shows it, `apply` makes it so. */
export interface Plan {
  readonly title: string;
  readonly directory: JobDirectory;
  readonly update: boolean;
  readonly config: DockerConfig;
  readonly authFile: DockerConfig;
  readonly marker: Marker;
  readonly copies: readonly Copy[];
  readonly inheritedFrom?: string;
  readonly output: Output;
}

const idOf = ({ registry, from }: RegistryLogin): string => JSON.stringify([registry, from]);

/** Those of the job's own credentials that a config holds: not the ones that another has taken the place of. */
const used = (own: readonly RegistryLogin[], config: Credentials): readonly RegistryLogin[] => {
  const there = new Set(namesOf(config).map(idOf));
  return own.filter((login) => there.has(idOf(login)));
};

/** From what was read to what will be. Pure. Throws as `tokenLogins` and `loginNotices` say. */
export const makePlan = (facts: Facts, options: PlanOptions): Plan => {
  const { system, job, directory, sources, companions, berth } = facts;
  const own = tokenLogins(facts, options);
  const { tokens } = own;
  const copied = new Set(companions.copies.map(({ to }) => to));
  const derived = derive({
    base: facts.base,
    baseName: sources.base?.file ?? "",
    containers: facts.containers,
    helm: facts.helm,
    tokens,
    dockerAuthConfig: facts.dockerAuthConfig,
    helpersOnPath: facts.helpersOnPath,
    contextExists: (name) => name === "default" || copied.has(contextFile(name)),
    ...(companions.pluginsDir && { pluginsDir: companions.pluginsDir }),
  });

  const { dockerAuthConfig } = derived;
  const renewed = wholeHosts(tokens, dockerAuthConfig);
  const keep = (config: DockerConfig, changes: DockerConfig = emptyConfig) =>
    keepChanges(config, changes, renewed);
  const { auths, credHelpers } = berth?.changes["config.json"] ?? emptyConfig;
  // What `docker login` has written is for podman and its relatives, too, unless they have logins of their own.
  const withDockers = keep(derived.authFile, { ...emptyConfig, auths, credHelpers });
  const authFile = keep(withDockers, berth?.changes["auth.json"]);
  const { variables, unset } = exportsOf(facts, own, options.clients);
  return {
    title: `${system.title} job ${printable(job.id)}`,
    directory,
    update: berth !== undefined,
    config: keep(derived.config, berth?.changes["config.json"]),
    authFile,
    marker: {
      version: 1,
      system: system.name,
      job: directory.job,
      created: berth?.created ?? facts.now.toISOString(),
      sources,
      earlier: earlierValues(facts, variables),
      written: {
        "config.json": fingerprints(derived.config),
        "auth.json": fingerprints(withDockers),
      },
      logins: { tokens: keysOf(tokens), dockerAuthConfig: keysOf(dockerAuthConfig) },
    },
    copies: companions.copies,
    ...(sources.base && { inheritedFrom: sources.base.directory }),
    output: {
      system: system.name,
      job: job.id,
      directory: directory.path,
      variables,
      unset,
      registries: used([...namesOf(tokens), ...namesOf(dockerAuthConfig)], authFile).map(
        (login) => ({ ...login, registry: shownKey(login.registry) }),
      ),
      notices: [
        ...loginNotices(own, dockerAuthConfig, options.ifMissing),
        ...facts.notices,
        ...derived.notices,
      ],
    },
  };
};
