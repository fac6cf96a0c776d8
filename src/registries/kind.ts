import type { Job } from "../ci/system.ts";
import type { AuthEntry } from "../docker-config/model.ts";
import type { JsonObject } from "../docker-config/shapes.ts";
import type { HttpRequest } from "../network/request.ts";
import type { Secret } from "../secret.ts";
import type { JobVariables } from "../variables.ts";
import type { RegistrySpec } from "./spec.ts";

/** A credential, each part with the variable or whatever else it came from. */
export interface Credential {
  readonly user: string;
  readonly userFrom: string;
  readonly secret: Secret;
  readonly secretFrom: string;
  /** When it ends, where that is known. */
  readonly until?: Date;
}

export type IdToken = Pick<Credential, "secret" | "secretFrom" | "until">;

/** A credential for a registry, as somebody has it. */
export interface LoginRequest extends Credential {
  readonly registry: string;
  readonly registryFrom: string;
  /** The part of the registry that it is for, such as `group/app`; the whole where there is none. */
  readonly part?: string;
  /** It was made for this run: no log of the CI's knows that it is a secret. */
  readonly isIssued?: true;
}

/** What is written for it: one entry under each of the keys. */
export interface Login {
  readonly keys: readonly string[];
  readonly entry: AuthEntry;
}

/** Says why there is no credential, and what to do. */
export class Lacking extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** What a kind can find the credential for a spec with. Its functions throw `Lacking`. */
export interface Asker {
  readonly variables: JobVariables;
  readonly cwd: string;
  readonly job: Job;
  readonly now: Date;
  /** A token that says who the job is, for the audience that the spec has, or else that is usual here. */
  idToken(usualAudience?: string): Promise<IdToken>;
  /** Sends a request; out: what a good answer is. `step` says what is asked of whom. */
  askText(step: string, request: HttpRequest): Promise<string>;
  /** The same for an answer that is a JSON object. */
  ask(step: string, request: HttpRequest): Promise<JsonObject>;
}

/** What may be said of a registry in a spec, as `name=value`. */
export const FIELDS = [
  "username",
  "username-env",
  "password-env",
  "password-file",
  "oidc-password",
  "role",
  "provider",
  "service-account",
  "tenant",
  "client",
  "audience",
  "oidc-token-env",
  "service-connection",
] as const;
export type Field = (typeof FIELDS)[number];

/** Those of every kind whose credential the job's id token gets. */
export const ID_TOKEN_FIELDS = [
  "audience",
  "oidc-token-env",
  "service-connection",
] as const satisfies readonly Field[];

export type Fields = Readonly<Partial<Record<Field, string>>>;

/** One way to a credential for a registry. */
export interface RegistryKind {
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** A spec of this kind. */
  readonly example: string;
  /** How long its credentials last, for people; "" where that is theirs to know. */
  readonly lasts: string;
  /** Of each of these lists one is needed. */
  readonly needs: readonly (readonly Field[])[];
  readonly mayHave: readonly Field[];
  /** What a value has to look like, where that can be told. */
  readonly forms?: Readonly<Partial<Record<Field, RegExp>>>;
  /** Variables with secrets that it reads by itself. */
  readonly secrets?: readonly string[];
  /** Its credentials are made for the run, by servers: not in a dry run, which shows this user. */
  readonly issued?: {
    readonly user: string;
    /** Whoever has a credential with this user, it ends in hours. */
    readonly neverLasts?: true;
  };
  /** What to check where a server refuses. */
  readonly check?: string;
  /** Whether a registry is of this kind. */
  recognises(place: Pick<RegistrySpec, "host" | "path">, fields: Fields): boolean;
  /** Throws `Lacking`. */
  obtain(spec: RegistrySpec, asker: Asker): Promise<Credential>;
}
