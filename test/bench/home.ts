import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const write = async (file: string, content: string | Uint8Array): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
};

const authsOf = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `base${index}.example.com`,
      { auth: Buffer.from(`user-${index}:password-${index}`).toString("base64") },
    ]),
  );

const PROXY = { httpProxy: "http://proxy.example.com:3128", noProxy: "localhost" };

// https://github.com/docker/cli/blob/master/cli/context/store/store.go
const context = {
  file: `contexts/meta/${createHash("sha256").update("build-host").digest("hex")}/meta.json`,
  content: {
    ...{ Name: "build-host", Metadata: { Description: "the build host" } },
    Endpoints: { docker: { Host: "tcp://build.example.com:2376", SkipTLSVerify: false } },
  },
};

// https://github.com/docker/buildx/blob/master/store/nodegroup.go
const builder = {
  ...{ Name: "builder", Driver: "docker-container", Dynamic: false },
  Nodes: [{ Name: "builder0", Endpoint: "unix:///var/run/docker.sock", Platforms: null }],
};

/** Writes a runner's `.docker`: `auths` credentials, a proxy, a context, a builder of buildx. */
export const writeDockerFolder = async (folder: string, auths: number): Promise<void> => {
  const config = { auths: authsOf(auths), proxies: { default: PROXY } };
  await write(join(folder, "config.json"), JSON.stringify(config, null, "\t"));
  await write(join(folder, context.file), JSON.stringify(context.content));
  await write(join(folder, "buildx/instances/builder"), JSON.stringify(builder));
};

const PLUGINS = ["docker-buildx", "docker-compose", "docker-scout", "docker-model"];
const PLUGIN_SIZE = 50_000_000;
const REFS = 1000;

/** Adds what grows on a runner: 200 MB of plugins, and the history of 1,000 builds. */
export const addLargeContent = async (folder: string): Promise<void> => {
  // Not zeros, of which some filesystems store nothing.
  const plugin = Buffer.alloc(PLUGIN_SIZE, "plugin");
  for (const name of PLUGINS) await write(join(folder, "cli-plugins", name), plugin);
  for (let index = 0; index < REFS; index += 1) {
    const ref = { LocalPath: "/builds/group/app", DockerfilePath: `/builds/${index}/Dockerfile` };
    const file = `buildx/refs/builder/builder0/ref${String(index).padStart(22, "0")}`;
    await write(join(folder, file), JSON.stringify(ref));
  }
};
