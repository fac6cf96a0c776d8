import type { Shell } from "./shell.ts";

const BARE = /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+=,-]*$/;
const WORDS = /^[A-Za-z0-9_./:@%+=,-]+(?: [A-Za-z0-9_./:@%+=,-]+)*$/;

const octal = (value: string): string =>
  [...Buffer.from(value, "utf8")]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return WORDS.test(character) ? character : `\\0${byte.toString(8).padStart(3, "0")}`;
    })
    .join("");

/**
 * One word that gives `value` back in `eval "$(…)"` and in `eval $(…)`, where the shell splits the text at blanks and
 * expands patterns before eval reads it: so there is no blank, quote or pattern character in it but single spaces.
 * Measured in sh, dash, bash, zsh, ksh93, mksh, yash and busybox.
 */
const quote = (value: string): string => {
  if (BARE.test(value)) return value;
  return value === "" || WORDS.test(value) ? `'${value}'` : `"$(printf '%b' '${octal(value)}')"`;
};

// No comments, and a ; after each statement: `eval $(…)` joins the lines with spaces.
export const posix = {
  name: "posix",
  aliases: ["sh", "bash", "zsh", "dash", "ash", "ksh"],
  extension: "sh",
  evaluate: (command) => `eval "$(${command})"`,
  unsets: true,
  readFile: (path) => `. ${quote(path)};\n`,
  render: ({ variables, unset }) =>
    [
      ...variables.map(([name, value]) => `export ${name}=${quote(value)};\n`),
      ...unset.map((name) => `unset ${name};\n`),
    ].join(""),
  stop: ({ exitStatus }, inCiJob) =>
    inCiJob ? `exit ${exitStatus};\n` : `(exit ${exitStatus});\n`,
} as const satisfies Shell;
