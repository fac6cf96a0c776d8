import { encodeForCluster, passwordIn } from "./docker-config/encode.ts";
import { hostOfKey, isNamespaced } from "./docker-config/keys.ts";
import { type AuthEntry, isStoreMarker } from "./docker-config/model.ts";
import { BerthError } from "./errors.ts";
import { claimsOf } from "./exchange/claims.ts";
import { isOfJob } from "./job-token.ts";
import { lackOf, type OwnLogins } from "./own-logins.ts";
import type { Plan } from "./plan.ts";
import { printable } from "./printable.ts";
import type { Secret } from "./secret.ts";
import { duration } from "./time.ts";

export interface PullSecretOptions {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly force: boolean;
  /** The registries that it is for. */
  readonly hosts: readonly string[];
  readonly logins: Pick<OwnLogins, "registry" | "notices" | "lacking">;
  /** Those that end with the job. */
  readonly jobTokens: readonly Secret[];
  /** How the job has a credential for its own registry that lasts. */
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

const anotherFor = (host: string): string =>
  `--registry ${host},username-env=NAME,password-env=NAME`;

/** How the job has a credential that lasts. */
const lastingFor = (host: string, { logins, lasting }: PullSecretOptions): string =>
  lasting && host === logins.registry ? lasting : `give one that lasts: ${anotherFor(host)}`;

const missing = (text: string, hint: string): BerthError =>
  new BerthError("BERTH_MISSING_CREDENTIAL", text, hint);

const entriesFor = (
  host: string,
  { config, authFile }: Plan,
  options: PullSecretOptions,
): Entries => {
  const isForHost = ([key]: readonly [string, unknown]): boolean => hostOfKey(key) === host;
  const [, notFound] = [...options.logins.lacking].find(isForHost) ?? [];
  if (notFound) throw missing(notFound.text, notFound.hint ?? "");
  const there = [...authFile.auths].filter((it) => isForHost(it) && !isStoreMarker(it[1]));
  const usable = there.filter(([, { auth }]) => passwordIn(auth) !== undefined);
  if (usable.length > 0) return usable;
  const hint = lastingFor(host, options);
  const none = `no credential for ${host}`;
  if ([...config.credHelpers].some(isForHost))
    throw missing(`${none}: a credential helper has it, which a cluster cannot ask`, hint);
  if (there.length > 0) {
    const why = "what the job has is a token for clients that renew it, which a cluster does not";
    throw missing(`${none}: ${why}`, hint);
  }
  throw missing(lackOf(host, options.logins)?.text ?? `${none}: the job has none`, hint);
};

const endOf = (entry: AuthEntry, jobTokens: readonly Secret[], now: Date): string | undefined => {
  const password = passwordIn(entry.auth);
  const until = entry.until ?? (password && claimsOf(password).until);
  if (until) return `ends in ${duration((until.getTime() - now.getTime()) / 1000)}`;
  return isOfJob(entry, jobTokens) ? "ends with the job" : undefined;
};

const checkLasting = (entries: Entries, options: PullSecretOptions, now: Date): void => {
  for (const [key, entry] of entries) {
    const end = endOf(entry, options.jobTokens, now);
    if (end === undefined) continue;
    throw new BerthError(
      "BERTH_SHORT_LIVED",
      `the credential for ${printable(isNamespaced(key) ? key : hostOfKey(key))} ${end}: the cluster could not pull any more, at the latest when a pod starts again elsewhere`,
      `${lastingFor(hostOfKey(key), options)}; or --force`,
    );
  }
};

/**
 * A manifest of Kubernetes' Secret for pulling images, with credentials that a job has: YAML, with their secrets.
 * https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
 * Throws BERTH_USAGE, BERTH_MISSING_CREDENTIAL, and BERTH_SHORT_LIVED, where a credential would not last and is not forced.
 */
export const pullSecretManifest = (plan: Plan, options: PullSecretOptions): string => {
  const { force, hosts } = options;
  const name = checkName("name", options.name);
  const namespace = options.namespace && checkName("namespace", options.namespace);
  const entries = hosts.flatMap((host) => entriesFor(host, plan, options));
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
