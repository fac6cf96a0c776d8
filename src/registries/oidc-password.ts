import { ID_TOKEN_FIELDS, type RegistryKind } from "./kind.ts";
import { userOf } from "./user.ts";

/** Any registry that takes the job's id token itself for a password. */
export const oidcPassword = {
  name: "oidc-password",
  title: "the job's id token as password",
  example: "zot.example.com,username=ci,oidc-password,audience=zot",
  lasts: "as long as the id token",
  needs: [["username-env", "username"], ["oidc-password"]],
  mayHave: ID_TOKEN_FIELDS,
  issued: { user: "" },
  recognises: (_, fields) => fields["oidc-password"] !== undefined,
  obtain: async (spec, { variables, idToken }) => ({
    ...userOf(spec, variables),
    ...(await idToken(`https://${spec.host}`)),
  }),
} as const satisfies RegistryKind;
