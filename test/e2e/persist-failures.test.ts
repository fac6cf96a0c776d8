import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { githubJob, type JobEnv } from "../support/job.ts";
import { bound, giveToBound } from "./support/privileges.ts";
import { makeSandbox, type Place, type Sandbox, statements } from "./support/sandbox.ts";
import { testIf } from "./support/test-if.ts";
import { canMount, UNSHARE } from "./support/tmpfs.ts";

let sandbox: Sandbox;
let place: Place;
let file: string;

beforeAll(async () => {
  sandbox = await makeSandbox("persist-failures");
});

beforeEach(async () => {
  place = await sandbox.place();
  file = join(place.folder, "variables");
});

afterAll(() => sandbox?.remove());

const gitlab = (change: Readonly<Record<string, string | undefined>> = {}) =>
  place.job({ GITLAB_ENV: file, ...change });

const github = (change: JobEnv = {}) => ({
  ...githubJob(place, { id: 1, host: "", project: "g/p", token: "token-1" }),
  ...{ GITHUB_ENV: file, BERTH_REGISTRY_HOST: "registry.example.com", ...change },
});

const persist = (env: JobEnv, ...args: string[]) =>
  place.berth(["ci-env", "--persist", "--quiet", ...args], env);

const failed = (message: string, hint: string, status = 1) => ({
  exitCode: status,
  stdout: `exit ${status};\n`,
  stderr: `berth: error: ${message}\n  hint       ${hint}\n`,
});

const cannotWrite = (path: string, problem: string) =>
  failed(
    `cannot write ${path}: ${problem} (BERTH_DISK)`,
    "free or change it, or choose another place with --tmp-dir or BERTH_TMP_DIR",
  );

describe("a file that cannot be written stops the job", () => {
  test("a folder", async () => {
    await mkdir(file);
    expect(await persist(gitlab())).toEqual(cannotWrite("<folder>/variables", "EISDIR"));
  });

  test("a file of which one may only read stays as it is", async () => {
    await writeFile(file, "A=1", { mode: 0o444 });
    await giveToBound(place.folder);
    const ended = await place.berth(["ci-env", "--persist", "--quiet"], gitlab(), bound);
    expect(ended).toEqual(cannotWrite("<folder>/variables", "permission denied"));
    expect(await readFile(file, "utf8")).toBe("A=1");
  });

  test("in a folder of which one may only read", async () => {
    await giveToBound(place.folder);
    await mkdir(join(place.folder, "closed"), { mode: 0o555 });
    const env = gitlab({ GITLAB_ENV: "closed/file" });
    const ended = await place.berth(["ci-env", "--persist", "--quiet"], env, bound);
    expect(ended).toEqual(cannotWrite("<folder>/closed/file", "permission denied"));
  });

  test("on a full disk", async () => {
    const full = cannotWrite("/dev/full", "no space left on the disk");
    expect(await persist(gitlab({ GITLAB_ENV: "/dev/full" }))).toEqual(full);
  });

  const onSmallDisk = async (size: number) => {
    const mount = join(place.folder, "mount");
    await mkdir(mount);
    const script = `mount -t tmpfs -o size=4k none mount
      head -c ${size} /dev/zero | tr '\\0' x > mount/file; echo >> mount/file; cp mount/file before
      berth ci-env --persist --quiet
      echo "status $?"
      cmp mount/file before && echo same`;
    return place.run([...UNSHARE, "sh", "-c", script], gitlab({ GITLAB_ENV: "mount/file" }));
  };

  testIf(canMount, "that is full to the last byte", async () => {
    const { stderr } = cannotWrite("<folder>/mount/file", "no space left on the disk");
    const stdout = "exit 1;\nstatus 1\nsame\n";
    expect(await onSmallDisk(4095)).toEqual({ exitCode: 0, stdout, stderr });
  });

  // The write stops in the middle without an error, and what is written stays.
  (canMount.can ? test : test.skip)("that has room for a part of the lines", async () => {
    const { stderr } = cannotWrite("<folder>/mount/file", "no space left on the disk");
    const stdout = "exit 1;\nstatus 1\nsame\n";
    expect(await onSmallDisk(3900)).toEqual({ exitCode: 0, stdout, stderr });
  });
});

const IN_EACH = "run berth ci-env in each step that needs it";
const missed = (problem: string) => ({
  exitCode: 0,
  stderr: `berth: warning    --persist: ${problem}: the later steps get no variables
berth:            ${IN_EACH}
`,
});

describe("TRAP 43: a file that is not there is a warning, and the job goes on", () => {
  test.each([undefined, ""])("the variable is %j", async (value) => {
    const ended = { ...missed("GITLAB_ENV is not set"), stdout: statements() };
    expect(await persist(gitlab({ GITLAB_ENV: value }))).toEqual(ended);
  });

  test("GITHUB_ENV, which the runner should have made, is not made", async () => {
    const { exitCode, stderr } = await persist(github());
    const text = "GITHUB_ENV names <folder>/variables, which is not there";
    expect({ exitCode, stderr }).toEqual(missed(text));
    expect(await readdir(place.folder)).not.toContain("variables");
  });

  test("GITLAB_ENV is made", async () => {
    await rm(file, { force: true });
    expect((await persist(gitlab())).exitCode).toBe(0);
    expect((await readFile(file, "utf8")).split("\n")).toHaveLength(7);
  });
});

describe("a run that fails writes nothing, and leaves no berth", () => {
  const writesNothing = async (env: JobEnv, ...args: string[]) => {
    await writeFile(file, "A=1");
    const ended = await persist(env, ...args);
    expect([await readFile(file, "utf8"), await readdir(place.temporary)]).toEqual(["A=1", []]);
    return ended;
  };

  test("a bad value", async () => {
    const env = gitlab({ CI_REGISTRY: "no registry" });
    expect(await writesNothing(env)).toEqual(
      failed(
        'CI_REGISTRY: "no registry" is not a registry (BERTH_BAD_REGISTRY)',
        "write it as host or host:port, for example registry.example.com:5050",
      ),
    );
  });

  test("a missing credential", async () => {
    const env = gitlab({ CI_REGISTRY_PASSWORD: undefined, CI_JOB_TOKEN: undefined });
    const { exitCode, stdout } = await writesNothing(env, "--if-missing", "fail");
    expect([exitCode, stdout]).toEqual([1, "exit 1;\n"]);
  });

  test("wrong use", async () => {
    const { exitCode, stdout } = await writesNothing(gitlab(), "--frob");
    expect([exitCode, stdout]).toEqual([2, "exit 2;\n"]);
  });

  const EXPRESSION = `\${{ secrets.x }}`;

  test.each([
    ["the image", () => github({ GITHUB_REPOSITORY: `g/${EXPRESSION}` }), "BERTH_IMAGE"],
    ["a path", () => github({ RUNNER_TEMP: join(place.folder, EXPRESSION) }), "DOCKER_CONFIG"],
  ])("a value that a runner would evaluate, in %s", async (_, env, name) => {
    await mkdir(join(place.folder, EXPRESSION));
    expect(await writesNothing(env())).toEqual(
      failed(
        `${name}: its value has \${{ in it (BERTH_BAD_VALUE)`,
        "a runner would evaluate that as an expression: correct the variable that it is from",
      ),
    );
    expect(await readdir(join(place.folder, EXPRESSION))).toEqual([]);
  });

  test("a value that GitLab's runner would shorten", async () => {
    const env = gitlab({ CI_REGISTRY_IMAGE: "registry.example.com/g/p " });
    expect(await writesNothing(env)).toEqual(
      failed(
        "BERTH_IMAGE: its value ends in a blank (BERTH_BAD_VALUE)",
        "GitLab's runner would take it away: use --shell posix",
      ),
    );
  });
});

describe("a run that fails at its last writes nothing there, either", () => {
  const half = async (...args: string[]) => {
    await writeFile(file, "A=1");
    const { exitCode, stdout } = await persist(gitlab(), ...args);
    return { exitCode, stdout, text: await readFile(file, "utf8") };
  };

  // The statements are delivered after the variables.
  test.each(["none/statements", "tmp"])("statements that cannot be written: %s", async (path) => {
    expect(await half("-o", path)).toEqual({ exitCode: 1, stdout: "exit 1;\n", text: "A=1" });
  });
});
