import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ciNames } from "../src/ci/index.ts";
import { commands } from "../src/commands/index.ts";
import { candidates } from "../src/completion.ts";
import { MISSING_CHOICES } from "../src/own-logins.ts";
import { shellNames } from "../src/shells/index.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";

const names = commands.map(({ name }) => name);
const optionsOf = (name: string) => [
  ...Object.keys(commands.find((command) => command.name === name)?.options ?? {}).map(
    (option) => `--${option}`,
  ),
  "--help",
];

describe("candidates() for the last word of", () => {
  const cases: readonly (readonly [words: readonly string[], expected: readonly string[]])[] = [
    [[], names],
    [[""], names],
    [["ci"], names],
    [["--q"], names],
    [["ci-env", ""], ciNames],
    [["ci-env", "gitl"], ciNames],
    [["exec", ""], ciNames],
    [["cleanup", "--quiet", ""], ciNames],
    [["init", "--list", ""], ciNames],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["ci-env", "-"], optionsOf("ci-env")],
    [["ci-env", "--sh"], optionsOf("ci-env")],
    [["cleanup", "gitlab", "--"], optionsOf("cleanup")],
    [["exec", "--"], optionsOf("exec")],
    [["completion", "-"], ["--help"]],
    [["ci-env", "--shell", ""], shellNames],
    [["ci-env", "--shell", "--x"], shellNames],
    [["ci-env", "--quiet", "--if-missing", "w"], MISSING_CHOICES],
    [
      ["exec", "--gitlab-credentials", ""],
      ["job", "deploy"],
    ],
    [["ci-env", "--shell", "fish", ""], ciNames],
    [["ci-env", "--constructor", ""], ciNames],
  ];
  test.each(cases)("berth %j", (words, expected) => {
    expect(candidates(commands, words).map(({ word }) => word)).toEqual(expected);
  });

  const withSign = (option: string, choices: readonly string[]) =>
    choices.map((choice) => `${option}=${choice}`);
  test.each([
    [["ci-env", "--shell=fi"], withSign("--shell", shellNames)],
    [["ci-env", "--shell="], withSign("--shell", shellNames)],
    [["exec", "--quiet", "--if-missing=x"], withSign("--if-missing", MISSING_CHOICES)],
    [["ci-env", "--tmp-dir="], []],
    [["ci-env", "--quiet="], []],
    [["ci-env", "--frob="], []],
    [["ci-env", "--shell=fish", ""], ciNames],
    // bash takes the sign for a word of its own.
    [["ci-env", "--shell", "=", "fi"], withSign("--shell", shellNames)],
    [["ci-env", "--shell", "="], withSign("--shell", shellNames)],
    [["ci-env", "--shell", "=", "fish", ""], ciNames],
    [["ci-env", "--tmp-dir", "=", "/t"], []],
    [["ci-env", "--registry", "r.example,username-env", "=", ""], []],
    [["ci-env", "--registry", "r.example,username-env", "=", "U,password-env", "=", "P"], []],
  ])("berth %j, with an equals sign", (words, expected) => {
    expect(candidates(commands, words).map(({ word }) => word)).toEqual(expected);
  });
});

describe("nothing is known, and a shell offers files", () => {
  test.each([
    ["an option's value that may be anything", ["ci-env", "--tmp-dir", ""]],
    ["the same, behind the option's short form", ["ci-env", "-o", ""]],
    ["one that looks like an option", ["ci-env", "--docker-config", "--"]],
    ["the value of one that may be bare", ["cleanup", "--stale", ""]],
    ["another program's command line", ["exec", "--", ""]],
    ["the same, of a system", ["exec", "gitlab", "--", "docker", "--q"]],
    ["words like ours in it", ["exec", "--", "ci-env", "--shell", ""]],
    ["no command of ours", ["cobol", ""]],
    ["an option before the command", ["--quiet", ""]],
    ["names that every object has", ["constructor", "toString", ""]],
  ])("%s", (_, words) => {
    expect(candidates(commands, words)).toEqual([]);
  });
});

test("commands and options are explained, and nothing is longer than a line", () => {
  const all = [[""], ...names.map((name) => [name, "-"])].flatMap((words) =>
    candidates(commands, words),
  );
  expect(all.filter(({ means }) => means === "" || /[\n\t]/.test(means))).toEqual([]);
});

describe("berth completion", () => {
  let program: Program;
  beforeAll(async () => {
    program = await makeProgram("completion");
  });
  afterAll(() => program.remove());

  const done = (stdout: string) => ({ status: 0, stdout, stderr: "" });
  const listed = (line: (name: string, means: string) => string) =>
    done(commands.map(({ name, describe: means }) => `${line(name, means)}\n`).join(""));

  test.each([
    ["bash", listed((name) => name)],
    ["zsh", listed((name, means) => `${name}:${means}`)],
    ["fish", listed((name, means) => `${name}\t${means}`)],
  ])("tells %s a word a line, with what it means in the form of the shell", async (shell, all) => {
    expect(await program.run(`completion ${shell} -- berth`, {})).toEqual(all);
  });

  test.each(["bash", "zsh", "fish"])(
    "tells %s nothing behind --, nor by BERTH_ variables",
    async (shell) => {
      expect(await program.run(`completion ${shell} -- exec -- docker`, {})).toEqual(done(""));
      const env = { BERTH_SHELL: "cobol", BERTH_QUIET: "x" };
      expect(await program.run(`completion ${shell} -- cleanup --st`, env)).toMatchObject({
        status: 0,
        stderr: "",
      });
    },
  );

  test.each([
    ["/usr/bin/fish", "fish"],
    ["/opt/homebrew/bin/zsh", "zsh"],
    ["/bin/bash", "bash"],
    ["/bin/sh", "bash"],
    ["zsh", "bash"],
    ["/zsh/bin/sh", "bash"],
    [undefined, "bash"],
  ])("without a name is for the shell of SHELL=%s, and otherwise for bash", async (SHELL, name) => {
    const named = await program.run(`completion ${name}`, {});
    expect([named.status, named.stderr]).toEqual([0, ""]);
    expect(named.stdout).toContain(`berth completion ${name} -- `);
    expect(await program.run("completion", { SHELL })).toEqual(named);
  });

  test("of a shell that it does not know prints no statement", async () => {
    expect(await program.run("completion tcsh", { CI: "true" })).toEqual({
      ...{ status: 2, stdout: "" },
      stderr: `berth: error: unknown shell "tcsh" (choices: bash, zsh, fish) (BERTH_USAGE)
  hint       see berth completion --help
`,
    });
  });
});
