import type { Shell } from "./shell.ts";

// https://elv.sh/ref/language.html#single-quoted-string: '' is a quote, all else stands for itself.
const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`;

export const elvish = {
  name: "elvish",
  aliases: [],
  extension: "elv",
  evaluate: (command) => `eval (${command} | slurp)`,
  unsets: true,
  render: ({ variables, unset }) =>
    [
      ...variables.map(([name, value]) => `set-env ${name} ${quote(value)};\n`),
      ...unset.map((name) => `unset-env ${name};\n`),
    ].join(""),
  stop: ({ exitStatus }, inCiJob) =>
    inCiJob ? `exit ${exitStatus};\n` : "fail 'berth has failed';\n",
} as const satisfies Shell;
