import type { Shell } from "./shell.ts";

const print = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** For programs: `Output` with `variables` as an object; after a failure `{error: {code, message, hint}}`. */
export const json = {
  name: "json",
  aliases: [],
  evaluate: (command) => `${command} | jq`,
  unsets: true,
  render: (output) => print({ ...output, variables: Object.fromEntries(output.variables) }),
  stop: ({ code, message, hint }) => print({ error: { code, message, hint } }),
} as const satisfies Shell;
