import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import { ensureDir, outputFile } from "fs-extra/esm";
import { authFile } from "../../../support/auth-file.ts";
import type { JobEnv } from "../../../support/job.ts";
import type { RegistryProxy } from "../../../support/registry-proxy.ts";
import type { Outcome, Place } from "../sandbox.ts";
import { quoted } from "../shells.ts";

/** A job on a machine of its CI. */
export interface PipelineJob {
  /** What the CI gives to each shell of the job. */
  readonly env: JobEnv;
  /** What the pipeline's own comment asks to set up. */
  readonly secrets: JobEnv;
  /** Where the CI has files of its own. */
  readonly folder: string;
  readonly checkout: string;
  /** Each shell that the CI has started, in their order. */
  readonly shells: readonly Outcome[];
  /** Starts a shell in the checkout. Out: what `shells` has of it, but not masked. */
  shell(command: readonly string[], env: JobEnv, input?: string): Promise<Outcome>;
  /** Writes a file of the CI's own. Out: its path. */
  file(name: string, text: string): Promise<string>;
  /** The names of the berths that are left. */
  berths(): Promise<readonly string[]>;
}

/** Runs a pipeline as its CI does. */
export type Vendor = (pipeline: string, job: PipelineJob) => Promise<void>;

export interface PipelineJobOptions {
  readonly env: JobEnv;
  readonly secrets: JobEnv;
  readonly proxy: RegistryProxy;
  /** The label of the image that it builds. */
  readonly label?: string;
  /** The login that lies in HOME. */
  readonly home: { readonly registry: string; readonly user: string; readonly token: string };
}

/**
 * `docker build --tag T .` and `docker push T` alone, for there is no daemon here: buildah does it, with the credentials of the config
 * that Docker would read, and none but those.
 */
const docker = (folder: string, proxy: RegistryProxy): string => `#!/bin/sh
config="\${DOCKER_CONFIG:-$HOME/.docker}/config.json"
unset REGISTRY_AUTH_FILE
it() { buildah --log-level error --root ${quoted(join(folder, "s"))} --runroot ${quoted(join(folder, "r"))} --storage-driver vfs "$@"; }
case "$# $1 $2" in
"4 build --tag")
  it build --isolation chroot --quiet --tag "$3" "$4" > /dev/null 2>&1 || { echo "docker: cannot build $3" >&2; exit 1; }
  echo "docker: built $3"
  ;;
"2 push $2")
  export HTTP_PROXY=${proxy.url} HTTPS_PROXY=${proxy.url}
  it push --quiet --tls-verify=false --authfile "$config" "$2" || exit 1
  echo "docker: pushed $2 with $config"
  ;;
*)
  echo "docker: not understood: $*" >&2
  exit 125
  ;;
esac
`;

/** `npm install --global berth-ci` alone: no registry has the package that is tested, so it puts that on PATH. */
const npm = (folder: string, berth: string): string => `#!/bin/sh
case "$*" in
"install --global berth-ci" | "install --global berth-ci@"*)
  ln -sf ${quoted(berth)} ${quoted(join(folder, "image", "berth"))}
  echo "npm: installed $3"
  ;;
*)
  echo "npm: not understood: $*" >&2
  exit 1
  ;;
esac
`;

/** A machine that has docker and npm on PATH and no berth, with a checkout, and a login in HOME. */
export const makePipelineJob = async (
  place: Place,
  { env, secrets, proxy, home, label = "none" }: PipelineJobOptions,
): Promise<PipelineJob> => {
  const [image, checkout, folder] = ["image", "checkout", "ci"].map((it) => join(place.folder, it));
  if (!image || !checkout || !folder) throw new Error("no folders");
  for (const path of [image, checkout, folder]) await mkdir(path);
  const [berth = ""] = place.command([]);
  for (const [name, text] of [
    ["docker", docker(place.folder, proxy)],
    ["npm", npm(place.folder, berth)],
  ] as const) {
    await writeFile(join(image, name), text, { mode: 0o755 });
  }
  const dockerfile = `FROM scratch\nLABEL berth.test="${label}"\nCOPY Dockerfile /\n`;
  await writeFile(join(checkout, "Dockerfile"), dockerfile);
  // What tells git which commit it is.
  for (const name of ["objects", "refs"]) await ensureDir(join(checkout, ".git", name));
  await writeFile(join(checkout, ".git", "HEAD"), `${"8".repeat(40)}\n`);
  const login = authFile(home.registry, home.user, home.token);
  await outputFile(join(place.home, ".docker", "config.json"), login);
  const shells: Outcome[] = [];
  const PATH = `${image}:${process.env["PATH"] ?? ""}`;
  return {
    // The berth's own report is told in other tests.
    env: { ...env, ...place.env, PATH, BERTH_QUIET: "1" },
    ...{ secrets, folder, checkout, shells },
    shell: async ([file = "", ...args], jobEnv, input) => {
      const { exitCode, stdout, stderr } = await execa(file, args, {
        ...{ cwd: checkout, env: jobEnv, extendEnv: false, reject: false },
        ...{ stripFinalNewline: false, ...(input === undefined ? { stdin: "ignore" } : { input }) },
      });
      shells.push({ exitCode, stdout: place.mask(stdout), stderr: place.mask(stderr) });
      return { exitCode, stdout, stderr };
    },
    file: async (name, text) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    berths: async () => {
      const roots = [place.temporary, folder].map((it) => join(it, basename(place.root)));
      const names = await Promise.all(roots.map((root) => readdir(root).catch(() => [])));
      return names.flat().map(place.mask).sort();
    },
  };
};
