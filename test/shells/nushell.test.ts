import { expect, test } from "@jest/globals";
import { nushell } from "../../src/shells/nushell.ts";
import type { Shell } from "../../src/shells/shell.ts";
import { failed, misused, outputOf } from "../fixtures/output.ts";

const shell: Shell = nushell;

test.each([
  ["/tmp/berth-0/gitlab-1", '"/tmp/berth-0/gitlab-1"'],
  ["", '""'],
  ["it's", '"it\'s"'],
  ['a"b', '"a\\"b"'],
  ["a\\\t", '"a\\\\\\t"'],
  ["$env.HOME (id)", '"$env.HOME (id)"'],
  ["é😀", '"é😀"'],
])("%p is written as %s", (value, text) => {
  expect(shell.render(outputOf({ variables: [["X", value]] }))).toBe(`{"X":${text}}\n`);
});

test("what is to be unset is null", () => {
  const output = outputOf({ variables: [["A", "1"]], unset: ["DOCKER_AUTH_CONFIG"] });
  expect(shell.render(output)).toBe('{"A":"1","DOCKER_AUTH_CONFIG":null}\n');
});

test.each([
  ["in a CI job", failed, true, "exit 1\n"],
  ["in a CI job, with the status of wrong use", misused, true, "exit 2\n"],
  ["in a terminal, which it leaves open", failed, false, "exit 1\n"],
])("a failure is text that is no JSON %s", (_, error, inCiJob, statements) => {
  expect(shell.stop(error, inCiJob)).toBe(statements);
  expect(() => JSON.parse(statements)).toThrow(SyntaxError);
});

test("tells how it is evaluated", () => {
  expect(shell.evaluate("berth ci-env")).toBe("berth ci-env | from json | load-env");
});
