import { BerthError } from "../errors.ts";
import type { Shell } from "./shell.ts";

const BARE = /^[A-Za-z0-9_./:@%+=,-]*$/;

// A dotenv file has no escapes that all its readers know: a value stands between quotes that are not in it.
const quote = (name: string, value: string): string => {
  if (BARE.test(value)) return value;
  const mark = ["'", "`", ...(value.includes("\\") ? [] : ['"'])].find(
    (candidate) => !value.includes(candidate),
  );
  if (mark) return `${mark}${value}${mark}`;
  throw new BerthError(
    "BERTH_BAD_VALUE",
    `${name}: its value has every kind of quote in it`,
    "a dotenv file cannot hold it: use --shell posix or json",
  );
};

/** `NAME=value` lines, for programs that read dotenv files; nothing after a failure. */
export const dotenv = {
  name: "dotenv",
  aliases: [],
  extension: "env",
  evaluate: (command) => `${command} > berth.env`,
  unsets: false,
  render: ({ variables }) =>
    variables.map(([name, value]) => `${name}=${quote(name, value)}\n`).join(""),
  stop: () => "",
} as const satisfies Shell;
