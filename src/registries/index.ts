import { acr } from "./acr.ts";
import { artifactRegistry } from "./artifact-registry.ts";
import { buildkitePackages } from "./buildkite-packages.ts";
import { ecr } from "./ecr.ts";
import { jfrog } from "./jfrog.ts";
import type { RegistryKind } from "./kind.ts";
import { oidcPassword } from "./oidc-password.ts";
import { password } from "./password.ts";
import type { RegistrySpec } from "./spec.ts";

/** The first that recognises a registry has its credential. A password that is named comes before all that could be had. */
export const registryKinds: readonly RegistryKind[] = [
  password,
  oidcPassword,
  buildkitePackages,
  ecr,
  artifactRegistry,
  acr,
  jfrog,
];

/** The kind for what a spec says. */
export const kindOf = (spec: Pick<RegistrySpec, "host" | "path" | "fields">): RegistryKind =>
  registryKinds.find((kind) => kind.recognises(spec, spec.fields)) ?? password;
