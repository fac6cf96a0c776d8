import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** A server's certificate, and the file with that of its authority. */
export interface Certificate {
  readonly authorityFile: string;
  readonly cert: string;
  readonly key: string;
}

const configuration = (hosts: readonly string[]): string => `
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = ${hosts.map((host) => `DNS:${host}`).join(", ")}
`;

/** Makes an authority of its own in `folder`, and a certificate of it for these hosts. */
// https://docs.openssl.org/3.0/man1/openssl-req/
export const makeCertificate = async (
  folder: string,
  hosts: readonly string[],
): Promise<Certificate> => {
  const at = (name: string) => join(folder, name);
  await writeFile(at("openssl.cnf"), configuration(hosts));
  const make = (name: string, ...args: readonly string[]) =>
    execa("openssl", [
      ...["req", "-x509", "-config", at("openssl.cnf"), "-extensions", name],
      ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
      ...["-subj", `/CN=berth test ${name}`],
      ...["-keyout", at(`${name}.key`), "-out", at(`${name}.crt`), ...args],
    ]);
  await make("authority");
  await make("server", "-CA", at("authority.crt"), "-CAkey", at("authority.key"));
  return {
    authorityFile: at("authority.crt"),
    cert: await readFile(at("server.crt"), "utf8"),
    key: await readFile(at("server.key"), "utf8"),
  };
};
