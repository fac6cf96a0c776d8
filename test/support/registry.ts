import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { available, withPackage } from "./programs.ts";
import { makeSigner } from "./signer.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";
import { type Denial, startTokenServer, type TokenServer } from "./token-server.ts";

/** A running registry with its token server. */
export interface Registry extends Pick<TokenServer, "grant" | "log" | "stop"> {
  readonly host: string;
}

const ISSUER = "berth-test-issuer";
const SERVICE = "container_registry";

// A JSON text is a YAML text too. Port 0 lets the system choose a free one: the registry's log tells which.
// https://distribution.github.io/distribution/about/configuration/
const configuration = (folder: string, realm: string, certificateFile: string): string =>
  JSON.stringify({
    version: 0.1,
    log: { level: "info", accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(folder, "storage") },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: { addr: "127.0.0.1:0", secret: "test" },
    auth: { token: { realm, service: SERVICE, issuer: ISSUER, rootcertbundle: certificateFile } },
  });

// The listener stays on once the host is known: a registry whose output nobody reads would stop at a full pipe.
const hostOf = (output: Readable): Promise<string> =>
  new Promise((resolve, reject) => {
    const said: string[] = [];
    output.on("data", (chunk: Buffer) => {
      if (said.length > 100) return;
      said.push(chunk.toString());
      const host = /listening on (?<host>127\.0\.0\.1:\d+)/.exec(said.join(""))?.groups?.["host"];
      if (host !== undefined) resolve(host);
    });
    output.on("end", () => reject(new Error(`docker-registry ended:\n${said.join("")}`)));
  });

/**
 * Starts a registry of its own on a free port of 127.0.0.1: plain HTTP, token authentication, deletion switched on. It takes requests
 * when this resolves; `stop` ends it and removes what it stored.
 */
export const startRegistry = async (
  options: { readonly denial?: Denial } = {},
): Promise<Registry> => {
  if (!available("docker-registry")) {
    throw new Error(`not on PATH: ${withPackage("docker-registry")}`);
  }
  const folder = await makeTemporaryFolder("registry");
  const signer = await makeSigner(folder.path);
  const tokens = await startTokenServer(signer, { ...options, issuer: ISSUER });
  const configurationFile = join(folder.path, "config.yml");
  await writeFile(
    configurationFile,
    configuration(folder.path, tokens.realm, signer.certificateFile),
  );
  const server = execa("docker-registry", ["serve", configurationFile], {
    ...{ all: true, buffer: false, reject: false },
    ...{ extendEnv: false, env: { HOME: folder.path, OTEL_TRACES_EXPORTER: "none" } },
  } as const);
  const stop = async (): Promise<void> => {
    server.kill();
    await Promise.all([server, tokens.stop()]);
    await folder.remove();
  };
  const host = await hostOf(server.all).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { host, grant: tokens.grant, log: tokens.log, stop };
};
