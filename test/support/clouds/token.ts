import { randomUUID } from "node:crypto";
import {
  createRemoteJWKSet,
  decodeJwt,
  generateKeyPair,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from "jose";

/** What is wrong with a token that an issuer is said to have signed. */
export type Flaw = "unreachable" | "signature" | "expired";

/** What a token says of itself; nothing where it is none. */
export const claimsIn = (token: string): JWTPayload | undefined => {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
};

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

/** By the keys that the issuer has published: discovery, as all the clouds do. */
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
export const flawOf = async (token: string, issuer: string): Promise<Flaw | undefined> => {
  const document: unknown = await fetch(`${issuer}/.well-known/openid-configuration`)
    .then((answer) => answer.json())
    .catch(() => undefined);
  const found = document as { readonly issuer: string; readonly jwks_uri: string } | undefined;
  if (found?.issuer !== issuer) return "unreachable";
  try {
    const keys = createRemoteJWKSet(new URL(found.jwks_uri));
    const requiredClaims = ["sub", "aud", "iat", "exp"];
    await jwtVerify(token, keys, { issuer, algorithms: ["RS256"], requiredClaims });
    return undefined;
  } catch (error) {
    return codeOf(error) === "ERR_JWT_EXPIRED" ? "expired" : "signature";
  }
};

export const audiencesIn = ({ aud }: JWTPayload): readonly string[] => [aud ?? []].flat();

/** A service's own tokens. */
export interface OwnTokens {
  sign(claims: JWTPayload, seconds: number): Promise<string>;
  /** Nothing where it is none of these, or has ended. */
  verify(token: string, audience: string): Promise<JWTPayload | undefined>;
}

// The real ones sign with RSA, whose keys take long to make; nobody else checks their signatures.
const ALGORITHM = "ES256";

export const makeOwnTokens = async (issuer: string): Promise<OwnTokens> => {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  return {
    sign: (claims, seconds) => {
      const now = Math.floor(Date.now() / 1000);
      const times = { iat: now, nbf: now, exp: now + seconds };
      return new SignJWT({ iss: issuer, jti: randomUUID(), ...times, ...claims })
        .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
        .sign(privateKey);
    },
    verify: (token, audience) =>
      jwtVerify(token, publicKey, { issuer, audience }).then(
        ({ payload }) => payload,
        () => undefined,
      ),
  };
};

/** Keeps every secret that the clouds give out, in their order: tests look for these. */
export interface Issued {
  readonly what: string;
  readonly secret: string;
}

export type Keep = (what: string, secret: string) => string;
