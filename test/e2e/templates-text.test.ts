import { describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { parseAllDocuments } from "yaml";
import { type CiName, ciNames, ciSystems } from "../../src/ci/index.ts";
import { describeWith } from "../support/describe-with.ts";
import { COMPONENT, fileOf, files, pipelineOf, read } from "./support/pipelines/files.ts";

const others = [
  "templates/pipelines/generic.sh",
  "templates/pipelines/jenkins.groovy",
  "templates/pipelines/teamcity.kts",
];
const yamls = files.filter((name) => !others.includes(name));

test("each file is the pipeline of a system, or GitLab's component", () => {
  expect(files).toEqual([...new Set([COMPONENT, ...ciNames.map(fileOf)])].sort());
  const known = ciSystems.map(({ template }) => template.text.replace(/^#!.*/, ""));
  expect(known).toEqual(ciNames.map((name) => pipelineOf(name).replace(/^#!.*/, "")));
});

/** What a parser of YAML has to say of a text. */
const complaints = (text: string): readonly string[] =>
  parseAllDocuments(text, {
    version: "1.2",
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
  }).flatMap(({ errors, warnings }) => [...errors, ...warnings].map(({ code }) => code));

describe("as YAML", () => {
  test.each([...yamls, "action.yml", "plugin.yml"])("%s is right", (file) => {
    const documents = parseAllDocuments(read(file));
    expect(complaints(read(file))).toEqual([]);
    expect(documents).toHaveLength(file === COMPONENT ? 2 : 1);
  });

  test.each([
    ["a key that is there twice", "a: 1\nb: 2\na: 3\n", ["DUPLICATE_KEY"]],
    ["a value with a colon and a blank", "run: echo a: b\n", ["BLOCK_AS_IMPLICIT_KEY"]],
    ["an unknown tag", "a: !b c\n", ["TAG_RESOLVE_FAILED"]],
    ["in a later document", "a: 1\n---\na: [\n", ["BAD_INDENT"]],
  ])("%s is told", (_, text, codes) => {
    expect(complaints(text)).toEqual(expect.arrayContaining(codes));
  });
});

const QUOTES = /'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\/.*/g;
const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** The brackets that have no partner, outside of texts and comments. */
const unbalanced = (text: string): string => {
  const open: string[] = [];
  for (const [bracket] of text.replace(QUOTES, "").matchAll(/[()[\]{}]/g)) {
    if (PAIRS[bracket] === undefined || open.at(-1) !== PAIRS[bracket]) open.push(bracket);
    else open.pop();
  }
  return open.join("");
};

describe("as Groovy and Kotlin", () => {
  test.each(["templates/pipelines/jenkins.groovy", "templates/pipelines/teamcity.kts"])(
    "all brackets of %s have partners, and all quotes",
    (file) => {
      expect(unbalanced(read(file))).toBe("");
      expect(read(file).replace(QUOTES, "")).not.toMatch(/['"]/);
    },
  );

  test("one without a partner is told", () => {
    expect(unbalanced(read("templates/pipelines/jenkins.groovy").replace(/\}\n$/, ""))).toBe("{");
    expect(unbalanced("a(')' /* ' */ [}]")).toBe("([}]");
  });
});

describe.each(["dash", "bash", "busybox", "zsh"])("as a script of %s", (program) => {
  const words = program === "busybox" ? ["sh", "-n"] : ["-n"];
  const check = async (input: string) => {
    const { exitCode, stderr } = await execa(program, words, { input, reject: false });
    return { isRight: exitCode === 0, isQuiet: stderr === "" };
  };

  describeWith([program], "generic.sh", () => {
    test("is right, and with a quote too many it is not", async () => {
      const text = read("templates/pipelines/generic.sh");
      expect(await check(text)).toEqual({ isRight: true, isQuiet: true });
      expect(await check(`${text}'`)).toEqual({ isRight: false, isQuiet: false });
    });
  });
});

/** The systems that the lines with berth name. */
const named = (system: CiName): readonly (string | undefined)[] => {
  return [...pipelineOf(system).matchAll(/\bberth (?:ci-env|cleanup) (\w+)/g)].map(
    ([, name]) => name,
  );
};

describe("each line with berth names the pipeline's system", () => {
  const shared = ["github", "act"];
  test.each(ciNames.filter((name) => !shared.includes(name)))("%s", (system) => {
    expect(new Set(named(system))).toEqual(new Set([system]));
  });

  test("but of GitHub's, which act runs, too", () => {
    expect([pipelineOf("act") === pipelineOf("github"), named("github")]).toEqual([true, []]);
  });
});
