import { createRequire } from "node:module";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { Language, type Node, Parser } from "web-tree-sitter";
import { powershell } from "../../src/shells/powershell.ts";
import { failed, misused, outputOf } from "../fixtures/output.ts";
import { shellValues, variablesOf } from "../fixtures/shell-values.ts";

const statement = (value: string): string =>
  powershell.render(outputOf({ variables: [["X", value]] }));

test.each([
  ["/tmp/berth-0/gitlab-1", "'/tmp/berth-0/gitlab-1'"],
  ["", "''"],
  ["two  blanks", "'two  blanks'"],
  ["it's", "'it''s'"],
  ["‘a’ ‚b‛", "'‘‘a’’ ‚‚b‛‛'"],
  ["'‘", "'''‘‘'"],
  ['$env:PATH `n $(id) "', "'$env:PATH `n $(id) \"'"],
  ["a\\", "'a\\'"],
])("%p is written as %s", (value, text) => {
  expect(statement(value)).toBe(`$env:X = ${text};\n`);
});

test("what is to be unset comes last, and need not be there", () => {
  const output = outputOf({ variables: [["A", "1"]], unset: ["DOCKER_AUTH_CONFIG"] });
  expect(powershell.render(output)).toBe(
    "$env:A = '1';\nRemove-Item -LiteralPath 'Env:DOCKER_AUTH_CONFIG' -ErrorAction SilentlyContinue;\n",
  );
});

test.each([
  ["ends the script in a CI job", failed, true, "exit 1;\n"],
  ["ends it with the status of wrong use", misused, true, "exit 2;\n"],
  ["leaves a terminal open", failed, false, "throw 'berth has failed';\n"],
])("a failure %s", (_, error, inCiJob, statements) => {
  expect(powershell.stop(error, inCiJob)).toBe(statements);
});

test("tells how it is evaluated", () => {
  expect(powershell.evaluate("berth ci-env")).toBe("berth ci-env | Out-String | Invoke-Expression");
});

describe("read as the language's specification has it", () => {
  // verbatim-string-literal, and single-quote-character: https://learn.microsoft.com/en-us/powershell/scripting/lang-spec/chapter-02#2352-string-literals
  const QUOTE = "['\u2018\u2019\u201a\u201b]";
  const ASSIGNMENT = `\\$env:(V\\d+) = ${QUOTE}((?:[^'\u2018\u2019\u201a\u201b]|${QUOTE}{2})*)${QUOTE};\n`;
  const variables = variablesOf(shellValues);
  const text = powershell.render(outputOf({ variables }));

  test("every value comes back, and nothing else is in the text", () => {
    const found = [...text.matchAll(new RegExp(ASSIGNMENT, "guy"))];
    const unquoted = (literal = "") =>
      literal.replace(new RegExp(`(${QUOTE})${QUOTE}`, "gu"), "$1");
    expect(found.map(([, name, literal]) => [name, unquoted(literal)])).toEqual(variables);
    expect(found.map(([all]) => all).join("")).toBe(text);
  });
});

describe("tree-sitter's grammar takes it for", () => {
  let parser: Parser;
  beforeAll(async () => {
    const require = createRequire(import.meta.url);
    await Parser.init();
    parser = new Parser();
    parser.setLanguage(
      await Language.load(require.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm")),
    );
  });

  const parse = (text: string): Node => {
    const root = parser.parse(text)?.rootNode;
    if (!root || root.hasError) throw new Error(`not PowerShell: ${text}`);
    return root;
  };
  const texts = (root: Node, type: string): readonly string[] =>
    root.descendantsOfType(type).map((node) => node.text);
  const kinds = (text: string): readonly string[] =>
    (parse(text).namedChild(0)?.namedChildren ?? [])
      .filter(({ type }) => type !== "empty_statement")
      .map(({ type, namedChildren: [first] }) =>
        type === "pipeline" ? (first?.type ?? "nothing") : type,
      );

  test("an assignment of one literal for each variable, and no expansion", () => {
    const variables = variablesOf(shellValues);
    const text = powershell.render(outputOf({ variables }));
    const root = parse(text);
    expect(kinds(text)).toEqual(variables.map(() => "assignment_expression"));
    expect(texts(root, "variable")).toEqual(variables.map(([name]) => `$env:${name}`));
    expect(texts(root, "string_literal")).toHaveLength(variables.length);
    expect(texts(root, "expandable_string_literal")).toEqual([]);
  });

  test("a command for what is unset, and a statement that stops", () => {
    expect(kinds(powershell.render(outputOf({ unset: ["A", "B"] })))).toEqual([
      "pipeline_chain",
      "pipeline_chain",
    ]);
    expect([kinds(powershell.stop(failed, true)), kinds(powershell.stop(failed, false))]).toEqual([
      ["flow_control_statement"],
      ["flow_control_statement"],
    ]);
  });
});
