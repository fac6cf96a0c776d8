import type { CiSystem, Job } from "../ci/system.ts";
import { askerFor } from "../exchange/asker.ts";
import { makeSend, type Send } from "../network/http.ts";
import { missing, type Notice } from "../notice.ts";
import type { Progress } from "../progress.ts";
import { Secret } from "../secret.ts";
import type { JobVariables } from "../variables.ts";
import { kindOf } from "./index.ts";
import { type Credential, Lacking, type LoginRequest } from "./kind.ts";
import type { RegistrySpec } from "./spec.ts";
import { userOf } from "./user.ts";

/** The logins that the user has asked for, and what is missing for some, by place. */
export interface Requested {
  readonly logins: readonly LoginRequest[];
  readonly lacking: ReadonlyMap<string, Notice>;
}

/** The job that asks for credentials. */
export interface Asking {
  readonly system: CiSystem;
  readonly job: Job;
  readonly variables: JobVariables;
  readonly cwd: string;
  readonly now: Date;
  /** Is told of the servers that are asked. Without it none is. */
  readonly progress?: Progress | undefined;
}

/** The variables with secrets that the specs name, and those that their kinds read. */
export const secretNamesOf = (specs: readonly RegistrySpec[]): readonly string[] =>
  specs.flatMap((spec) => {
    const { "password-env": password, "oidc-token-env": token } = spec.fields;
    return [password, token, ...(kindOf(spec).secrets ?? [])].filter((name) => name !== undefined);
  });

const foreseen = (spec: RegistrySpec, user: string, { variables }: Asking): Credential => ({
  ...(user ? { user, userFrom: spec.from } : userOf(spec, variables)),
  secret: new Secret(""),
  secretFrom: `${kindOf(spec).title}, not asked yet`,
});

const obtain = (
  spec: RegistrySpec,
  asking: Asking,
  send: () => Promise<Send>,
): Promise<Credential> | Credential => {
  const kind = kindOf(spec);
  const { progress } = asking;
  if (!kind.issued) return kind.obtain(spec, askerFor(spec, asking, send));
  if (!progress) return foreseen(spec, kind.issued.user, asking);
  return progress(
    `asking for a credential for ${spec.host}, by ${kind.title}`,
    kind.obtain(spec, askerFor(spec, asking, send)),
  );
};

type Outcome = LoginRequest | Lacking;

const outcomeOf = async (
  spec: RegistrySpec,
  part: string,
  asking: Asking,
  send: () => Promise<Send>,
): Promise<Outcome> => {
  try {
    const credential = await obtain(spec, asking, send);
    return {
      ...{ registry: spec.registry, registryFrom: spec.from, ...credential },
      ...(part && { part }),
      ...(kindOf(spec).issued && asking.progress && { isIssued: true }),
    };
  } catch (error) {
    if (error instanceof Lacking) return error;
    throw error;
  }
};

// A plan that was overtaken by another run is made anew: no server is asked twice for that.
const known = new WeakMap<RegistrySpec, Promise<Outcome>>();

/** Reads what the specs name, and asks for it, all at once. What is not to be had is no failure: `--if-missing` decides. */
export const readRequested = async (
  specs: readonly RegistrySpec[],
  asking: Asking,
): Promise<Requested> => {
  let sending: Promise<Send> | undefined;
  const send = (): Promise<Send> => {
    sending ??= makeSend(asking.variables.env, asking.cwd);
    return sending;
  };
  const hosts = specs.map(({ host }) => host);
  const outcomes = specs.map((spec) => {
    // One credential for a registry is for all of it: what names the part is then just where it is on the web.
    const part = hosts.filter((host) => host === spec.host).length > 1 ? spec.path : "";
    const outcome = known.get(spec) ?? outcomeOf(spec, part, asking, send);
    known.set(spec, outcome);
    return outcome.then((it) => [part ? `${spec.host}/${part}` : spec.host, it] as const);
  });
  const all = await Promise.all(outcomes);
  return {
    logins: all.flatMap(([, it]) => (it instanceof Lacking ? [] : [it])),
    lacking: new Map(
      all.flatMap(([place, it]) =>
        it instanceof Lacking
          ? [[place, missing(`no login to ${place}: ${it.message}`, it.hint)] as const]
          : [],
      ),
    ),
  };
};
