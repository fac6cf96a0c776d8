import { expect, test } from "@jest/globals";
import { elvish } from "../../src/shells/elvish.ts";
import { failed, misused, outputOf } from "../fixtures/output.ts";

test.each([
  ["/tmp/berth-0/gitlab-1", "'/tmp/berth-0/gitlab-1'"],
  ["", "''"],
  ["two  blanks", "'two  blanks'"],
  ["it's", "'it''s'"],
  ["a\\", "'a\\'"],
  ["$E:HOME (id) ~", "'$E:HOME (id) ~'"],
  ["é😀", "'é😀'"],
])("%p is written as %s", (value, text) => {
  expect(elvish.render(outputOf({ variables: [["X", value]] }))).toBe(`set-env X ${text};\n`);
});

test("what is to be unset comes last", () => {
  const output = outputOf({ variables: [["A", "1"]], unset: ["DOCKER_AUTH_CONFIG"] });
  expect(elvish.render(output)).toBe("set-env A '1';\nunset-env DOCKER_AUTH_CONFIG;\n");
});

test.each([
  ["ends the script in a CI job", failed, true, "exit 1;\n"],
  ["ends it with the status of wrong use", misused, true, "exit 2;\n"],
  ["leaves a terminal open", failed, false, "fail 'berth has failed';\n"],
])("a failure %s", (_, error, inCiJob, statements) => {
  expect(elvish.stop(error, inCiJob)).toBe(statements);
});

test("tells how it is evaluated", () => {
  expect(elvish.evaluate("berth ci-env")).toBe("eval (berth ci-env | slurp)");
});
