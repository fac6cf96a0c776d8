import { readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { writeImage } from "../image.ts";
import { runJob } from "../job.ts";
import { makeTemporaryFolder } from "../temporary-folder.ts";

/** How Debian's docker-registry is to be run. */
export interface DistributionOptions {
  /** Who may log in, by Basic; all may do all where nobody has to. */
  readonly users?: Readonly<Record<string, string>>;
  /** With TLS: the files of its certificate and key, and of the authority by whose certificates alone it lets clients in. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clients?: string };
}

export interface Distribution {
  readonly port: number;
  /** Pushes an image that is called so, as somebody whom it knows. */
  seed(name: string): Promise<void>;
  /** The uploads that were begun, and neither ended nor taken back. */
  uploads(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

// Perl gives the system's own: the package with htpasswd brings a web server.
const bcrypt = async (password: string): Promise<string> => {
  const program = "chomp(my $it = <STDIN>); print crypt($it, q($2y$05$abcdefghijklmnopqrstuu))";
  return (await execa("perl", ["-e", program], { input: password })).stdout;
};

const portOf = (output: Readable): Promise<number> =>
  new Promise((resolve, reject) => {
    let said = "";
    // It stays on: a registry whose output nobody reads would stop at a full pipe.
    output.on("data", (chunk: Buffer) => {
      if (said.length < 100_000) said += chunk;
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    output.on("end", () => reject(new Error(`docker-registry ended:\n${said}`)));
  });

/** Starts one on a free port of 127.0.0.1. */
// https://distribution.github.io/distribution/about/configuration/
export const startDistribution = async ({
  users,
  tls,
}: DistributionOptions = {}): Promise<Distribution> => {
  const folder = await makeTemporaryFolder("distribution");
  const at = (name: string) => join(folder.path, name);
  const lines = Object.entries(users ?? {}).map(
    async ([user, password]) => `${user}:${await bcrypt(password)}\n`,
  );
  await writeFile(at("htpasswd"), (await Promise.all(lines)).join(""));
  const configuration = {
    version: 0.1,
    log: { level: "info", accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: at("storage") },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: {
      ...{ addr: "127.0.0.1:0", secret: "test" },
      ...(tls && {
        tls: {
          ...{ certificate: tls.certificate, key: tls.key },
          ...(tls.clients && { clientcas: [tls.clients] }),
        },
      }),
    },
    ...(users && { auth: { htpasswd: { realm: "berth-test", path: at("htpasswd") } } }),
  };
  await writeFile(at("config.yml"), JSON.stringify(configuration));
  const server = execa("docker-registry", ["serve", at("config.yml")], {
    ...{ all: true, buffer: false, reject: false },
    ...{ extendEnv: false, env: { HOME: folder.path, OTEL_TRACES_EXPORTER: "none" } },
  } as const);
  const stop = async (): Promise<void> => {
    server.kill();
    await server;
    await folder.remove();
  };
  const port = await portOf(server.all).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  let count = 0;
  return {
    uploads: async () => {
      const paths = await readdir(at("storage"), { recursive: true }).catch(() => []);
      // Of one that it was told to forget it leaves a folder with no more than sums in it.
      return paths.filter((path) => /\/_uploads\/[^/]+\/(?:data|startedat)$/.test(path));
    },
    ...{ port, stop },
    seed: async (name) => {
      count += 1;
      const image = await writeImage(at(`image-${count}`), name);
      const [user, password] = Object.entries(users ?? {})[0] ?? [];
      const known = user === undefined ? [] : ["--dest-creds", `${user}:${password}`];
      const client = tls?.clients ? ["--dest-cert-dir", dirname(tls.clients)] : [];
      const to = `docker://127.0.0.1:${port}/${name}`;
      const words = [
        "skopeo",
        "copy",
        "--dest-tls-verify=false",
        ...client,
        ...known,
        `dir:${image.folder}`,
        to,
      ];
      const env = { PATH: process.env["PATH"] ?? "", HOME: folder.path, TMPDIR: folder.path };
      const { exitCode, stderr } = await runJob(words.join(" "), { env, cwd: folder.path });
      if (exitCode !== 0) throw new Error(`cannot push ${name}: ${stderr}`);
    },
  };
};
