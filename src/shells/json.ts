import type { Shell } from "./shell.ts";

const escaped = (character: string): string =>
  [...Array(character.length).keys()]
    .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`)
    .join("");

// A log that shows this must not find a runner's command, nor a control character, in a value (TRAP 38).
export const print = (value: unknown): string =>
  JSON.stringify(value, null, 2)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (found) => (found === "\n" ? found : escaped(found)))
    .replace(/(?<=#)#/g, escaped)
    .concat("\n");

/** For programs: `Output` with `variables` as an object; after a failure `{error: {code, message, hint}}`. */
export const json = {
  name: "json",
  aliases: [],
  extension: "json",
  evaluate: (command) => `${command} | jq`,
  unsets: true,
  render: (output) => print({ ...output, variables: Object.fromEntries(output.variables) }),
  stop: ({ code, message, hint }) => print({ error: { code, message, hint } }),
} as const satisfies Shell;
