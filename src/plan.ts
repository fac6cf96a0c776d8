import type { Mask, Persist } from "./ci/system.ts";
import { type Copy, contextFile } from "./docker-config/companions.ts";
import { type Derived, derive } from "./docker-config/derive.ts";
import { isNamespaced, shownKey } from "./docker-config/keys.ts";
import { keysOf, wholeHosts } from "./docker-config/layers.ts";
import type { Credentials, DockerConfig } from "./docker-config/model.ts";
import { configsOfRepositories, type OfRepository } from "./docker-config/of-repositories.ts";
import { BerthError } from "./errors.ts";
import { expiryNotices } from "./expiry.ts";
import { type Client, earlierValues, exportsOf } from "./exports.ts";
import type { Facts } from "./gather.ts";
import { type HelperProgram, helperProgram, type Link } from "./helper-program.ts";
import type { JobDirectory } from "./job-directory.ts";
import { jobFiles } from "./job-files.ts";
import type { Marker, Written } from "./marker.ts";
import type { Notice } from "./notice.ts";
import type { Output, RegistryLogin } from "./output.ts";
import {
  loginNotices,
  namesOf,
  type OwnLoginOptions,
  type OwnLogins,
  ownLogins,
  partsOnly,
  stillPreferred,
} from "./own-logins.ts";
import { printable } from "./printable.ts";
import { werfVariables } from "./werf.ts";

export interface PlanOptions extends OwnLoginOptions {
  readonly werf: boolean;
  readonly clients: readonly Client[];
}

/** What will be: `--dry-run` shows it, `apply` makes it so. */
export interface Plan {
  readonly title: string;
  readonly directory: JobDirectory;
  readonly update: boolean;
  /** The CI's variables that were found, with their values but for secrets. */
  readonly found: readonly (readonly [name: string, value: string])[];
  readonly config: DockerConfig;
  readonly authFile: DockerConfig;
  readonly ofRepositories: readonly OfRepository[];
  /** Files of an earlier run that are not to be any more. */
  readonly leftOver: readonly string[];
  readonly marker: Marker;
  /** What earlier runs have written, while it is replaced. */
  readonly replaced: readonly Written[];
  readonly copies: readonly Copy[];
  readonly links: readonly Link[];
  readonly inheritedFrom?: string;
  /** How the CI's log is told what to hide. */
  readonly mask?: Mask;
  /** When this was planned. */
  readonly now: Date;
  /** How the later steps of the job can get the variables, and the file for that. */
  readonly laterSteps: { readonly way: Persist; readonly file: string | undefined };
  readonly output: Output;
}

const foundIn = ({ system, variables: { env, secrets } }: Facts): Plan["found"] =>
  system.variables.flatMap(({ name }) => {
    const value = env[name] ?? secrets[name]?.toString();
    return value === undefined ? [] : [[name, value] as const];
  });

const noHelper: HelperProgram = { links: [], variables: [] };

const noWerf: ReturnType<typeof werfVariables> = { variables: [], notices: [] };

const werfOf = ({ system, variables: { env }, job, werfProject }: Facts, access: OwnLogins) =>
  werfVariables({ system, env, job, access, project: werfProject });

// What is in files would come to nothing, or what is on no disk would come there.
const checkStore = ({ berth, answering }: Facts): void => {
  if (berth === undefined || (berth.answering === undefined) === (answering === undefined)) return;
  throw new BerthError(
    "BERTH_USAGE",
    `--store ${answering ? "helper" : "file"}: the job's berth was made with --store ${answering ? "file" : "helper"}`,
    "leave it out, or run berth cleanup before",
  );
};

const deriveFrom = (facts: Facts, { tokens, requested }: OwnLogins): Derived => {
  const { base, sources, containers, helm, dockerAuthConfig, helpersOnPath, companions } = facts;
  const copied = new Set(companions.copies.map(({ to }) => to));
  return derive({
    ...{ base, baseName: sources.base?.file ?? "", containers, helm },
    ...{ tokens, dockerAuthConfig, requested, helpersOnPath },
    contextExists: (name) => name === "default" || copied.has(contextFile(name)),
    ...(companions.pluginsDir && { pluginsDir: companions.pluginsDir }),
  });
};

/** Those of the job's own credentials that its clients get: not the ones that another has taken the place of. */
const used = (
  own: readonly RegistryLogin[],
  { auths, credHelpers }: Credentials,
): readonly RegistryLogin[] =>
  own.filter(
    ({ registry, from }) =>
      auths.get(registry)?.from === from ||
      from === `docker-credential-${credHelpers.get(registry)}`,
  );

const buildxFiles = (
  { answering, berth, variables: { env } }: Facts,
  isUpdate: boolean,
  requested: Credentials,
): Pick<Plan, "ofRepositories" | "leftOver"> => {
  // A folder that the job's own variable names is not berth's to write to.
  if (answering || env["BUILDX_CONFIG"]) return { ofRepositories: [], leftOver: [] };
  const ofRepositories = configsOfRepositories(requested);
  const earlier = isUpdate && berth ? configsOfRepositories(berth.logins.requested) : [];
  const leftOver = earlier
    .map(({ path }) => path)
    .filter((path) => !ofRepositories.some((it) => it.path === path));
  return { ofRepositories, leftOver };
};

const endsOf = (logins: readonly RegistryLogin[]): Pick<Marker, "until"> => {
  const ends = logins.flatMap(({ registry, until }) =>
    until ? [[registry, until.toISOString()] as const] : [],
  );
  return ends.length > 0 ? { until: Object.fromEntries(ends) } : {};
};

/** From what was read to what will be. Pure. Throws BERTH_USAGE, and as `ownLogins` and `loginNotices` say. */
export const makePlan = (facts: Facts, options: PlanOptions): Plan => {
  const { system, job, directory, sources, companions, berth, answering, now } = facts;
  const { env } = facts.variables;
  checkStore(facts);
  const isUpdate = berth?.path === directory.path;
  const own = ownLogins(facts, options);
  const { tokens, requested } = own;
  const derived = deriveFrom(facts, own);
  const { dockerAuthConfig } = derived;
  const files = jobFiles(derived, facts, wholeHosts(tokens, dockerAuthConfig, requested));
  const { variables: exported, unset } = exportsOf(facts, own, options);
  const werf = options.werf ? werfOf(facts, own) : noWerf;
  const variables = [...exported, ...werf.variables];
  const helper = answering ? helperProgram(facts, process.platform) : noHelper;
  const all = [tokens, dockerAuthConfig, requested].flatMap(namesOf);
  const logins = used(all, files.credentials).filter(
    ({ registry }) => !answering || !isNamespaced(registry),
  );
  return {
    title: `${system.title} job ${printable(job.id)}`,
    directory,
    update: isUpdate,
    found: foundIn(facts),
    config: files.config,
    authFile: files.authFile,
    ...buildxFiles(facts, isUpdate, requested),
    marker: {
      version: 1,
      system: system.name,
      job: directory.job,
      created: isUpdate ? berth.created : now.toISOString(),
      sources,
      earlier: earlierValues(facts, variables),
      written: files.written,
      ...(answering && { answering }),
      ...endsOf(logins),
      logins: {
        tokens: keysOf(tokens),
        dockerAuthConfig: keysOf(dockerAuthConfig),
        requested: keysOf(requested),
      },
    },
    replaced: isUpdate ? berth.written : [],
    copies: companions.copies,
    links: helper.links,
    ...(system.mask && { mask: system.mask }),
    now,
    laterSteps: {
      way: system.persist,
      file: system.persist.by === "file" ? env[system.persist.variable] : undefined,
    },
    ...(sources.base && { inheritedFrom: sources.base.directory }),
    output: {
      system: system.name,
      job: job.id,
      ...(job.url && { url: shownKey(job.url) }),
      directory: directory.path,
      variables: [...variables, ...helper.variables],
      unset,
      registries: logins.map((login) => ({ ...login, registry: shownKey(login.registry) })),
      notices: [
        ...loginNotices(own, dockerAuthConfig, options.ifMissing),
        ...(answering
          ? stillPreferred(dockerAuthConfig, requested)
          : partsOnly(dockerAuthConfig, requested)),
        ...expiryNotices(logins, system.timeLimit?.(env, now), now),
        ...facts.notices,
        ...files.notices,
        ...werf.notices,
      ],
    },
  };
};

/** The same with notices before and after its own. */
export const withNotices = (
  plan: Plan,
  { first = [], last = [] }: Readonly<Partial<Record<"first" | "last", readonly Notice[]>>>,
): Plan => ({
  ...plan,
  output: { ...plan.output, notices: [...first, ...plan.output.notices, ...last] },
});
