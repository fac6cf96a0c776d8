import { type Answer, type Handler, headerOf, json, type Received } from "../clouds/http.ts";

/** A step of those that a client goes. */
type Kind = "ping" | "token" | "head" | "get" | "upload" | "cancel";

type Fields = Readonly<Record<string, string>>;

/** How a registry behaves, where it does not as usual. */
export interface Behaviour {
  /** How it wants to be logged in to: "bearer", "basic", "none", or what it says in `WWW-Authenticate`. */
  readonly login?: string;
  /** What is answered instead of the usual, whoever asks. */
  readonly answers?: Partial<Readonly<Record<Kind, Answer | Handler>>>;
}

/** Whom the registries know. */
export const USER = "me";
export const PASSWORD = "test-token-of-mine";
/** What a token server gives to whom it knows. */
export const ISSUED = "test-token-issued";

const BASIC = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`;

const kindOf = ({ method, url: { pathname } }: Received): Kind | undefined => {
  if (pathname === "/v2/") return "ping";
  if (pathname === "/token") return "token";
  if (pathname.includes("/manifests/")) return method === "HEAD" ? "head" : "get";
  if (pathname.includes("/blobs/uploads/")) return method === "POST" ? "upload" : "cancel";
  return undefined;
};

/** The body with which registries refuse. */
export const refusal = (status: number, code: string, message: string, headers: Fields = {}) =>
  json(status, { errors: [{ code, message }] }, headers);

/** A refusal that says what would have to be shown instead. */
export const unauthorized = (challenge: string): Answer =>
  refusal(401, "UNAUTHORIZED", "authentication required", { "www-authenticate": challenge });

const USUAL: Readonly<Record<Kind, Answer>> = {
  ping: json(200, {}),
  token: json(200, { token: ISSUED }),
  head: { status: 200, body: "" },
  get: json(200, {}),
  upload: { status: 202, headers: { location: "/v2/group/app/blobs/uploads/1?state=a" }, body: "" },
  cancel: { status: 204, body: "" },
};

const challengeOf = (login: string, host: string): string => {
  if (login === "bearer") return `Bearer realm="https://${host}/token",service="${host}"`;
  return login === "basic" ? 'Basic realm="Registry"' : login;
};

/** A registry, which is its own token server; of the name that it is asked by. */
// https://distribution.github.io/distribution/spec/api/, https://distribution.github.io/distribution/spec/auth/token/
export const registry =
  ({ login = "bearer", answers = {} }: Behaviour = {}): Handler =>
  (received) => {
    const kind = kindOf(received);
    if (kind === undefined) return refusal(404, "NOT_FOUND", "page not found");
    const given = answers[kind];
    if (given !== undefined) return typeof given === "function" ? given(received) : given;
    const authorization = headerOf(received, "authorization");
    if (kind === "token") {
      return authorization === BASIC
        ? USUAL.token
        : refusal(401, "UNAUTHORIZED", "incorrect username or password");
    }
    const isKnown = login === "none" || [BASIC, `Bearer ${ISSUED}`].includes(authorization);
    return isKnown ? USUAL[kind] : unauthorized(challengeOf(login, received.host));
  };

/** As a registry does that lets those in whom it knows, and then answers so. */
export const known =
  (answer: Answer, login = "basic"): Handler =>
  (received) =>
    headerOf(received, "authorization") === ""
      ? unauthorized(challengeOf(login, received.host))
      : answer;
