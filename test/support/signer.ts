import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { importPKCS8, type JWTPayload, SignJWT } from "jose";

/** Signs tokens, and the certificate that a registry trusts them by. */
export interface Signer {
  readonly certificateFile: string;
  sign(claims: JWTPayload): Promise<string>;
}

const derOf = (certificate: string): string =>
  certificate.replace(/-----(?:BEGIN|END) CERTIFICATE-----|\s/g, "");

/**
 * Makes an RSA key with a self-signed certificate in `folder`. Tokens carry the certificate in their header
 * (`x5c`), which the registry checks against its root certificates.
 */
// https://distribution.github.io/distribution/spec/auth/jwt/
export const makeSigner = async (folder: string): Promise<Signer> => {
  const keyFile = join(folder, "token.key");
  const certificateFile = join(folder, "token.crt");
  await execa("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test-token"],
    ...["-keyout", keyFile, "-out", certificateFile],
  ]);
  const key = await importPKCS8(await readFile(keyFile, "utf8"), "RS256");
  const chain = [derOf(await readFile(certificateFile, "utf8"))];
  return {
    certificateFile,
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", typ: "JWT", x5c: chain }).sign(key),
  };
};
