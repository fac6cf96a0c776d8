import type { Shell } from "./shell.ts";

/**
 * nushell evaluates no text, but loads a record into its environment: JSON, where null unsets.
 * https://www.nushell.sh/commands/docs/load-env.html
 */
export const nushell = {
  name: "nushell",
  aliases: ["nu"],
  extension: "json",
  evaluate: (command) => `${command} | from json | load-env`,
  unsets: true,
  render: ({ variables, unset }) =>
    `${JSON.stringify(Object.fromEntries([...variables, ...unset.map((name) => [name, null])]))}\n`,
  // No JSON: `from json` fails, and with it the script.
  stop: ({ exitStatus }) => `exit ${exitStatus}\n`,
} as const satisfies Shell;
