import type { Shell } from "./shell.ts";

const percents = (text: string): string => text.replaceAll("%", "%%");

// In quotes all but % is literal. A quote in the value would end them and let & run a command: then a caret before each special character.
const assignment = (name: string, value: string): string =>
  value.includes('"')
    ? `${name}=${percents(value.replace(/[\^&|<>()"!]/g, "^$&"))}`
    : `"${name}=${percents(value)}"`;

/**
 * Statements of a batch file, to be called: text that `for /f` takes in has other rules. Text beyond ASCII needs the code page
 * 65001 (`chcp 65001`), and delayed expansion must be off, as it is by default.
 */
export const cmd = {
  name: "cmd",
  aliases: ["cmdexe"],
  extension: "cmd",
  // Not `|| exit /b`: without a number a batch file can end with 0 after that.
  evaluate: (command) =>
    `for /f "delims=" %%f in ('${command} --as-file') do call "%%f" & if errorlevel 1 exit /b 1`,
  typed: (command) => `for /f "delims=" %f in ('${command} --as-file') do @call "%f"`,
  unsets: true,
  render: ({ variables, unset }) =>
    [
      ...variables.map(([name, value]) => `@set ${assignment(name, value)}\r\n`),
      ...unset.map((name) => `@set "${name}="\r\n`),
      // To unset what is not set is an error, and `|| exit /b` would take it for berth's.
      "@exit /b 0\r\n",
    ].join(""),
  stop: ({ exitStatus }) => `@exit /b ${exitStatus}\r\n`,
} as const satisfies Shell;
