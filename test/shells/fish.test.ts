import { expect, test } from "@jest/globals";
import { fish } from "../../src/shells/fish.ts";
import { failed, misused, outputOf } from "../fixtures/output.ts";

test.each([
  ["/tmp/berth-0/gitlab-1", "'/tmp/berth-0/gitlab-1'"],
  ["", "''"],
  ["two  blanks", "'two  blanks'"],
  ["it's", "'it\\'s'"],
  ["a\\", "'a\\\\'"],
  ["\\'", "'\\\\\\''"],
  ["$HOME (id) *", "'$HOME (id) *'"],
  ["é😀", "'é😀'"],
])("%p is written as %s", (value, text) => {
  const output = outputOf({ variables: [["X", value]] });
  expect(fish.render(output)).toBe(`set -gx X ${text};\ntrue;\n`);
});

test("what is to be unset comes last, and a status of success in any case", () => {
  const output = outputOf({ variables: [["A", "1"]], unset: ["DOCKER_AUTH_CONFIG"] });
  expect(fish.render(output)).toBe("set -gx A '1';\nset -e DOCKER_AUTH_CONFIG;\ntrue;\n");
});

test.each([
  ["ends the script in a CI job", failed, true, "exit 1;\n"],
  ["ends it with the status of wrong use", misused, true, "exit 2;\n"],
  ["leaves a terminal open", failed, false, "sh -c 'exit 1';\n"],
  ["leaves it open, with the status of wrong use", misused, false, "sh -c 'exit 2';\n"],
])("a failure %s", (_, error, inCiJob, statements) => {
  expect(fish.stop(error, inCiJob)).toBe(statements);
});

test("tells how it is evaluated", () => {
  expect(fish.evaluate("berth ci-env")).toBe("berth ci-env | source; or exit");
});
