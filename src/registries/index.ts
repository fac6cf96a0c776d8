import type { Login, LoginRequest, RegistryKind } from "./kind.ts";
import { password } from "./password.ts";

/** The first that recognises a registry logs in to it; the kind for any registry stands last. */
export const registryKinds: readonly RegistryKind[] = [password];

/** Turns a request into what is written for it. Throws as `RegistryKind` says. */
export const loginTo = (request: LoginRequest): Login =>
  (registryKinds.find((kind) => kind.recognises(request.registry)) ?? password).login(request);
