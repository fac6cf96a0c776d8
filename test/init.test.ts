import { readdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ciSystems } from "../src/ci/index.ts";
import { gitlabJob } from "./fixtures/environments.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";
import { treeOf } from "./fixtures/tree.ts";

const TEMPLATES = new URL("../templates/pipelines/", import.meta.url);

const BOTH = { ...gitlabJob, GITHUB_ACTIONS: "true" };

let program: Program;
let fileTexts: readonly string[];
beforeAll(async () => {
  program = await makeProgram("init");
  const files = (await readdir(TEMPLATES, { withFileTypes: true })).filter((it) => it.isFile());
  const texts = files.map(({ name }) => readFile(new URL(name, TEMPLATES), "utf8"));
  // Jest takes the line with the interpreter away from all that is imported.
  fileTexts = (await Promise.all(texts)).map((text) => text.replace(/^#!.*/, ""));
});
afterAll(() => program.remove());

const pipelineOf = ({ title, template: { path, text } }: (typeof ciSystems)[number]) => ({
  ...{ status: 0, stdout: text },
  stderr: `berth: a pipeline of ${title}, for ${path}\n`,
});

const systems = ciSystems.map((system) => [system.name, system] as const);

describe.each(systems)("berth init %s", (name, system) => {
  test("prints a pipeline that is a file of templates and uses berth, and says where it belongs", async () => {
    const exit = await program.run(`init ${name}`, {});
    expect(exit).toEqual(pipelineOf(system));
    expect(fileTexts.filter((text) => text === exit.stdout)).toHaveLength(1);
    expect(exit.stdout).toContain("berth ci-env");
    expect(exit.stdout.endsWith("\n")).toBe(true);
  });

  test("needs no job of that system, nor any", async () => {
    for (const env of [gitlabJob, BOTH, { CI: "true" }]) {
      expect(await program.run(`init ${name}`, env)).toEqual(pipelineOf(system));
    }
  });

  test("with --quiet prints the pipeline alone", async () => {
    const quiet = { ...pipelineOf(system), stderr: "" };
    expect(await program.run(`init --quiet ${name}`, {})).toEqual(quiet);
    expect(await program.run(`init ${name}`, { BERTH_QUIET: "1" })).toEqual(quiet);
  });
});

describe("berth init without a name", () => {
  test("is of the system whose job it runs in", async () => {
    const gitlab = ciSystems.find(({ name }) => name === "gitlab") ?? ciSystems[0];
    expect(await program.run("init", gitlabJob)).toEqual(pipelineOf(gitlab));
  });

  test("fails as ci-env does where there are several, but with nothing to evaluate", async () => {
    const { stderr } = await program.run("ci-env", BOTH);
    expect(stderr).toContain("(BERTH_SEVERAL_CI)");
    expect(await program.run("init", BOTH)).toEqual({ status: 1, stdout: "", stderr });
  });

  test("says where there is none how to name one", async () => {
    expect(await program.run("init", {})).toEqual({
      ...{ status: 1, stdout: "" },
      stderr:
        "berth: error: no CI system found: no variable of one that berth knows is set (BERTH_NO_CI)\n" +
        "  hint       name one: berth init gitlab; berth init --list shows all\n",
    });
  });
});

describe("berth init --list", () => {
  const list = async (env = {}) => {
    const { stdout, ...rest } = await program.run("init --list", env);
    expect(rest).toEqual({ status: 0, stderr: "" });
    return stdout;
  };

  test("has a line for each system, with its title and its pipeline's path", async () => {
    const lines = (await list()).split("\n").slice(0, -1);
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual(
      ciSystems.map(({ name, title, template }) => [name, title, template.path]),
    );
  });

  test("stands in columns", async () => {
    const lines = (await list()).split("\n").slice(0, -1);
    const starts = lines.map((line) =>
      [...line.matchAll(/(?<= {2})\S/g)].map(({ index }) => index),
    );
    expect([...new Set(starts.map((columns) => columns.join()))]).toHaveLength(1);
  });

  test("is the same in a job, and with a name", async () => {
    expect(await list(gitlabJob)).toBe(await list());
    expect((await program.run("init gitlab --list", {})).stdout).toBe(await list());
  });
});

test("nothing is written", async () => {
  expect(await treeOf(program.folder)).toEqual({ home: "755", "home/.docker": "755", tmp: "755" });
});
