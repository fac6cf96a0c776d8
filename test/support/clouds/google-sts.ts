import { randomBytes } from "node:crypto";
import { formIn, type Handler, json, jsonIn, type Received, type Reply } from "./http.ts";
import { audiencesIn, claimsIn, flawOf, type Keep } from "./token.ts";

/** A provider of a workload identity pool. */
export interface Provider {
  /** projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER */
  readonly name: string;
  readonly issuer: string;
  /** Instead of its own name. */
  readonly allowedAudiences?: readonly string[];
  /** Its attribute condition: `assertion.sub == "…"`. */
  readonly subject: string;
}

/** The tokens that were given out, each with whose it is and until when. */
export type Federated = Map<string, { readonly subject: string; readonly ends: number }>;

export const apiError = (code: number, status: string, message: string, more?: unknown): Reply =>
  json(code, { error: { code, message, status, ...(more ? { details: more } : {}) } });

export const UNAUTHENTICATED = apiError(
  401,
  "UNAUTHENTICATED",
  "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
);

export const NOT_FOUND: Reply = {
  ...{ status: 404, headers: { "content-type": "text/html; charset=UTF-8" } },
  body: "<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n",
};

type Fields = Readonly<Record<string, unknown>>;

// JSON, or the form of RFC 8693.
const fieldsIn = (received: Received): Fields => {
  const ofForm = Object.entries(formIn(received) ?? {}).map(([name, value]) => [
    name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return jsonIn(received) ?? Object.fromEntries(ofForm);
};

const PREFIX = "urn:ietf:params:oauth";
const ACCESS_TOKEN = `${PREFIX}:token-type:access_token`;

const REQUIRED: Readonly<Record<string, RegExp>> = {
  grantType: new RegExp(`^${PREFIX}:grant-type:token-exchange$`),
  requestedTokenType: new RegExp(`^${ACCESS_TOKEN}$`),
  subjectTokenType: new RegExp(`^${PREFIX}:token-type:(?:jwt|id_token)$`),
  subjectToken: /^.+$/,
  scope: /^https:\/\/www\.googleapis\.com\/auth\/cloud-platform$/,
  audience:
    /^\/\/iam\.googleapis\.com\/projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]{4,32}\/providers\/[a-z0-9-]{4,32}$/,
};

const refuse = (error: string, description: string, status = 400): Reply =>
  json(status, { error, error_description: description });

const badField = (fields: Fields): Reply | undefined => {
  const [name] =
    Object.entries(REQUIRED).find(([it, form]) => !form.test(String(fields[it] ?? ""))) ?? [];
  if (name === undefined) return undefined;
  const message = `Invalid value for "${name}".`;
  // https://github.com/google-github-actions/auth/issues/211
  const hint =
    "This value should be the full resource name of the Identity Provider. See https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token for the list of possible formats.";
  return refuse("invalid_request", name === "audience" ? `${message} ${hint}` : message);
};

const DAY = 24 * 60 * 60;

// Of these texts some are of people's logs (google-github-actions/auth), some only of the like of them.
const badToken = async (token: string, provider: Provider): Promise<Reply | undefined> => {
  const invalid = (description: string) => refuse("invalid_grant", description);
  const claims = claimsIn(token);
  if (!claims) return invalid("Unable to parse the ID Token.");
  const { iss, sub, iat = 0, exp = 0 } = claims;
  if (iss !== provider.issuer)
    return invalid(`The issuer in ID Token ${iss} does not match the expected ones.`);
  const flaw = await flawOf(token, iss);
  if (flaw === "unreachable") return invalid("Error connecting to the given credential's issuer.");
  if (flaw === "signature") return invalid("Invalid JWT Signature.");
  // At most 24 hours: https://cloud.google.com/iam/docs/workload-identity-federation-with-other-providers#oidc
  if (flaw === "expired" || exp - iat > DAY)
    return invalid(`ID Token issued at ${iat} is stale to sign-in.`);
  const name = `//iam.googleapis.com/${provider.name}`;
  const expected = provider.allowedAudiences ?? [name, `https:${name}`];
  const audiences = audiencesIn(claims);
  if (!audiences.some((audience) => expected.includes(audience)))
    return invalid(`The audience in ID Token [${audiences}] does not match the expected audience.`);
  // https://github.com/terraform-google-modules/terraform-example-foundation/issues/1362
  const condition = "The given credential is rejected by the attribute condition.";
  return sub === provider.subject ? undefined : refuse("unauthorized_client", condition, 401);
};

const HOUR = 60 * 60;

/** Google's Security Token Service. */
// https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
export const makeExchange =
  (providers: readonly Provider[], federated: Federated, keep: Keep): Handler =>
  async (received) => {
    if (received.method !== "POST" || received.url.pathname !== "/v1/token") return NOT_FOUND;
    // "Do not send the Authorization HTTP header": using it "can cause the request to fail".
    if (received.headers.authorization !== undefined) return UNAUTHENTICATED;
    const fields = fieldsIn(received);
    const bad = badField(fields);
    if (bad) return bad;
    const provider = providers.find(
      ({ name }) => `//iam.googleapis.com/${name}` === fields["audience"],
    );
    if (!provider)
      return refuse(
        "invalid_target",
        'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
      );
    const token = String(fields["subjectToken"]);
    const refusal = await badToken(token, provider);
    if (refusal) return refusal;
    const { sub = "", exp = 0 } = claimsIn(token) ?? {};
    // No longer than the subject's token: https://github.com/google-github-actions/auth/issues/432
    const seconds = Math.min(HOUR, exp - Math.floor(Date.now() / 1000)) - 1;
    const value = keep(
      "google federated token",
      `ya29.d.${randomBytes(300).toString("base64url")}`,
    );
    federated.set(value, { subject: sub, ends: Date.now() + seconds * 1000 });
    const types = { issued_token_type: ACCESS_TOKEN, token_type: "Bearer" };
    return json(200, { access_token: value, ...types, expires_in: seconds });
  };
