import { expect, test } from "@jest/globals";
import { githubEnv } from "../../src/shells/github-env.ts";
import type { Shell } from "../../src/shells/shell.ts";
import { complaint } from "../fixtures/complaint.ts";
import { failed, misused, outputOf } from "../fixtures/output.ts";
import { shellValues, variablesOf } from "../fixtures/shell-values.ts";

const shell: Shell = githubEnv;

/** As the runner reads it: https://github.com/actions/runner/blob/main/src/Runner.Worker/FileCommandManager.cs */
const read = (
  text: string,
): { readonly delimiters: readonly string[]; readonly pairs: readonly unknown[] } => {
  const lines = text.split("\n");
  const delimiters: string[] = [];
  const pairs: unknown[] = [];
  for (let line = lines.shift(); line; line = lines.shift()) {
    const heredoc = line.indexOf("<<");
    const equals = line.indexOf("=");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.push([line.slice(0, equals), line.slice(equals + 1)]);
      continue;
    }
    if (heredoc < 0) throw new Error(`neither form: ${line}`);
    const delimiter = line.slice(heredoc + 2);
    const end = lines.indexOf(delimiter);
    if (end < 0) throw new Error(`no end of ${line}`);
    pairs.push([
      line.slice(0, heredoc),
      lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join("\n"),
    ]);
    delimiters.push(delimiter);
  }
  return { delimiters, pairs };
};

test("each variable is a heredoc; an empty one is not, at which act and its kin fail", () => {
  const output = outputOf({
    variables: [
      ["A", "it's"],
      ["B", ""],
    ],
    unset: ["DOCKER_AUTH_CONFIG"],
  });
  const masked = shell
    .render(output)
    .replace(/ghadelimiter_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<delimiter>");
  expect(masked).toBe("A<<<delimiter>\nit's\n<delimiter>\nB=\n");
});

test("TRAP 42: nobody knows the delimiter before, so a value cannot have it", () => {
  const output = outputOf({ variables: [["A", "1"]] });
  const [first, second] = [shell.render(output), shell.render(output)].map(read);
  expect(first?.delimiters).not.toEqual(second?.delimiters);
});

test("the runner reads every value back, after what another step has put there", () => {
  const variables = variablesOf([...shellValues, "A<<ghadelimiter_x", "ghadelimiter_"]);
  const before = "A<<EOF\nB=1\nEOF\n";
  expect(read(before + shell.render(outputOf({ variables }))).pairs).toEqual([
    ["A", "B=1"],
    ...variables,
  ]);
});

const EXPRESSION = "{{ github.token }}";

test("a value that act and its kin would evaluate is refused", async () => {
  const output = outputOf({ variables: [["BERTH_IMAGE", `r.example/$${EXPRESSION}`]] });
  expect(await complaint(() => shell.render(output))).toBe(
    `BERTH_BAD_VALUE: BERTH_IMAGE: its value has $${"{{"} in it`,
  );
});

test("what is to be unset cannot be said, and a failure writes nothing", () => {
  expect([
    shell.unsets,
    shell.stop(failed, true),
    shell.stop(misused, true),
    shell.stop(failed, false),
  ]).toEqual([false, "", "", ""]);
});

test("tells how it is evaluated", () => {
  expect(shell.evaluate("berth ci-env")).toBe('berth ci-env >> "$GITHUB_ENV"');
});
