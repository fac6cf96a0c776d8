import { encodeForCluster, passwordOf } from "./docker-config/encode.ts";
import { hostOfKey, isNamespaced } from "./docker-config/keys.ts";
import { type AuthEntry, isStoreMarker } from "./docker-config/model.ts";
import { BerthError } from "./errors.ts";
import type { Plan } from "./plan.ts";
import { printable } from "./printable.ts";
import { Secret } from "./secret.ts";
import { duration } from "./time.ts";

export interface PullSecretOptions {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly force: boolean;
  /** The registries that it is for. */
  readonly hosts: readonly string[];
  /** Those that end with the job. */
  readonly jobTokens: readonly Secret[];
  /** How the CI's jobs have a credential that lasts. */
  readonly lasting?: string | undefined;
}

/** Names of Kubernetes: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const NAMES = {
  name: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
  namespace: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
};
const LENGTHS = { name: 253, namespace: 63 };

const checkName = (option: "name" | "namespace", value: string): string => {
  if (value.length <= LENGTHS[option] && NAMES[option].test(value)) return value;
  throw new BerthError(
    "BERTH_USAGE",
    `--${option}: its value is no name of Kubernetes'`,
    "write it in lower case, with digits and dashes: --name regcred",
  );
};

type Entries = readonly (readonly [key: string, entry: AuthEntry])[];

const lacking = (host: string, why: string, lasting: string | undefined): BerthError =>
  new BerthError(
    "BERTH_MISSING_CREDENTIAL",
    `no credential for ${host}: ${why}`,
    lasting ?? `give one: --registry ${host},username-env=NAME,password-env=NAME`,
  );

const entriesFor = (
  host: string,
  { config, authFile }: Plan,
  lasting: string | undefined,
): Entries => {
  const there = [...authFile.auths].filter(
    ([key, entry]) => hostOfKey(key) === host && !isStoreMarker(entry),
  );
  const usable = there.filter(([, { auth }]) => auth !== undefined);
  if (usable.length > 0) return usable;
  const isWithHelper = [...config.credHelpers.keys()].some((key) => hostOfKey(key) === host);
  const why = isWithHelper
    ? "a credential helper has it, which a cluster cannot ask"
    : there.length > 0
      ? "what the job has is a token for clients that renew it, which a cluster does not"
      : "the job has none";
  throw lacking(host, why, lasting);
};

/** The user of GitLab's job tokens, whatever variable they come by. */
const GITLABS_JOB = "gitlab-ci-token";

// A token of the job's stays one by whatever way it comes.
const endOf = (
  entry: AuthEntry,
  { jobTokens }: PullSecretOptions,
  now: Date,
): string | undefined => {
  if (entry.until) return `ends in ${duration((entry.until.getTime() - now.getTime()) / 1000)}`;
  const isJobs = jobTokens.some((token) => Secret.equal(token, passwordOf(entry)));
  return isJobs || entry.user === GITLABS_JOB ? "ends with the job" : undefined;
};

const checkLasting = (entries: Entries, options: PullSecretOptions, now: Date): void => {
  const { lasting } = options;
  for (const [key, entry] of entries) {
    const end = endOf(entry, options, now);
    if (end === undefined) continue;
    throw new BerthError(
      "BERTH_SHORT_LIVED",
      `the credential for ${printable(isNamespaced(key) ? key : hostOfKey(key))} ${end}: the cluster could not pull any more, at the latest when a pod starts again elsewhere`,
      `${lasting ?? "give one that lasts: --registry HOST,username-env=NAME,password-env=NAME"}; or --force`,
    );
  }
};

/**
 * A manifest of Kubernetes' Secret for pulling images, with credentials that a job has: YAML, with their secrets.
 * https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
 * Throws BERTH_USAGE, BERTH_MISSING_CREDENTIAL, and BERTH_SHORT_LIVED, where a credential would not last and is not forced.
 */
export const pullSecretManifest = (plan: Plan, options: PullSecretOptions): string => {
  const { force, hosts, lasting } = options;
  const name = checkName("name", options.name);
  const namespace = options.namespace && checkName("namespace", options.namespace);
  const entries = hosts.flatMap((host) => entriesFor(host, plan, lasting));
  if (!force) checkLasting(entries, options, plan.now);
  return [
    "apiVersion: v1",
    "kind: Secret",
    "metadata:",
    // A name of digits alone is no text for YAML.
    `  name: "${name}"`,
    ...(namespace ? [`  namespace: "${namespace}"`] : []),
    "type: kubernetes.io/dockerconfigjson",
    "data:",
    `  .dockerconfigjson: ${encodeForCluster({ auths: new Map(entries) })}`,
    "",
  ].join("\n");
};
