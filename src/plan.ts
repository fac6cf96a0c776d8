import type { LoginOptions } from "./ci/system.ts";
import { type Copy, contextFile } from "./docker-config/companions.ts";
import { type Credentials, derive } from "./docker-config/derive.ts";
import { fingerprints } from "./docker-config/encode.ts";
import { hostOfKey, isNamespaced } from "./docker-config/keys.ts";
import { keepChanges } from "./docker-config/later-changes.ts";
import type { AuthEntry, DockerConfig } from "./docker-config/model.ts";
import { BerthError } from "./errors.ts";
import { type Client, exportsOf } from "./exports.ts";
import type { Facts } from "./gather.ts";
import type { JobDirectory } from "./job-directory.ts";
import type { Marker } from "./marker.ts";
import { info, type Notice } from "./notice.ts";
import { printable } from "./printable.ts";
import { loginTo } from "./registries/index.ts";
import type { Output, RegistryLogin } from "./shells/shell.ts";

export interface PlanOptions extends LoginOptions {
  readonly clients: readonly Client[];
  readonly loginToRegistry: boolean;
  readonly ifMissing: "warn" | "fail" | "ignore";
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

const jobLogins = (facts: Facts, options: PlanOptions) => {
  const { logins, ...access } = facts.system.access(facts.variables, options);
  const auths = new Map<string, AuthEntry>();
  for (const { keys, entry } of options.loginToRegistry ? logins.map(loginTo) : []) {
    for (const key of keys) if (!auths.has(key)) auths.set(key, entry);
  }
  const notices = options.loginToRegistry ? access.notices : [];
  return { ...access, notices, credentials: { auths, credHelpers: new Map() } };
};

const namesOf = ({ auths, credHelpers }: Credentials): readonly RegistryLogin[] => [
  ...[...auths].map(([key, { user, from }]) => ({ registry: key, user, from })),
  ...[...credHelpers].map(([key, helper]) => ({
    registry: key,
    user: "",
    from: `docker-credential-${helper}`,
  })),
];

/** The registries that credentials are for as a whole: not those of which they name a part. */
const wholeHosts = (logins: readonly RegistryLogin[]): ReadonlySet<string> =>
  new Set(
    logins
      .filter(({ registry }) => !isNamespaced(registry))
      .map(({ registry }) => hostOfKey(registry)),
  );

const shadowed = (job: Credentials, dockerAuthConfig: Credentials): readonly Notice[] => {
  const hosts = wholeHosts(namesOf(dockerAuthConfig));
  return namesOf(job)
    .filter(({ registry }) => hosts.has(hostOfKey(registry)))
    .map(({ registry, from }) =>
      info(`${registry}: ${from} is not used, because DOCKER_AUTH_CONFIG has a credential for it`),
    );
};

const scopedOnly = (dockerAuthConfig: Credentials): readonly Notice[] =>
  namesOf(dockerAuthConfig)
    .filter(({ registry }) => isNamespaced(registry))
    .map(({ registry }) =>
      info(
        `${printable(registry)}: a credential for a part of a registry, which podman, buildah and skopeo can use, and Docker cannot`,
      ),
    );

const UNSET = info(
  "DOCKER_AUTH_CONFIG is merged and unset: Docker 28.3 and later would prefer it to the berth",
);

const settle = (notices: readonly Notice[], ifMissing: PlanOptions["ifMissing"]) => {
  const lacking = notices.filter(({ level }) => level === "missing");
  if (ifMissing === "ignore") return notices.filter(({ level }) => level !== "missing");
  const [first] = lacking;
  if (ifMissing === "warn" || !first) return notices;
  throw new BerthError("BERTH_MISSING_CREDENTIAL", first.text, first.hint ?? "");
};

/**
 * From what was read to what will be. Pure.
 * Throws BERTH_BAD_REGISTRY, BERTH_BAD_CREDENTIAL, BERTH_BAD_VALUE, and BERTH_MISSING_CREDENTIAL if that is to fail.
 */
export const makePlan = (facts: Facts, options: PlanOptions): Plan => {
  const { system, job, directory, sources, companions, dockerAuthConfig, berth } = facts;
  const access = jobLogins(facts, options);
  const copied = new Set(companions.copies.map(({ to }) => to));
  const derived = derive({
    base: facts.base,
    baseName: sources.base?.file ?? "",
    containers: facts.containers,
    helm: facts.helm,
    jobLogins: access.credentials,
    dockerAuthConfig,
    helpersOnPath: facts.helpersOnPath,
    contextExists: (name) => name === "default" || copied.has(contextFile(name)),
    ...(companions.pluginsDir && { pluginsDir: companions.pluginsDir }),
  });

  const { variables, unset } = exportsOf(facts, access, options.clients);
  const fromVariable = namesOf(dockerAuthConfig);
  const own = [...namesOf(access.credentials), ...fromVariable];
  const renewed = wholeHosts(own);
  const keep = (config: DockerConfig, name: "config.json" | "auth.json") =>
    berth ? keepChanges(config, berth.changes[name], renewed) : config;
  const config = keep(derived.config, "config.json");
  const authFile = keep(derived.authFile, "auth.json");

  const used = namesOf(config).concat(
    namesOf(authFile).filter(({ registry }) => isNamespaced(registry)),
  );
  const notShadowed = own.filter(({ registry, from }) =>
    used.some((name) => name.registry === registry && name.from === from),
  );
  return {
    title: `${system.title} job ${printable(job.id)}`,
    directory,
    update: berth !== undefined,
    config,
    authFile,
    marker: {
      version: 1,
      system: system.name,
      job: directory.job,
      created: berth?.marker.created ?? facts.now.toISOString(),
      sources,
      written: {
        "config.json": fingerprints(derived.config),
        "auth.json": fingerprints(derived.authFile),
      },
      dockerAuthConfig: fromVariable.map(({ registry }) => registry),
    },
    copies: companions.copies,
    ...(sources.base && { inheritedFrom: sources.base.directory }),
    output: {
      system: system.name,
      job: job.id,
      directory: directory.path,
      variables,
      unset,
      registries: notShadowed,
      notices: settle(
        [
          ...access.notices,
          ...shadowed(access.credentials, dockerAuthConfig),
          ...scopedOnly(dockerAuthConfig),
          ...(unset.includes("DOCKER_AUTH_CONFIG") ? [UNSET] : []),
          ...facts.notices,
          ...derived.notices,
        ],
        options.ifMissing,
      ),
    },
  };
};
