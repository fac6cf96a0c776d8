import { chmod, mkdir, readdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect } from "@jest/globals";
import { describe, test } from "../e2e/support/node-build.ts";
import {
  makeSandbox,
  type Place,
  readJson,
  type Sandbox,
  statements,
} from "../e2e/support/sandbox.ts";
import { programInPackage } from "../support/job.ts";
import { redirected } from "./support/platform.ts";

// https://nodejs.org/api/permissions.html: Node 22.13 and later have the one, 20 has the other.
const FLAG = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission";

let sandbox: Sandbox;
let place: Place;
beforeAll(async () => {
  sandbox = await makeSandbox("permission");
});
beforeEach(async () => {
  place = await sandbox.place();
});
afterAll(() => sandbox?.remove());

const program = () => join(sandbox.folder, programInPackage);
const base = () => join(place.home, ".docker");

/** What README.md says to grant: the program, the base and the temp directory to read, and the berths to write. */
const grants = (): readonly string[] => [
  `--allow-fs-read=${dirname(program())}/*`,
  `--allow-fs-read=${base()}/*`,
  `--allow-fs-read=${place.temporary}/*`,
  `--allow-fs-write=${place.root}*`,
];

const restricted = (granted: readonly string[], args: readonly string[]): readonly string[] => [
  ...[process.execPath, "--disable-warning=ExperimentalWarning", FLAG, ...granted],
  ...args,
];

const berth = (args: readonly string[], granted = grants(), change = {}) =>
  place.run(restricted(granted, [program(), ...args]), place.job(change));

const DONE = { exitCode: 0, stdout: statements(), stderr: "" };

const writeBase = async (): Promise<void> => {
  for (const name of ["contexts/meta/1", "buildx/instances", "cli-plugins"]) {
    await mkdir(join(base(), name), { recursive: true });
  }
  await writeFile(join(base(), "contexts/meta/1/meta.json"), '{"Name":"remote"}');
  await writeFile(join(base(), "buildx/instances/b"), "{}");
  const config = { auths: { "r.example": { auth: "dTpw" } }, credHelpers: { "h.example": "own" } };
  await writeFile(join(base(), "config.json"), JSON.stringify(config));
};

const OTHER = `import { readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { Worker } from "node:worker_threads";
const [elsewhere, home] = process.argv.slice(2);
const tries = {
  read: () => readFileSync(elsewhere),
  write: () => writeFileSync(home, ""),
  child: () => { const { error } = spawnSync(process.execPath, ["-v"]); if (error) throw error; },
  worker: () => new Worker("", { eval: true }),
};
const tried = ([name, act]) => { try { act(); return [name, "allowed"]; } catch ({ code }) { return [name, code]; } };
console.log(JSON.stringify(Object.fromEntries(Object.entries(tries).map(tried))));
`;

describe("Node's permission model, with what README.md grants", () => {
  test("ci-env inherits all of the base, renews, sweeps, and cleans up", async () => {
    await writeBase();
    expect(await berth(["ci-env", "--quiet", "--no-inherit"])).toEqual(DONE);
    const { stderr, ...ended } = await berth(["ci-env"]);
    expect(ended).toEqual({ exitCode: 0, stdout: statements() });
    expect(stderr).toContain("(renewed)");
    expect(stderr).toContain("  inherited  r.example from <folder>/home/.docker/config.json\n");
    expect(stderr).toContain(
      "  inherited  contexts, buildx, CLI plugins from <folder>/home/.docker\n",
    );
    const [job = ""] = await readdir(place.root);
    expect(await readFile(join(place.root, job, "contexts/meta/1/meta.json"), "utf8")).toContain(
      "remote",
    );

    for (const name of ["", "berth.json", "config.json", "auth.json"]) {
      await utimes(join(place.root, job, name), 0, 0);
    }
    const other = await berth(["ci-env", "--quiet"], grants(), { CI_JOB_ID: "2" });
    expect(other.stdout).toBe(statements().replaceAll("gitlab-1", "gitlab-2"));
    expect((await readdir(place.root)).map(place.mask)).toEqual(["gitlab-2-<hash>"]);
    expect(await berth(["cleanup", "--quiet"], grants(), { CI_JOB_ID: "2" })).toEqual({
      ...DONE,
      stdout: "",
    });
    expect(await readdir(place.root)).toEqual([]);
  });

  test("a program that npm has installed as a link, and a compile cache that cannot be written, are no obstacle", async () => {
    const bin = join(place.folder, "berth");
    await symlink(program(), bin);
    const granted = [...grants(), `--allow-fs-read=${bin}`];
    await writeBase();
    expect(
      await place.run(restricted(granted, [bin, "ci-env", "--quiet", "--no-inherit"]), place.job()),
    ).toEqual(DONE);
    expect(await readdir(sandbox.folder)).not.toContain("node_modules");
  });

  // The device of `2>/dev/null` is compared with that of /dev/null, which is not granted.
  test("stderr that leads nowhere is no obstacle", async () => {
    const command = restricted(grants(), [program(), "ci-env", "--quiet", "--no-inherit"]);
    expect(await place.run(redirected("2>/dev/null", command), place.job())).toEqual(DONE);
  });

  test("a credential helper is found where its folder is granted, too; else that is said", async () => {
    await writeBase();
    const helpers = join(place.folder, "helpers");
    await mkdir(helpers);
    await writeFile(join(helpers, "docker-credential-own"), "#!/bin/sh\n");
    await chmod(join(helpers, "docker-credential-own"), 0o755);
    const PATH = { PATH: helpers };
    const without = await berth(["ci-env"], grants(), PATH);
    expect(without.stderr).toContain('warning    h.example: its credential helper "own"');
    const granted = await berth(["ci-env"], [...grants(), `--allow-fs-read=${helpers}/*`], PATH);
    expect(granted.stderr).toContain("  inherited  h.example from docker-credential-own\n");
  });
});

describe("each grant is needed: without it the job stops, and the reason is said", () => {
  test.each([
    [
      "the base",
      1,
      "<folder>/home/.docker/config.json cannot be read (ERR_ACCESS_DENIED) (BERTH_BAD_CONFIG)",
    ],
    [
      "the temp directory",
      2,
      "TMPDIR: <folder>/tmp cannot be used (ERR_ACCESS_DENIED) (BERTH_TEMP_DIR)",
    ],
    [
      "to write the berths",
      3,
      "cannot make the directory <folder>/tmp/berth-<uid>: ERR_ACCESS_DENIED (BERTH_DISK)",
    ],
  ])("%s", async (_, index, message) => {
    await writeBase();
    const { exitCode, stdout, stderr } = await berth(
      ["ci-env"],
      grants().filter((_, at) => at !== index),
    );
    expect([exitCode, stdout, stderr.split("\n")[0]]).toEqual([
      1,
      "exit 1;\n",
      `berth: error: ${message}`,
    ]);
  });

  test("exec needs --allow-child-process, and runs nothing without it", async () => {
    await writeBase();
    const args = ["exec", "--quiet", "--", process.execPath, "-p", "1"];
    expect(await berth(args)).toMatchObject({ exitCode: 126, stdout: "" });
    expect(await readdir(place.root)).toEqual([]);
    expect(await berth(args, [...grants(), "--allow-child-process"])).toMatchObject({
      stdout: "1\n",
    });
  });
});

test("a control: another program with these grants can neither read nor write elsewhere, nor start anything", async () => {
  await writeBase();
  const other = join(place.temporary, "other.mjs");
  await writeFile(other, OTHER);
  const elsewhere = join(place.folder, "elsewhere");
  await writeFile(elsewhere, "");
  const args = [other, elsewhere, join(base(), "written")];
  const tried = async (command: readonly string[]) =>
    JSON.parse((await place.run(command, place.job())).stdout);
  const all = (outcome: string) => ({
    read: outcome,
    write: outcome,
    child: outcome,
    worker: outcome,
  });
  expect(await tried(restricted(grants(), args))).toEqual(all("ERR_ACCESS_DENIED"));
  expect(await tried([process.execPath, ...args])).toEqual(all("allowed"));
  expect(await readJson(join(base(), "config.json"))).toHaveProperty("auths");
});
