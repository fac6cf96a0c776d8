import { expect, test } from "@jest/globals";
import { tcsh } from "../../src/shells/tcsh.ts";
import { failed, misused, outputOf } from "../fixtures/output.ts";

test.each([
  ["/tmp/berth-0/gitlab-1", "'/tmp/berth-0/gitlab-1'"],
  ["", "''"],
  ["two  blanks", "'two  blanks'"],
  ["it's", "'it'\\''s'"],
  ["a!b", "'a\\!b'"],
  ["!", "'\\!'"],
  ["a\\", "'a\\'"],
  ["$HOME `id` {a,b}", "'$HOME `id` {a,b}'"],
  ["é😀", "'é😀'"],
])("%p is written as %s", (value, text) => {
  expect(tcsh.render(outputOf({ variables: [["X", value]] }))).toBe(`setenv X ${text};\n`);
});

test("what is to be unset comes last", () => {
  const output = outputOf({ variables: [["A", "1"]], unset: ["DOCKER_AUTH_CONFIG"] });
  expect(tcsh.render(output)).toBe("setenv A '1';\nunsetenv DOCKER_AUTH_CONFIG;\n");
});

test.each([
  ["ends the script in a CI job", failed, true, "exit 1;\n"],
  ["ends it with the status of wrong use", misused, true, "exit 2;\n"],
  ["leaves a terminal open", failed, false, "sh -c 'exit 1';\n"],
  ["leaves it open, with the status of wrong use", misused, false, "sh -c 'exit 2';\n"],
])("a failure %s", (_, error, inCiJob, statements) => {
  expect(tcsh.stop(error, inCiJob)).toBe(statements);
});

test("tells how it is evaluated", () => {
  expect(tcsh.evaluate("berth ci-env")).toBe('eval "`berth ci-env`"');
});
