import { BerthError } from "./errors.ts";
import { FALSE, readFlag, TRUE } from "./flag-words.ts";
import type { Option } from "./options.ts";
import { printable, shown } from "./printable.ts";
import type { Env } from "./variables.ts";

type Options = Readonly<Record<string, Option>>;
type Value = string | boolean | readonly string[];

/** What is given of each option, by its name. */
export type Values = Readonly<Record<string, Value | undefined>>;

/** What a command line says: that it asks for the help or the version, or else words and values. */
export type Said =
  | { readonly asks: "help" | "version" }
  | {
      readonly positional: readonly string[];
      readonly values: Values;
      /** The options that are given, which their variables do not count for. */
      readonly given: readonly string[];
    };

/** Of a command, its own help says more. */
export const usage = (message: string, command?: string): BerthError =>
  new BerthError(
    "BERTH_USAGE",
    printable(message.replace(/\s+/g, " ").trim()),
    command === undefined ? "see berth --help" : `see berth ${command} --help`,
  );

const flagFromText = (source: string, text: string): boolean => {
  const flag = readFlag(text);
  if (flag !== undefined) return flag;
  throw usage(
    `${source}:${shown(text)} is neither true nor false (choices: ${[...TRUE, ...FALSE].join(", ")})`,
  );
};

const checkChoice = (source: string, text: string, { choices }: Option): void => {
  if (choices?.includes(text) === false)
    throw usage(`${source}:${shown(text)} is not one of them (choices: ${choices.join(", ")})`);
};

interface Given {
  readonly name: string;
  /** As it was written, without its value. */
  readonly written: string;
  readonly value: string | undefined;
}

const optionOf = (name: string, options: Options): Option | undefined =>
  Object.hasOwn(options, name) ? options[name] : undefined;

const valueGiven = ({ name, written, value }: Given, options: Options) => {
  const option = optionOf(name, options);
  const positive = name.replace(/^no-/, "");
  if (option === undefined && optionOf(positive, options)?.type === "boolean") {
    if (value === undefined) return { name: positive, value: false };
    return { name: positive, value: !flagFromText(written, value) };
  }
  if (option === undefined) throw usage(`unknown option ${written}`);
  if (option.type === "boolean")
    return { name, value: value === undefined || flagFromText(written, value) };
  if (option.mayBeBare) return { name, value: value ?? "" };
  if (!value) throw usage(`--${name} needs a value`);
  checkChoice(`--${name}`, value, option);
  return { name, value };
};

/** What a variable lists, one a line. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

const valueOfVariable = (variable: string, text: string, option: Option): Value => {
  if (option.type === "boolean") return flagFromText(variable, text);
  checkChoice(variable, text, option);
  if (option.type === "string") return text;
  return linesOf(text);
};

const valuesOf = (given: readonly Given[], options: Options, env: Env): Values => {
  const values = given.map((one) => valueGiven(one, options));
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const own = values.flatMap((one) => (one.name === name ? [one.value] : []));
      const text = option.env && env[option.env];
      if (own.length === 0 && option.env && text !== undefined)
        return [name, valueOfVariable(option.env, text, option)];
      return [name, option.type === "strings" ? own.map(String) : own.at(-1)];
    }),
  );
};

const looksLikeOption = (word: string): boolean => /^-[^0-9]/.test(word);

const nameOf = (letter: string, options: Options): string =>
  Object.keys(options).find((name) => options[name]?.alias === letter) ?? letter;

const readOption = (word: string, options: Options): Given => {
  const [, long, inline] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (long !== undefined) return { name: long, written: `--${long}`, value: inline };
  const [, letter = "", rest] = /^-(.)(.*)$/s.exec(word) ?? [];
  return { name: nameOf(letter, options), written: `-${letter}`, value: rest || undefined };
};

const split = (words: readonly string[], options: Options) => {
  const given: Given[] = [];
  const positional: string[] = [];
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (!looksLikeOption(word)) {
      positional.push(word);
      continue;
    }
    const option = readOption(word, options);
    const takesNext =
      option.value === undefined &&
      (optionOf(option.name, options)?.type ?? "boolean") !== "boolean" &&
      !looksLikeOption(left[0] ?? "--");
    given.push(takesNext ? { ...option, value: left.shift() } : option);
  }
  return { given, positional };
};

/**
 * Understands the words that follow a command; an option that is not given takes the value of its variable.
 * Not by yargs, which takes longer to load than all the rest of a run, nor by Node's `parseArgs`, which takes a tenth of it.
 * Throws BERTH_USAGE.
 */
export const readWords = (words: readonly string[], options: Options, env: Env): Said => {
  const { given, positional } = split(words, options);
  const names = given.map(({ name }) => name);
  if (names.includes("help") || names.includes("h")) return { asks: "help" };
  if (names.includes("version")) return { asks: "version" };
  return { positional, values: valuesOf(given, options, env), given: names };
};
