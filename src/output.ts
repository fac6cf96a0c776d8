import type { Notice } from "./notice.ts";

/** A registry that the job can use by a credential of its own: never with the secret. */
export interface RegistryLogin {
  readonly registry: string;
  readonly user: string;
  readonly from: string;
  /** When the credential ends, where that is known. */
  readonly until?: Date;
}

/** What a successful run tells the program that reads its stdout. */
export interface Output {
  readonly system: string;
  readonly job: string;
  /** The job's page on the web. */
  readonly url?: string;
  readonly directory: string;
  /** Names are `[A-Za-z_][A-Za-z0-9_]*`; values hold no line break and no NUL. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly unset: readonly string[];
  readonly registries: readonly RegistryLogin[];
  readonly notices: readonly Notice[];
}
