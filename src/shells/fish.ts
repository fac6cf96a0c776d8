import type { Shell } from "./shell.ts";

// https://fishshell.com/docs/current/language.html#quotes: in single quotes only \\ and \' are escapes.
const quote = (value: string): string => `'${value.replace(/[\\']/g, "\\$&")}'`;

export const fish = {
  name: "fish",
  aliases: [],
  extension: "fish",
  evaluate: (command) => `${command} | source; or exit`,
  typed: (command) => `${command} | source`,
  unsets: true,
  render: ({ variables, unset }) =>
    [
      ...variables.map(([name, value]) => `set -gx ${name} ${quote(value)};\n`),
      ...unset.map((name) => `set -e ${name};\n`),
      // To erase what is not set is a failure, and `or exit` would take it for berth's.
      "true;\n",
    ].join(""),
  // In `| source` exit ends no more than that, and leaves the status to `or exit`.
  stop: ({ exitStatus }, inCiJob) =>
    inCiJob ? `exit ${exitStatus};\n` : `sh -c 'exit ${exitStatus}';\n`,
} as const satisfies Shell;
