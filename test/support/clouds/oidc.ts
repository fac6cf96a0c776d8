import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { type Handler, listen, listenerOf } from "./http.ts";
import {
  ACCESS_TOKEN,
  type Jobs,
  makeIdTokenRequests,
  REQUEST_TOKEN,
} from "./id-token-requests.ts";
import type { Keep } from "./token.ts";

/** What an id token is to say; other claims as they are, `iss` too. */
export interface IdTokenRequest extends JWTPayload {
  readonly audience: string;
  readonly subject: string;
  /** In seconds; less than 0 for one that has ended. */
  readonly expiresIn?: number;
}

/** A CI's issuer of id tokens, and the variables by which its jobs ask for them. */
export interface Issuer {
  readonly url: string;
  issue(request: IdTokenRequest): Promise<string>;
  readonly githubEnv: {
    readonly ACTIONS_ID_TOKEN_REQUEST_URL: string;
    readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string;
  };
  readonly azureEnv: {
    readonly SYSTEM_OIDCREQUESTURI: string;
    readonly SYSTEM_ACCESSTOKEN: string;
  };
  stop(): Promise<void>;
}

interface Options extends Jobs {
  /** What the requests of jobs go through. */
  through?(handle: Handler): Handler;
  readonly keep: Keep;
}

// It warns of Node 20, with which it works, and that it keeps its state, of which there is none here, in memory.
const quietly = async <T>(make: () => Promise<T>): Promise<T> => {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return await make();
  } finally {
    console.warn = warn;
  }
};

const FIVE_MINUTES = 5 * 60;

/** Starts an issuer: discovery and keys at their usual places, and where jobs ask for tokens. */
export const startIssuer = async (options: Options): Promise<Issuer> => {
  const { keep, through = (handle) => handle } = options;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const kid = randomUUID();
  const server = createServer();
  const { port, stop } = await listen(server);
  const url = `http://127.0.0.1:${port}`;

  const issue: Issuer["issue"] = async (request) => {
    const { audience, subject, expiresIn = options.expiresIn ?? FIVE_MINUTES, ...claims } = request;
    const now = Math.floor(Date.now() / 1000);
    const exp = now + expiresIn;
    const begin = Math.min(now, exp - FIVE_MINUTES);
    const standard = { iss: url, aud: audience, sub: subject, jti: randomUUID() };
    return new SignJWT({ ...standard, iat: begin, nbf: begin, exp, ...claims })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
      .sign(privateKey);
  };

  const key = { ...(await exportJWK(privateKey)), kid, alg: "RS256", use: "sig" };
  const provider = await quietly(async () => {
    const { Provider } = await import("oidc-provider");
    return new Provider(url, {
      ...{ jwks: { keys: [key] }, cookies: { keys: [kid] } },
      features: { devInteractions: { enabled: false } },
    });
  });
  const ofJobs = listenerOf(through(makeIdTokenRequests(options, issue, keep)));
  const ofProvider = provider.callback();
  server.on("request", (request, response) => {
    if (/^\/(?:github|azure)\//.test(request.url ?? "")) ofJobs(request, response);
    else void ofProvider(request, response);
  });

  return {
    ...{ url, issue, stop },
    githubEnv: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    },
    azureEnv: { SYSTEM_OIDCREQUESTURI: `${url}/azure/oidctoken`, SYSTEM_ACCESSTOKEN: ACCESS_TOKEN },
  };
};
