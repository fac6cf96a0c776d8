import type { AuthEntry } from "../docker-config/model.ts";
import type { Secret } from "../secret.ts";

/** A credential as a CI system has it, each part with the variable it came from. */
export interface LoginRequest {
  readonly registry: string;
  readonly registryFrom: string;
  readonly user: string;
  readonly userFrom: string;
  readonly secret: Secret;
  readonly secretFrom: string;
}

/** What is written for it: one entry under each of the keys. */
export interface Login {
  readonly keys: readonly string[];
  readonly entry: AuthEntry;
}

/**
 * One way of logging in to a registry. `recognises` decides by the registry as given; `login` throws
 * BERTH_BAD_REGISTRY or BERTH_BAD_CREDENTIAL, naming the variable.
 */
export interface RegistryKind {
  readonly name: string;
  recognises(registry: string): boolean;
  login(request: LoginRequest): Login;
}
