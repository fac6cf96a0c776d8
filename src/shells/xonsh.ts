import type { Shell } from "./shell.ts";

// A Python string: https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences
const quote = (value: string): string => `'${value.replace(/[\\']/g, "\\$&")}'`;

export const xonsh = {
  name: "xonsh",
  aliases: [],
  extension: "xsh",
  evaluate: (command) => `execx($(${command}))`,
  unsets: true,
  render: ({ variables, unset }) =>
    [
      ...variables.map(([name, value]) => `$${name} = ${quote(value)}\n`),
      ...unset.map((name) => `\${...}.pop('${name}', None)\n`),
    ].join(""),
  stop: ({ exitStatus }, inCiJob) =>
    inCiJob ? `raise SystemExit(${exitStatus})\n` : "raise RuntimeError('berth has failed')\n",
} as const satisfies Shell;
