import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { ciNames } from "../../src/ci/index.ts";
import { commands } from "../../src/commands/index.ts";
import { MISSING_CHOICES } from "../../src/own-logins.ts";
import { shellNames } from "../../src/shells/index.ts";
import { describeWith } from "../support/describe-with.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";
import { interactive, typeLines } from "./support/typing.ts";

let sandbox: Sandbox;
let place: Place;
let folder: string;

beforeAll(async () => {
  sandbox = await makeSandbox("completion");
});

beforeEach(async () => {
  place = await sandbox.place();
  folder = join(place.folder, "typing");
  await mkdir(folder);
  await writeFile(join(folder, "job.env"), "");
});

afterAll(() => sandbox?.remove());

interface Word {
  readonly word: string;
  readonly means?: string;
}

const named = (...words: readonly string[]): readonly Word[] => words.map((word) => ({ word }));
const starting = (names: readonly string[], start: string) =>
  named(...names.filter((name) => name.startsWith(start)));
const allCommands: readonly Word[] = commands.map(({ name, describe: means }) => ({
  ...{ word: name, means },
}));
const optionsOf = (command: string): readonly Word[] => [
  ...Object.entries(commands.find(({ name }) => name === command)?.options ?? {}).map(
    ([name, { describe: means }]) => ({ word: `--${name}`, means }),
  ),
  { word: "--help", means: "Show help" },
];

/** A line, and what may stand in the place of its last word. */
const cases: readonly (readonly [line: string, words: readonly Word[]])[] = [
  ["berth ", allCommands],
  ["berth c", allCommands.filter(({ word }) => word.startsWith("c"))],
  ["berth ci-env git", starting(ciNames, "git")],
  ["berth cleanup --quiet gitl", named("gitlab")],
  ["berth cleanup --", optionsOf("cleanup")],
  ["berth exec --d", optionsOf("exec").filter(({ word }) => word.startsWith("--d"))],
  ["berth ci-env --shell p", starting(shellNames, "p")],
  ["berth ci-env --shell gitl", named("gitlab-env")],
  ["berth ci-env gitlab --if-missing w", starting(MISSING_CHOICES, "w")],
  ["berth completion f", named("fish")],
  ["berth ci-env --shell=fi", named("--shell=fish")],
  ["berth ci-env --env-file jo", named("job.env")],
  ["berth ci-env -o jo", named("job.env")],
  ["berth exec gitlab -- jo", named("job.env")],
  ["berth exec -- gitl", []],
  ["berth exec -- docker --q", []],
  ["berth ci-env --registry gitl", []],
  ["berth gitl", []],
  ["berth cobol gitl", []],
];

const HOSTILE = [
  'berth ci-env "$(touch owned)',
  "berth ci-env '$(touch owned)'gitl",
  "berth ci-env $(touch owned)gitl",
  "berth '`touch owned`' gitl",
  "berth ci-env a;touch\\ owned;qqqq",
  "berth ci-env --shell '; touch owned #' ~[*?",
];

const sorted = (words: readonly string[]) => [...words].sort();

/** What has come in the place of the last word. */
const inserted = (line: string, result: string): readonly string[] | string => {
  const head = line.slice(0, line.lastIndexOf(" ") + 1);
  if (result === line) return [];
  return result.startsWith(head) ? sorted(result.slice(head.length).trim().split(" ")) : result;
};

/** What becomes of lines that are typed. */
const typed = (shell: keyof typeof interactive, ...lines: readonly string[]) =>
  typeLines(shell, {
    ...{ lines, folder, env: place.env },
    start: `eval "$(berth completion ${shell})"\n`,
  });

for (const shell of ["bash", "zsh"] as const) {
  describeWith([shell, "script"], `on a prompt of ${shell}`, () => {
    const files = [interactive[shell].startFile, "job.env", "typed"];

    test("what may stand there is inserted", async () => {
      const results = await typed(shell, ...cases.map(([line]) => line));
      expect(cases.map(([line], index) => [line, inserted(line, results[index] ?? "")])).toEqual(
        cases.map(([line, words]) => [line, sorted(words.map(({ word }) => word))]),
      );
    });

    test("nothing of what is typed is executed", async () => {
      expect(await typed(shell, ...HOSTILE, "berth comp")).toEqual([
        ...HOSTILE,
        "berth completion ",
      ]);
      expect((await readdir(folder)).sort()).toEqual(sorted(files));
    });
  });
}

describeWith(
  ["bash", "script"],
  "on a prompt of bash, which takes an equals sign for a word",
  () => {
    test("all that may stand behind it is inserted", async () => {
      const line = "berth ci-env --if-missing=";
      expect(await typed("bash", line)).toEqual([`${line}fail ignore warn `]);
    });
  },
);

describeWith(["fish"], "in fish", () => {
  const quote = (text: string) => `'${text.replace(/['\\]/g, "\\$&")}'`;
  const listed = ({ word, means }: Word) => (means === undefined ? word : `${word}\t${means}`);

  const complete = async (lines: readonly string[]) => {
    const asked = lines.map((line) => `echo "# "; complete -C ${quote(line)}\n`).join("");
    const script = `berth completion fish | source\n${asked}`;
    const options = { cwd: folder };
    const { stdout, ...rest } = await place.run(
      ["fish", "--no-config", "-c", script],
      place.env,
      options,
    );
    expect(rest).toEqual({ exitCode: 0, stderr: "" });
    return stdout
      .split("# \n")
      .slice(1)
      .map((text) => text.split("\n").slice(0, -1));
  };

  test("what may stand there is listed, with what it means", async () => {
    const results = await complete(cases.map(([line]) => line));
    expect(cases.map(([line], index) => [line, results[index]])).toEqual(
      cases.map(([line, words]) => [line, sorted(words.map(listed))]),
    );
  });

  test("nothing of what is typed is executed", async () => {
    expect(await complete([...HOSTILE, "berth comp"])).toEqual([
      ...HOSTILE.map(() => []),
      allCommands.filter(({ word }) => word === "completion").map(listed),
    ]);
    expect(await readdir(folder)).toEqual(["job.env"]);
  });
});
