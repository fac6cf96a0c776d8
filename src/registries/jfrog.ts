import { endIn, secretIn } from "../exchange/answer.ts";
import { claimsOf } from "../exchange/claims.ts";
import { ID_TOKEN_FIELDS, Lacking, type RegistryKind } from "./kind.ts";

const STEP = "JFrog Access";
const GIVE_IT = "give the identity mapping of the OIDC integration";

// That of a user ends with the name: `jfac@…/users/NAME`. That of an identity mapping is the name.
// https://github.com/jfrog/jfrog-client-go (auth/authutils.go)
const userIn = (subject = ""): string =>
  subject.startsWith("jfrt@") || subject.includes("/users/")
    ? subject.replace(/^.*\//s, "")
    : subject;

/** JFrog Artifactory, by a provider of its OpenID Connect integration. */
// https://jfrog.com/help/r/jfrog-platform-administration-documentation/openid-connect-integration
export const jfrog = {
  name: "jfrog",
  title: "JFrog Artifactory",
  example: "acme.jfrog.io,provider=gitlab",
  lasts: "as the integration says",
  needs: [["provider"]],
  mayHave: ID_TOKEN_FIELDS,
  forms: { provider: /^[\w .-]+$/ },
  issued: { user: "" },
  check:
    "the name, issuer and audience of the OIDC integration, and the claims of its identity mappings",
  recognises: ({ host }, { provider }) => host.endsWith(".jfrog.io") || provider !== undefined,
  obtain: async ({ from, host, fields }, { idToken, ask, now }) => {
    const { provider = "" } = fields;
    const answer = await ask(STEP, {
      method: "POST",
      url: `https://${host}/access/api/v1/oidc/token`,
      body: {
        json: {
          grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
          subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
          subject_token: (await idToken()).secret,
          provider_name: provider,
        },
      },
    });
    const secret = secretIn(answer, "access_token", STEP);
    const told = answer["username"];
    const user = typeof told === "string" && told !== "" ? told : userIn(claimsOf(secret).subject);
    if (user === "")
      throw new Lacking(`${STEP}: its token does not say whose it is`, `${GIVE_IT} a user name`);
    if (/[:\p{Cc}]/u.test(user))
      throw new Lacking(
        `${STEP}: its user's name cannot stand in a Docker config`,
        `${GIVE_IT} a user whose name has no colon`,
      );
    return {
      user,
      userFrom: from,
      secret,
      secretFrom: `provider ${provider}`,
      ...endIn(answer, now),
    };
  },
} as const satisfies RegistryKind;
