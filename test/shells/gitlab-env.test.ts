import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { gitlabEnv } from "../../src/shells/gitlab-env.ts";
import type { Shell } from "../../src/shells/shell.ts";
import { complaint } from "../fixtures/complaint.ts";
import { failed, misused, outputOf } from "../fixtures/output.ts";
import { shellValues, variablesOf } from "../fixtures/shell-values.ts";

const shell: Shell = gitlabEnv;

test("each variable is a line, with its value as it is", () => {
  const output = outputOf({
    variables: [
      ["A", 'it\'s "$B" \\'],
      ["B", ""],
    ],
    unset: ["DOCKER_AUTH_CONFIG"],
  });
  expect(shell.render(output)).toBe('A=it\'s "$B" \\\nB=\n');
});

test("the runner exports every value", () => {
  // https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/shells/bash.go (SourceEnv); `read` takes blanks at the ends of a line away.
  const script =
    'while read -r line; do export "$line"; done; exec "$0" -p "JSON.stringify(process.env)"';
  const variables = variablesOf(shellValues.filter((value) => !/[ \t]$/.test(value)));
  const input = shell.render(outputOf({ variables }));
  const env = { PATH: process.env["PATH"] };
  const stdout = execFileSync("sh", ["-c", script, process.execPath], { input, env });
  const all: Readonly<Record<string, unknown>> = JSON.parse(`${stdout}`);
  expect(Object.fromEntries(variables.map(([name]) => [name, all[name]]))).toEqual(
    Object.fromEntries(variables),
  );
});

test.each(["a ", "a\t", " "])(
  "a value that ends in a blank, which the runner would take away, is refused: %j",
  async (value) => {
    const output = outputOf({ variables: [["A", value]] });
    expect(await complaint(() => shell.render(output))).toBe(
      "BERTH_BAD_VALUE: A: its value ends in a blank",
    );
  },
);

test("what is to be unset cannot be said, and a failure writes nothing", () => {
  expect([
    shell.unsets,
    shell.stop(failed, true),
    shell.stop(misused, true),
    shell.stop(failed, false),
  ]).toEqual([false, "", "", ""]);
});

test("tells how it is evaluated", () => {
  expect(shell.evaluate("berth ci-env")).toBe('berth ci-env >> "$GITLAB_ENV"');
});
