import { delimiter, join, resolve } from "node:path";
import { readdir } from "../files.ts";
import { printable } from "../printable.ts";
import { readSmallFile, Unreadable } from "../small-file.ts";
import type { Env } from "../variables.ts";
import { Unreachable } from "./unreachable.ts";

// Where systems keep theirs: the same that Go, and so docker, looks for.
// https://go.dev/src/crypto/x509/root_linux.go
const OF_THE_SYSTEM = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** The certificates in a text; what else is there may be anything, on which Bun gives up. */
export const certificatesIn = (text: string): readonly string[] =>
  text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

const readFile = (path: string): Promise<readonly string[]> =>
  readSmallFile(path).then(
    (text = "") => certificatesIn(text),
    () => [],
  );

const readNamed = async (variable: string, path: string): Promise<readonly string[]> => {
  const refuse = (problem: string) =>
    new Unreachable(`${variable} names ${printable(path)}, which ${problem}`, false, "setup");
  const text = await readSmallFile(path).catch((error: unknown) => {
    throw error instanceof Unreadable ? refuse(error.message) : error;
  });
  if (text === undefined) throw refuse("is not there");
  const found = certificatesIn(text);
  if (found.length === 0) throw refuse("has no certificate in it");
  return found;
};

const readFolder = async (path: string): Promise<readonly string[]> => {
  const names = await readdir(path).catch(() => []);
  return (await Promise.all(names.map((name) => readFile(join(path, name))))).flat();
};

const ofTheSystem = async (): Promise<readonly string[]> => {
  for (const path of OF_THE_SYSTEM) {
    const found = await readFile(path);
    if (found.length > 0) return found;
  }
  return [];
};

/**
 * The certificates of whom to trust, as PEM: Node's own, the system's or instead of these what SSL_CERT_FILE and SSL_CERT_DIR
 * name, as for Go's programs, and what NODE_EXTRA_CA_CERTS names. Throws `Unreachable` where a file that is named is no use.
 */
export const readAuthorities = async (env: Env, cwd: string): Promise<readonly string[]> => {
  const named = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"].flatMap((name) => {
    const path = env[name];
    return path === undefined ? [] : [readNamed(name, resolve(cwd, path))];
  });
  const folders = (env["SSL_CERT_DIR"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const isReplaced = env["SSL_CERT_FILE"] !== undefined || folders.length > 0;
  const found = await Promise.all([
    ...named,
    ...folders.map((folder) => readFolder(resolve(cwd, folder))),
    ...(isReplaced ? [] : [ofTheSystem()]),
  ]);
  const { rootCertificates } = process.getBuiltinModule("node:tls");
  const all = [...rootCertificates, ...found.flat()];
  // Each takes time, however its lines are broken.
  return [...new Map(all.map((pem) => [pem.replace(/\s/g, ""), pem])).values()];
};
