import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { posix } from "../../src/shells/posix.ts";
import { eachPiece, hostileText } from "../fixtures/hostile-text.ts";
import { failed, misused, outputOf } from "../fixtures/output.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

const statement = (value: string): string => posix.render(outputOf({ variables: [["X", value]] }));

describe("a value is written", () => {
  test.each([
    ["/tmp/berth-0/gitlab-1", "/tmp/berth-0/gitlab-1"],
    ["registry.example.com:5050/a_b@c%d+e,f-g=h", "registry.example.com:5050/a_b@c%d+e,f-g=h"],
    ["-n", "-n"],
    ["", "''"],
    ["=cmd", "'=cmd'"],
    ["two words", "'two words'"],
    ["two  blanks", `"$(printf '%b' 'two\\0040\\0040blanks')"`],
    [" x", `"$(printf '%b' '\\0040x')"`],
    ["it's", `"$(printf '%b' 'it\\0047s')"`],
    ["$(id)", `"$(printf '%b' '\\0044\\0050id\\0051')"`],
    ["~", `"$(printf '%b' '\\0176')"`],
    ["é", `"$(printf '%b' '\\0303\\0251')"`],
  ])("%p as %s", (value, word) => {
    expect(statement(value)).toBe(`export X=${word};\n`);
  });
});

test("TRAPS 39, 40: statements alone, each on a line and ended by a semicolon; what is unset comes last", () => {
  const output = outputOf({
    variables: [
      ["DOCKER_CONFIG", "/tmp/a b"],
      ["BERTH_IMAGE", "r/x"],
    ],
    unset: ["DOCKER_AUTH_CONFIG"],
    registries: [{ registry: "r", user: "u", from: "CI_JOB_TOKEN" }],
    notices: [{ level: "info", text: "a note" }],
  });
  expect(posix.render(output)).toBe(
    "export DOCKER_CONFIG='/tmp/a b';\nexport BERTH_IMAGE=r/x;\nunset DOCKER_AUTH_CONFIG;\n",
  );
});

test.each([
  ["ends the script in a CI job", failed, true, "exit 1;\n"],
  ["ends it with the status of wrong use", misused, true, "exit 2;\n"],
  ["leaves a terminal open", failed, false, "(exit 1);\n"],
  ["leaves it open, with the status of wrong use", misused, false, "(exit 2);\n"],
])("a failure %s", (_, error, inCiJob, statements) => {
  expect(posix.stop(error, inCiJob)).toBe(statements);
});

test("tells how it is evaluated", () => {
  expect(posix.evaluate("berth ci-env gitlab")).toBe('eval "$(berth ci-env gitlab)"');
});

describe("TRAP 38: a real shell gets the value back, and nothing in it is executed", () => {
  // The text is split and its patterns are expanded before eval reads it: so there are files for patterns to find.
  const FILES = ["a", "x", "-n", "b c", "printf", "export", "X=a"];
  const SCRIPT = `set -eu
while IFS= read -r line; do
  eval "$(printf '%s\\n' "$line")"; printf '%s\\0' "$X"; unset X
  eval $(printf '%s\\n' "$line"); printf '%s\\0' "$X"; unset X
done < statements`;

  let folder: TemporaryFolder;
  let directory = "";
  beforeAll(async () => {
    folder = await makeTemporaryFolder("posix");
    directory = join(folder.path, "files");
    await mkdir(directory);
    await Promise.all(FILES.map((name) => writeFile(join(directory, name), "")));
  });
  afterAll(() => folder.remove());

  /** The values that sh has after `eval "$(…)"` and after `eval $(…)` of each one's statement, in one process. */
  const inShell = async (values: readonly string[]): Promise<readonly string[]> => {
    await writeFile(join(directory, "statements"), values.map(statement).join(""));
    const stdout = execFileSync("sh", ["-c", SCRIPT], { cwd: directory, encoding: "utf8" });
    return stdout.split("\0").slice(0, -1);
  };
  const twice = (values: readonly string[]) => values.flatMap((value) => [value, value]);

  test("every special character, alone, doubled and at either end", async () => {
    expect(await inShell(eachPiece)).toEqual(twice(eachPiece));
  });

  test("300 texts at random", async () => {
    const texts = fc.array(hostileText, { minLength: 300, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(texts, async (values) => {
        expect(await inShell(values)).toEqual(twice(values));
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });
});
