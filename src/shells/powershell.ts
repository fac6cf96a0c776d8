import type { Shell } from "./shell.ts";

// The language's grammar takes five characters for a single quote; each is doubled in a string.
// https://learn.microsoft.com/en-us/powershell/scripting/lang-spec/chapter-02#2354-string-literals
const quote = (value: string): string =>
  `'${value.replace(/['\u2018\u2019\u201A\u201B]/g, "$&$&")}'`;

export const powershell = {
  name: "powershell",
  aliases: ["pwsh"],
  extension: "ps1",
  evaluate: (command) => `${command} | Out-String | Invoke-Expression`,
  unsets: true,
  render: ({ variables, unset }) =>
    [
      ...variables.map(([name, value]) => `$env:${name} = ${quote(value)};\n`),
      ...unset.map(
        (name) => `Remove-Item -LiteralPath 'Env:${name}' -ErrorAction SilentlyContinue;\n`,
      ),
    ].join(""),
  stop: ({ exitStatus }, inCiJob) =>
    inCiJob ? `exit ${exitStatus};\n` : "throw 'berth has failed';\n",
} as const satisfies Shell;
