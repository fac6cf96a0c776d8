import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sandbox } from "./sandbox.ts";

const SHOW = `
const read = (file) => Object.entries(JSON.parse(readFileSync(file, "utf8")).auths ?? {})
  .filter(([, { auth }]) => auth)
  .map(([host, { auth }]) => host + " " + Buffer.from(auth, "base64")).sort().join(", ");
const { DOCKER_CONFIG, REGISTRY_AUTH_FILE, DOCKER_AUTH_CONFIG } = process.env;
// All at once: others may write to the same pipe.
console.log([
  DOCKER_CONFIG,
  "docker: " + read(DOCKER_CONFIG + "/config.json"),
  "podman: " + read(REGISTRY_AUTH_FILE),
  ...(DOCKER_AUTH_CONFIG ? ["DOCKER_AUTH_CONFIG: " + DOCKER_AUTH_CONFIG] : []),
].join("\\n"));`;

const ADD = `
const [file, host] = process.argv.slice(2);
const config = JSON.parse(readFileSync(file, "utf8"));
config.auths[host] = { auth: Buffer.from("me:later").toString("base64") };
writeFileSync(file, JSON.stringify(config, null, "\\t"));`;

/**
 * Puts two programs on PATH: `logins` shows the place of Docker's config and all logins that Docker, and podman and its relatives,
 * find; `log-in FILE HOST` does what `docker login` and `skopeo login` do to their files, with the login `me:later`.
 */
export const installLogins = async ({ folder }: Sandbox): Promise<void> => {
  const start = `#!${process.execPath}\nconst { readFileSync, writeFileSync } = require("node:fs");`;
  const install = (name: string, text: string) =>
    writeFile(join(folder, "bin", name), `${start}${text}\n`, { mode: 0o755 });
  await install("logins.cjs", SHOW);
  await install("log-in.cjs", ADD);
};

/** What `logins` shows. */
export const shown = (
  path: string,
  docker: readonly string[],
  podman: readonly string[] = docker,
): string =>
  `${path}\ndocker: ${[...docker].sort().join(", ")}\npodman: ${[...podman].sort().join(", ")}\n`;

/** A login of `log-in`. */
export const later = (host: string): string => `${host} me:later`;
