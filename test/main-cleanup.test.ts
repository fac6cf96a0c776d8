import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { githubJob, gitlabJob } from "./fixtures/environments.ts";
import { brief, failing, makeProgram, type Program } from "./fixtures/program.ts";

const uid = process.getuid?.() ?? 0;

let program: Program;
beforeEach(async () => {
  program = await makeProgram("main-cleanup");
});
afterEach(() => program.remove());

const berths = async (): Promise<readonly string[]> => {
  const root = program.at("tmp", `berth-${uid}`);
  return (await readdir(root)).sort().map((name) => `${root}/${name}`);
};

describe("berth cleanup", () => {
  test("removes the job's berth from a shell that has lost the exports, and then there is nothing", async () => {
    await program.run("ci-env", gitlabJob);
    const path = (await berths())[0];
    expect([
      await program.run("cleanup", gitlabJob),
      await program.run("cleanup", gitlabJob),
    ]).toEqual([
      { stdout: "", stderr: `berth: removed ${path}\n`, status: 0 },
      { stdout: "", stderr: `berth: nothing to clean up at ${path}\n`, status: 0 },
    ]);
    expect(await readdir(program.at("home/.docker"))).toEqual([]);
  });

  test("finds by DOCKER_CONFIG what --tmp-dir put elsewhere, but never another job's", async () => {
    await program.run(`ci-env --tmp-dir ${program.at("home")}`, gitlabJob);
    const [name] = await readdir(program.at("home", `berth-${uid}`));
    const DOCKER_CONFIG = program.at("home", `berth-${uid}`, name ?? "");
    const other = await program.run("cleanup", { ...gitlabJob, CI_JOB_ID: "7002", DOCKER_CONFIG });
    expect(other.stderr).toMatch(/^berth: nothing to clean up at /);
    const own = await program.run("cleanup", { ...gitlabJob, DOCKER_CONFIG });
    expect(own.stderr).toBe(`berth: removed ${DOCKER_CONFIG}\n`);
  });

  test("TRAP 34: has nothing to do where the temp directory is not there, which is no failure", async () => {
    const gone = program.at("gone");
    const exit = await program.run(`cleanup --tmp-dir ${gone}`, gitlabJob);
    expect([exit.status, exit.stdout, exit.stderr.split(" at ")[0]]).toEqual([
      0,
      "",
      "berth: nothing to clean up",
    ]);
    expect(await program.run(`cleanup --stale --tmp-dir ${gone}`, {})).toEqual({
      stdout: "",
      stderr: `berth: nothing forgotten in ${gone}/berth-${uid}\n`,
      status: 0,
    });
  });

  test.each([
    ["of another version", { version: 2 }],
    ["with a marker that somebody has broken", { sources: { base: 5 } }],
  ])("removes a berth %s, which ci-env refuses and says so", async (_, parts) => {
    await program.run("ci-env", gitlabJob);
    const [path = ""] = await berths();
    const marker = JSON.parse(await readFile(`${path}/berth.json`, "utf8"));
    await writeFile(`${path}/berth.json`, JSON.stringify({ ...marker, ...parts }));
    expect(await program.run("ci-env", gitlabJob)).toEqual({
      stdout: "exit 1;\n",
      stderr: `berth: error: ${path} is not a berth of this version (BERTH_UNSAFE_DIRECTORY)\n  hint       remove this job's berth: berth cleanup\n`,
      status: 1,
    });
    expect((await program.run("cleanup", gitlabJob)).stderr).toBe(`berth: removed ${path}\n`);
    expect((await program.run("ci-env", gitlabJob)).status).toBe(0);
  });

  test("prints no statement on a failure: nothing evaluates it", async () => {
    expect(brief(await program.run("cleanup --stale soon", gitlabJob))).toEqual(
      failing("", 2, '--stale: "soon" is not a length of time', "BERTH_USAGE"),
    );
  });
});

describe("berths of jobs that were killed", () => {
  const NEXT = { ...gitlabJob, CI_JOB_ID: "7002" };

  /** A berth of a job, and all that lies in it, last touched so many hours ago. */
  const forgotten = async (hours: number): Promise<string> => {
    await program.run("ci-env", gitlabJob);
    const [path = ""] = await berths();
    const time = new Date(Date.now() - hours * 3600e3);
    for (const name of await readdir(path)) await utimes(`${path}/${name}`, time, time);
    await utimes(path, time, time);
    return path;
  };

  test("are swept where the next job starts, after 48 hours", async () => {
    const path = await forgotten(49);
    await program.run("ci-env", NEXT);
    expect([(await berths()).length, (await berths()).includes(path)]).toEqual([1, false]);
  });

  test.each([
    ["before that", 47, "ci-env", NEXT],
    ["in a dry run", 49, "ci-env --dry-run", NEXT],
    ["where the CI empties the place by itself", 49, "ci-env", githubJob],
  ])("are not swept %s", async (_, hours, line, env) => {
    const path = await forgotten(hours);
    await program.run(line, { ...env, RUNNER_TEMP: program.at("tmp") });
    expect(await berths()).toContain(path);
  });

  test("the job's own is renewed, however old it is", async () => {
    const path = await forgotten(49);
    expect((await program.run("ci-env", gitlabJob)).status).toBe(0);
    expect(await berths()).toEqual([path]);
  });

  test.each([
    ["cleanup --stale 2h", 3, true],
    ["cleanup --stale 2h", 1, false],
    ["cleanup --stale 120m", 3, true],
    ["cleanup --stale 120m", 1, false],
    ["cleanup --stale 1d", 25, true],
    ["cleanup --stale 1d", 23, false],
    ["cleanup --stale 10800s", 2, false],
    ["cleanup --stale", 49, true],
    ["cleanup --stale", 47, false],
  ])(
    "berth %s, outside of any job, after %p hours: removed is %p",
    async (line, hours, removed) => {
      const path = await forgotten(hours);
      const root = program.at("tmp", `berth-${uid}`);
      expect(await program.run(line, {})).toEqual({
        stdout: "",
        stderr: removed ? `berth: removed ${path}\n` : `berth: nothing forgotten in ${root}\n`,
        status: 0,
      });
      expect(await berths()).toEqual(removed ? [] : [path]);
    },
  );
});
