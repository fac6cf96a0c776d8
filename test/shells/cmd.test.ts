import { expect, test } from "@jest/globals";
import { cmd } from "../../src/shells/cmd.ts";
import type { Shell } from "../../src/shells/shell.ts";
import { failed, misused, outputOf } from "../fixtures/output.ts";

const shell: Shell = cmd;

test.each([
  ["C:\\Temp\\berth-0\\gitlab-1", '"X=C:\\Temp\\berth-0\\gitlab-1"'],
  ["two  blanks ", '"X=two  blanks "'],
  ["it's", '"X=it\'s"'],
  ["100% %PATH%", '"X=100%% %%PATH%%"'],
  ["a & b | <c> ^ (d) !e!", '"X=a & b | <c> ^ (d) !e!"'],
  ['"', 'X=^"'],
  ['x"&echo pwned&"', 'X=x^"^&echo pwned^&^"'],
  ['"^%|<>()!', 'X=^"^^%%^|^<^>^(^)^!'],
])("%p is written as %s", (value, text) => {
  const output = outputOf({ variables: [["X", value]] });
  expect(shell.render(output)).toBe(`@set ${text}\r\n@exit /b 0\r\n`);
});

test("what is to be unset comes last, and success in any case: to unset what is not set is an error", () => {
  const output = outputOf({ variables: [["A", "1"]], unset: ["DOCKER_AUTH_CONFIG"] });
  expect(shell.render(output)).toBe('@set "A=1"\r\n@set "DOCKER_AUTH_CONFIG="\r\n@exit /b 0\r\n');
});

test.each([
  ["with its status", failed, true, "@exit /b 1\r\n"],
  ["with the status of wrong use", misused, true, "@exit /b 2\r\n"],
  ["and leaves a terminal open", failed, false, "@exit /b 1\r\n"],
])("a failure ends the called file %s", (_, error, inCiJob, statements) => {
  expect(shell.stop(error, inCiJob)).toBe(statements);
});

test("tells how it is evaluated", () => {
  expect(shell.evaluate("berth ci-env")).toBe(
    `for /f "delims=" %%f in ('berth ci-env --as-file') do call "%%f" & if errorlevel 1 exit /b 1`,
  );
});
