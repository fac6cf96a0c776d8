import { type Answer, bearerOf, type Handler, headerOf, json, type Received } from "./http.ts";
import type { IdTokenRequest } from "./oidc.ts";
import type { Keep } from "./token.ts";

/** The jobs that may ask, and for how long their tokens are good. */
export interface Jobs {
  readonly subject: string;
  /** In seconds. */
  readonly expiresIn?: number;
  /** The subjects of Azure's service connections, by their ids. */
  readonly connections?: Readonly<Record<string, string>>;
}

/** What jobs ask with. */
export const REQUEST_TOKEN = "test-token-request";
export const ACCESS_TOKEN = "test-token-access";

type Issue = (request: IdTokenRequest) => Promise<string>;

// The services of GitHub's runners are of the same kind as Azure's.
// https://learn.microsoft.com/en-us/azure/devops/integrate/concepts/rest-api-versioning
const versionMissing = (method: string): Answer =>
  json(400, {
    ...{ $id: "1", innerException: null },
    message: `No api-version was supplied for the "${method}" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`,
    typeName:
      "Microsoft.VisualStudio.Services.WebApi.VssVersionNotSpecifiedException, Microsoft.VisualStudio.Services.WebApi",
    ...{ typeKey: "VssVersionNotSpecifiedException", errorCode: 0, eventId: 3000 },
  });

const NOT_ALLOWED = json(405, { message: "Method Not Allowed" });
const NOT_FOUND = json(404, { message: "Not Found" });

// https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
const answerGithub = async (received: Received, subject: string, issue: Issue): Promise<Answer> => {
  const { method, url } = received;
  if (method !== "GET") return NOT_ALLOWED;
  if (bearerOf(received) !== REQUEST_TOKEN) return json(403, { message: "Forbidden" });
  const accept = headerOf(received, "accept");
  if (url.searchParams.get("api-version") !== "2.0" && !accept.includes("api-version=2.0"))
    return versionMissing(method);
  const audience = url.searchParams.get("audience") ?? "https://github.com/acme";
  const value = await issue({ audience, subject });
  return json(200, { count: value.length, value });
};

const SIGN_IN = "https://spsprodcus3.vssps.visualstudio.com/_signin?realm=dev.azure.com";

// https://github.com/Azure/azure-sdk-for-net/pull/46135: unless told not to, it leads people to a page to sign in.
const unauthorized = (received: Received): Answer =>
  headerOf(received, "x-tfs-fedauthredirect") === "Suppress"
    ? { status: 401, body: "" }
    : {
        ...{ status: 302, headers: { location: SIGN_IN, "content-type": "text/html" } },
        body: `<html><body>\r\n<h2>Object moved to <a href="${SIGN_IN}">here</a>.</h2>\r\n</body></html>\r\n`,
      };

// https://learn.microsoft.com/en-us/rest/api/azure/devops/distributedtask/oidctoken/create
const answerAzure = async (
  received: Received,
  subjectOf: (connection: string | null) => string | undefined,
  issue: Issue,
): Promise<Answer> => {
  const { method, url, body } = received;
  if (method !== "POST") return NOT_ALLOWED;
  if (bearerOf(received) !== ACCESS_TOKEN) return unauthorized(received);
  if (!/^7\.1(?:-preview\.1)?$/.test(url.searchParams.get("api-version") ?? ""))
    return versionMissing(method);
  if (headerOf(received, "content-type") !== "application/json" || body !== "")
    return json(415, { message: "Unsupported Media Type" });
  const subject = subjectOf(url.searchParams.get("serviceConnectionId"));
  if (subject === undefined) return NOT_FOUND;
  return json(200, { oidcToken: await issue({ audience: "api://AzureADTokenExchange", subject }) });
};

/** Where jobs ask for id tokens: at /github/token, Forgejo's too, and at /azure/oidctoken. */
export const makeIdTokenRequests = (
  { subject, connections = {} }: Jobs,
  issue: Issue,
  keep: Keep,
): Handler => {
  const issueAndKeep: Issue = async (request) => keep("id token", await issue(request));
  return (received) => {
    const { pathname } = received.url;
    if (pathname === "/github/token") return answerGithub(received, subject, issueAndKeep);
    if (pathname !== "/azure/oidctoken") return NOT_FOUND;
    const subjectOf = (id: string | null) => (id === null ? subject : connections[id]);
    return answerAzure(received, subjectOf, issueAndKeep);
  };
};
