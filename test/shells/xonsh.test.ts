import { expect, test } from "@jest/globals";
import { xonsh } from "../../src/shells/xonsh.ts";
import { failed, misused, outputOf } from "../fixtures/output.ts";

test.each([
  ["/tmp/berth-0/gitlab-1", "'/tmp/berth-0/gitlab-1'"],
  ["", "''"],
  ["two  blanks", "'two  blanks'"],
  ["it's", "'it\\'s'"],
  ["a\\", "'a\\\\'"],
  ["\\n", "'\\\\n'"],
  ["$HOME {x} @(1)", "'$HOME {x} @(1)'"],
  ["é😀", "'é😀'"],
])("%p is written as %s", (value, text) => {
  expect(xonsh.render(outputOf({ variables: [["X", value]] }))).toBe(`$X = ${text}\n`);
});

test("what is to be unset comes last, and need not be there", () => {
  const output = outputOf({ variables: [["A", "1"]], unset: ["DOCKER_AUTH_CONFIG"] });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how xonsh names its environment
  expect(xonsh.render(output)).toBe("$A = '1'\n${...}.pop('DOCKER_AUTH_CONFIG', None)\n");
});

test.each([
  ["ends the script in a CI job", failed, true, "raise SystemExit(1)\n"],
  ["ends it with the status of wrong use", misused, true, "raise SystemExit(2)\n"],
  ["leaves a terminal open", failed, false, "raise RuntimeError('berth has failed')\n"],
])("a failure %s", (_, error, inCiJob, statements) => {
  expect(xonsh.stop(error, inCiJob)).toBe(statements);
});

test("tells how it is evaluated", () => {
  expect(xonsh.evaluate("berth ci-env")).toBe("execx($(berth ci-env))");
});
