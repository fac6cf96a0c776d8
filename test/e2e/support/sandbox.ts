import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jest } from "@jest/globals";
import { execa } from "execa";
import {
  gitlabJob,
  type JobEnv,
  makeRunner,
  programInPackage,
  type Runner,
} from "../../support/job.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import { quoted } from "./shells.ts";

// Each test runs many processes, beside those of other test files.
jest.setTimeout(120_000);

/** How a program ended, with all that it wrote; see `Place.mask`. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine of its own for one test: HOME and the temp directory of a runner, and nothing of ours. */
export interface Place extends Runner {
  readonly folder: string;
  /** `<temp>/berth-<uid>`, where the berths lie. */
  readonly root: string;
  /** The environment of a GitLab job, changed by `change`; undefined takes a variable away. */
  job(change?: Readonly<Record<string, string | undefined>>): JobEnv;
  /** Puts words in place of what differs from run to run: the folder, the user's id and the hashes in names. */
  mask(text: string): string;
  /** The command line of `berth`. */
  command(args: readonly string[]): readonly string[];
  /** Runs `berth`; its output is masked. */
  berth(args: readonly string[], env: JobEnv, options?: RunOptions): Promise<Outcome>;
  /** Runs any program; its output is masked. */
  run(command: readonly string[], env: JobEnv, options?: RunOptions): Promise<Outcome>;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly input?: string;
}

export interface Sandbox {
  readonly folder: string;
  place(): Promise<Place>;
  remove(): Promise<void>;
}

const built = fileURLToPath(new URL("../../../dist", import.meta.url));

/** `berth` on PATH: a copy, which a build does not change under the tests and other users can read. */
const installBerth = async (folder: string): Promise<void> => {
  const executable = process.env["BERTH_TEST_EXECUTABLE"];
  if (executable === undefined && !existsSync(built)) {
    throw new Error(`${built} is missing: npm run build makes it`);
  }
  const program = join(folder, programInPackage);
  if (executable === undefined) await cp(built, join(folder, "dist"), { recursive: true });
  // As the package has it: without this Node tries CommonJS first.
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  const command = executable
    ? quoted(executable)
    : `${quoted(process.execPath)} ${quoted(program)}`;
  await mkdir(join(folder, "bin"));
  await writeFile(join(folder, "bin", "berth"), `#!/bin/sh\nexec ${command} "$@"\n`, {
    mode: 0o755,
  });
};

const makePlace = async (folder: string, bin: string): Promise<Place> => {
  await mkdir(folder, { mode: 0o755 });
  const runner = await makeRunner(folder);
  const env = { ...runner.env, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
  const owner = `berth-${process.getuid?.()}`;
  const mask = (text: string): string =>
    text
      .replaceAll(folder, "<folder>")
      .replace(/\bberth-\d+\b/g, "berth-<uid>")
      .replace(/-[0-9a-f]{16}(?![0-9a-f])/g, "-<hash>")
      .replace(/(?<=-<hash>)\.\d+-[0-9a-f]{12}(?![0-9a-f])/g, ".<random>");
  const run: Place["run"] = async ([file = "", ...args], jobEnv, options = {}) => {
    const { exitCode, stdout, stderr } = await execa(file, args, {
      ...{ cwd: folder, ...options, env: jobEnv, extendEnv: false, reject: false },
      ...{ stripFinalNewline: false, ...(options.input === undefined && { stdin: "ignore" }) },
    });
    return { exitCode, stdout: mask(stdout), stderr: mask(stderr) };
  };
  const command = (args: readonly string[]) => [join(bin, "berth"), ...args];
  return {
    ...runner,
    ...{ env, folder, mask, run, root: join(runner.temporary, owner) },
    command,
    berth: (args, jobEnv, options) => run(command(args), jobEnv, options),
    job: (change = {}) => {
      const options = { id: 1, host: "registry.example.com", project: "g/p", token: "token-1" };
      const all = { ...gitlabJob({ ...runner, env }, options), ...change };
      return Object.fromEntries(
        Object.entries(all).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value]],
        ),
      );
    },
  };
};

/** A folder for the tests of one file, with the built program in it. */
export const makeSandbox = async (label: string): Promise<Sandbox> => {
  const { path, remove } = await makeTemporaryFolder(label);
  await chmod(path, 0o755);
  await installBerth(path);
  let count = 0;
  return {
    folder: path,
    place: () => {
      count += 1;
      return makePlace(join(path, `${count}`), join(path, "bin"));
    },
    remove: async () => {
      // Without root, what a test has made read-only could not be removed.
      await execa("chmod", ["-R", "u+rwX", path], { reject: false });
      await remove();
    },
  };
};

/** The statements of a job of `Place.job`, masked; BERTH_REGISTRY and BERTH_IMAGE as given. */
export const statements = (
  registry = "registry.example.com",
  image = `${registry}/g/p`,
  berth = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>",
): string => `export DOCKER_CONFIG=${berth};
export REGISTRY_AUTH_FILE=${berth}/auth.json;
export HELM_REGISTRY_CONFIG=${berth}/config.json;
export WERF_DOCKER_CONFIG=${berth};
export BERTH_REGISTRY=${registry};
export BERTH_IMAGE=${image};
`;

/** `auth` of a Docker config. */
export const auth = (user: string, password: string): string =>
  Buffer.from(`${user}:${password}`).toString("base64");

/** A JSON file's content. */
export const readJson = async (file: string): Promise<unknown> =>
  JSON.parse(await readFile(file, "utf8"));
