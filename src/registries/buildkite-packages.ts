import { ID_TOKEN_FIELDS, type RegistryKind } from "./kind.ts";

const HOST = "packages.buildkite.com";
const USER = "buildkite";

/** A registry of Buildkite Packages, which trusts the jobs of Buildkite and, by its policy, those of others. */
// https://buildkite.com/docs/package-registries/ecosystems/oci, https://buildkite.com/docs/package-registries/security/oidc
export const buildkitePackages = {
  name: "buildkite-packages",
  title: "Buildkite Packages",
  example: "packages.buildkite.com/my-org/my-registry",
  lasts: "5 min",
  needs: [],
  mayHave: ID_TOKEN_FIELDS,
  issued: { user: USER },
  recognises: ({ host, path }) => host === HOST && /^[\w.-]+\/[\w.-]+$/.test(path),
  obtain: async ({ from, path }, { idToken }) => ({
    ...{ user: USER, userFrom: from },
    ...(await idToken(`https://${HOST}/${path}`)),
  }),
} as const satisfies RegistryKind;
