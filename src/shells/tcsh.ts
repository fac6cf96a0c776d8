import type { Shell } from "./shell.ts";

// tcsh(1), "Lexical structure": ! is history substitution in single quotes, too, and only \ keeps it from that.
const quote = (value: string): string =>
  `'${value.replaceAll("'", "'\\''").replaceAll("!", "\\!")}'`;

export const tcsh = {
  name: "tcsh",
  aliases: ["csh"],
  extension: "csh",
  evaluate: (command) => `eval "\`${command}\`"`,
  unsets: true,
  render: ({ variables, unset }) =>
    [
      ...variables.map(([name, value]) => `setenv ${name} ${quote(value)};\n`),
      ...unset.map((name) => `unsetenv ${name};\n`),
    ].join(""),
  stop: ({ exitStatus }, inCiJob) =>
    inCiJob ? `exit ${exitStatus};\n` : `sh -c 'exit ${exitStatus}';\n`,
} as const satisfies Shell;
