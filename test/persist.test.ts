import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Persist } from "../src/ci/system.ts";
import { persist } from "../src/persist.ts";
import { gitlabEnv } from "../src/shells/gitlab-env.ts";
import { posix } from "../src/shells/posix.ts";
import { outputOf } from "./fixtures/output.ts";
import { planAt } from "./fixtures/plan.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

const VARIABLES = [
  ["DOCKER_CONFIG", '/tmp/it\'s a "berth"'],
  ["BERTH_IMAGE", "r.example/$x %0A"],
] as const;
const UNSET = ["BERTH_REGISTRY", "DOCKER_AUTH_CONFIG"];
const ALL = [...VARIABLES, ["BERTH_REGISTRY", ""], ["DOCKER_AUTH_CONFIG", '{"auths":{}}']];
const LINES = ALL.map(([name, value]) => `${name}=${value}\n`).join("");

const info = (text: string) => ({ level: "info", text });
const warning = (text: string) => ({
  ...{ level: "warning", text: `--persist: ${text}` },
  hint: "run berth ci-env in each step that needs it",
});
const got = (means: string) => info(`the later steps of the job get the variables ${means}`);
const CANNOT_UNSET = info(
  `DOCKER_AUTH_CONFIG cannot be unset there: it is {"auths":{}}, so that Docker takes the berth's credentials`,
);

const NONE = "the later steps get no variables";

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await makeTemporaryFolder("persist");
});

afterEach(() => folder?.remove());

interface Options {
  readonly file?: string | undefined;
  readonly dryRun?: boolean;
  readonly unset?: readonly string[];
}

const run = (way: Persist, { file, dryRun = false, unset = UNSET }: Options = {}) => {
  const output = outputOf({ variables: VARIABLES, unset });
  const plan = planAt(join(folder.path, "berth"), { laterSteps: { way, file }, output });
  return persist(plan, { cwd: folder.path, env: process.env, dryRun });
};

const byFile = (
  mustExist: boolean,
  shell: typeof gitlabEnv | typeof posix = gitlabEnv,
): Persist => ({
  ...{ by: "file", variable: "CI_FILE", shell, mustExist },
});

describe("where the CI has no way", () => {
  test("one shell for all commands needs none", async () => {
    expect(await run({ by: "shell" })).toEqual({
      notices: [info("--persist: nothing to do, all commands of a job run in one shell")],
      log: "",
    });
  });

  test("the reason is said", async () => {
    expect(await run({ by: "nothing", because: "each step is a container" })).toEqual({
      notices: [warning("each step is a container")],
      log: "",
    });
  });
});

describe("by a file", () => {
  const written = { notices: [got("by $CI_FILE"), CANNOT_UNSET], log: "" };
  const at = (name: string): string => join(folder.path, name);

  test.each([
    ["an empty file", "", LINES],
    ["a file with lines", "A=1\n", `A=1\n${LINES}`],
    ["a file without a line break at its end", "A=1", `A=1\n${LINES}`],
    ["Windows' line breaks", "A=1\r\nB=2\r\n", `A=1\r\nB=2\r\n${LINES}`],
    ["Windows' line breaks, none at its end", "A=1\r\nB=2", `A=1\r\nB=2\n${LINES}`],
    ["a blank line at its end", "A=1\n\n", `A=1\n\n${LINES}`],
    ["a character of several bytes at its end", "A=é😀", `A=é😀\n${LINES}`],
  ])("%s gets the lines", async (_, before, after) => {
    await writeFile(at("file"), before);
    expect(await run(byFile(true), { file: at("file") })).toEqual(written);
    expect(await readFile(at("file"), "utf8")).toBe(after);
  });

  test("of several runs each adds its lines", async () => {
    await writeFile(at("file"), "");
    for (const _ of "12") await run(byFile(true), { file: at("file") });
    expect(await readFile(at("file"), "utf8")).toBe(LINES + LINES);
  });

  test("a relative path is in the working directory", async () => {
    await mkdir(at("work"));
    await run(byFile(false), { file: "work/file" });
    expect(await readFile(at("work/file"), "utf8")).toBe(LINES);
  });

  test("a link is followed", async () => {
    await writeFile(at("file"), "A=1\n");
    await symlink("file", at("link"));
    expect(await run(byFile(true), { file: at("link") })).toEqual(written);
    expect(await readFile(at("file"), "utf8")).toBe(`A=1\n${LINES}`);
  });

  test("what can unset variables does so, and nothing is said of that", async () => {
    await writeFile(at("file"), "");
    const notices = [got("by $CI_FILE")];
    expect(await run(byFile(true, posix), { file: at("file") })).toEqual({ notices, log: "" });
    expect(await readFile(at("file"), "utf8")).toBe(
      posix.render(outputOf({ variables: VARIABLES, unset: UNSET })),
    );
  });

  test("nothing is said of DOCKER_AUTH_CONFIG where it was not set", async () => {
    const notices = [got("by $CI_FILE")];
    expect(await run(byFile(false), { file: at("file"), unset: [] })).toEqual({ notices, log: "" });
    expect(await readFile(at("file"), "utf8")).toBe(LINES.split("\n", 2).join("\n").concat("\n"));
  });

  test("a file is made where the CI makes none", async () => {
    expect(await run(byFile(false), { file: at("file") })).toEqual(written);
    expect(await readFile(at("file"), "utf8")).toBe(LINES);
  });

  test.each([
    ["where the CI should have made it", true, "file"],
    ["in a folder that is not there", false, "none/file"],
  ])("a file %s is missed, and not made", async (_, mustExist, name) => {
    const problem = `CI_FILE names ${at(name)}, which is not there: ${NONE}`;
    expect(await run(byFile(mustExist), { file: at(name) })).toEqual({
      ...{ notices: [warning(problem)], log: "" },
    });
    expect(await readdir(folder.path)).toEqual([]);
  });

  test("without the variable there is none", async () => {
    const notices = [warning(`CI_FILE is not set: ${NONE}`)];
    expect(await run(byFile(false), { file: undefined })).toEqual({ notices, log: "" });
  });

  test("a dry run says the same, and writes nothing", async () => {
    await writeFile(at("file"), "A=1");
    expect(await run(byFile(true), { file: at("file"), dryRun: true })).toEqual(written);
    expect(await readFile(at("file"), "utf8")).toBe("A=1");
    expect(await run(byFile(false), { file: at("other"), dryRun: true })).toEqual(written);
    expect(await readdir(folder.path)).toEqual(["file"]);
  });

  // It does not look whether the file is there.
  test("a dry run says the same of a file that is missed", async () => {
    const missed = await run(byFile(true), { file: at("file") });
    expect(await run(byFile(true), { file: at("file"), dryRun: true })).toEqual(missed);
  });
});

describe("by the log", () => {
  const way: Persist = { by: "log", line: (name, value) => `##set[${name}]${value}` };
  const notices = [got("by lines of the log"), CANNOT_UNSET];

  test("each variable has a line", async () => {
    const log = ALL.map(([name, value]) => `##set[${name}]${value}\n`).join("");
    expect(await run(way)).toEqual({ notices, log });
  });

  test("a dry run has none", async () => {
    expect(await run(way, { dryRun: true })).toEqual({ notices, log: "" });
  });
});
