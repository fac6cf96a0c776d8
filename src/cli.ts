import type { Arguments, Command } from "./commands/command.ts";
import { commands } from "./commands/index.ts";
import { splitAtDashes } from "./dashes.ts";
import { BerthError } from "./errors.ts";
import type { Option } from "./options.ts";
import { shown } from "./printable.ts";
import { synopsis } from "./synopsis.ts";
import type { Env } from "./variables.ts";
import { version } from "./version.ts";
import { readWords, usage, type Values } from "./words.ts";

export type CommandLine =
  | { readonly text: string }
  | { readonly command: Command; readonly args: Arguments };

const argumentsOf = (
  words: Pick<Arguments, "word" | "names" | "rest">,
  { options }: Command,
  { values, given }: { readonly values: Values; readonly given: readonly string[] },
): Arguments => ({
  ...words,
  sourceOf: (name) => {
    const option: Option | undefined = options[name];
    return given.includes(name) || !option?.env ? `--${name}` : option.env;
  },
  text: (option) => {
    const value = values[option];
    return typeof value === "string" ? value : undefined;
  },
  texts: (option) => ((values[option] ?? []) as readonly unknown[]).map(String),
  flag: (option) => {
    const value = values[option];
    return typeof value === "boolean" ? value : undefined;
  },
});

const oneOf = (what: string, given: string | undefined, choices: readonly string[]): BerthError =>
  usage(
    `${given === undefined ? `no ${what} is given` : `unknown ${what}${shown(given)}`} (choices: ${choices.join(", ")})`,
  );

const tooMany = ({ name, word, rest }: Command, count: number): string =>
  rest
    ? `the command goes behind --, as in berth ${name} -- docker info; before it stands one ${word.title} at most`
    : `one ${word.title} at most, and ${count} words are given`;

// The help of another program's option would pass for success.
const lacksDashes = ({ word, rest }: Command, [, ...words]: readonly string[]): boolean => {
  const isWord = (text: string | undefined) => text !== undefined && !text.startsWith("-");
  const [first, second] = words;
  if (!rest?.needed || words.includes("--") || !isWord(first)) return false;
  return !word.choices.includes(first ?? "") || isWord(second);
};

const checkWords = (
  command: Command,
  positional: readonly string[],
  rest: readonly string[],
): Pick<Arguments, "word" | "names"> => {
  const { title, choices } = command.word;
  if (!command.rest && rest.length > 0) throw usage("nothing goes behind --");
  const [word, ...more] = positional;
  if (command.names) {
    const isNamed = word !== undefined && choices.includes(word);
    return { word: isNamed ? word : undefined, names: isNamed ? more : positional };
  }
  if (more.length > 0) throw usage(tooMany(command, positional.length));
  if (word !== undefined && !choices.includes(word)) throw oneOf(title, word, choices);
  if (command.rest?.needed && rest.length === 0)
    throw usage(`no command is given: berth ${synopsis(command)}`);
  return { word, names: [] };
};

// The help is laid out by yargs, which takes longer to load than all else that a command does.
const help = async (about: Command | readonly Command[]): Promise<CommandLine> => {
  const { helpOf } = await import("./help.ts");
  return { text: await helpOf(about) };
};

const commandOf = (word: string | undefined): Command | undefined =>
  commands.find(({ name }) => name === word);

const HELP = ["-h", "--help"];

const withoutCommand = (argv: readonly string[]): Promise<CommandLine> | CommandLine => {
  const { words } = splitAtDashes(argv);
  const [first = ""] = argv;
  const later = commandOf(words.find(commandOf) ?? argv.find(commandOf));
  if (later && HELP.includes(first)) return help(later);
  if (later && first.startsWith("-") && first !== "--version")
    throw usage(`${first.replace(/=.*$/s, "")} stands before ${later.name}: it goes behind`);
  if (words.some((word) => HELP.includes(word))) return help(commands);
  if (words.includes("--version")) return { text: `${version}\n` };
  const names = commands.map(({ name }) => name);
  throw oneOf("command", first.startsWith("-") || first === "" ? undefined : first, names);
};

/** Runs what finds fault with the words of a command. */
const withHelpOf = <T>({ name }: Command, understand: () => T): T => {
  try {
    return understand();
  } catch (error) {
    throw error instanceof BerthError ? usage(error.message, name) : error;
  }
};

/**
 * Understands the command line; an option that is not given takes the value of its variable.
 * Out: a command with its arguments, or the text of the help or version that was asked for.
 * Throws BERTH_USAGE.
 */
export const parseCommandLine = async (argv: readonly string[], env: Env): Promise<CommandLine> => {
  const command = commandOf(argv[0]);
  if (!command) return withoutCommand(argv);
  const { words, rest } = splitAtDashes(argv.slice(1));
  const said = withHelpOf(command, () => {
    if (lacksDashes(command, argv)) throw usage(tooMany(command, words.length));
    return readWords(words, command.options, env);
  });
  if ("asks" in said) return said.asks === "help" ? help(command) : { text: `${version}\n` };
  const given = withHelpOf(command, () => checkWords(command, said.positional, rest));
  return { command, args: argumentsOf({ ...given, rest }, command, said) };
};
