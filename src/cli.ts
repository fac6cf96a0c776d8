import yargs from "yargs";
import type { Arguments, Command } from "./commands/command.ts";
import { commands } from "./commands/index.ts";
import { splitAtDashes } from "./dashes.ts";
import { BerthError } from "./errors.ts";
import { FALSE, readFlag, TRUE } from "./flag-words.ts";
import type { Option } from "./options.ts";
import { printable, shown } from "./printable.ts";
import type { Env } from "./variables.ts";
import { version } from "./version.ts";

export type CommandLine =
  | { readonly text: string }
  | { readonly command: Command; readonly args: Arguments };

const usage = (message: string): BerthError =>
  new BerthError("BERTH_USAGE", printable(message.replace(/\s+/g, " ").trim()), "see berth --help");

const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

// yargs names options without their dashes.
const inOurWords = (message: string): string =>
  message
    .replace(
      /^Unknown arguments?: (.+)$/,
      (_, names: string) => `unknown option ${names.split(", ").map(dashed).join(", ")}`,
    )
    .replace(/^Not enough arguments following: (.+)$/, "--$1 needs a value");

const flagFromText = (source: string, text: string): boolean => {
  const flag = readFlag(text);
  if (flag !== undefined) return flag;
  throw usage(
    `${source}:${shown(text)} is neither true nor false (choices: ${[...TRUE, ...FALSE].join(", ")})`,
  );
};

type Values = Record<string, unknown>;

const checkChoice = (
  source: string,
  text: unknown,
  choices: readonly string[] | undefined,
): void => {
  if (typeof text !== "string" || !choices || choices.includes(text)) return;
  throw usage(`${source}:${shown(text)} is not one of them (choices: ${choices.join(", ")})`);
};

// yargs takes every word but "true" for false.
const plainFlag = (word: string, options: Command["options"]): string => {
  const type = options[/^--no-([a-z-]+)(?:=|$)/.exec(word)?.[1] ?? ""]?.type;
  if (type !== undefined && type !== "boolean") {
    throw usage(`unknown option ${word.replace(/=.*$/s, "")}`);
  }
  const [, name = "", text] = /^--([a-z-]+)=(.*)$/s.exec(word) ?? [];
  if (text === undefined || options[name]?.type !== "boolean") return word;
  return flagFromText(`--${name}`, text) ? `--${name}` : `--no-${name}`;
};

const valueFromText = (type: Option["type"], source: string, text: string): unknown => {
  if (type === "boolean") return flagFromText(source, text);
  if (type === "string") return text;
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
};

const checkAndFill = (values: Values, options: Command["options"], env: Env): void => {
  for (const [name, { env: variable, type, choices, mayBeBare }] of Object.entries(options)) {
    // The last one counts where there are several.
    if (type !== "strings") values[name] = [values[name]].flat().at(-1);
    if ([values[name]].flat().includes("") && !mayBeBare) throw usage(`--${name} needs a value`);
    checkChoice(`--${name}`, values[name], choices);
    const text = variable && env[variable];
    if (!variable || text === undefined || values[name] !== undefined) continue;
    checkChoice(variable, text, choices);
    values[name] = valueFromText(type, variable, text);
  }
};

const describeOption = ({ type, describe, env, choices, byDefault, alias, mayBeBare }: Option) => ({
  type: type === "strings" ? ("string" as const) : type,
  ...(type === "strings" && { array: true }),
  requiresArg: type !== "boolean" && !mayBeBare,
  description: [
    describe,
    ...(choices ? [`[choices: ${choices.join(", ")}]`] : []),
    ...(env ? [`[$${env}]`] : []),
  ].join(" "),
  ...(byDefault && { defaultDescription: byDefault }),
  ...(alias && { alias }),
});

const argumentsOf = (
  word: string | undefined,
  rest: readonly string[],
  values: Values,
): Arguments => ({
  word,
  rest,
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

const newParser = () =>
  yargs()
    .scriptName("berth")
    .parserConfiguration({
      "greedy-arrays": false,
      "dot-notation": false,
      "camel-case-expansion": false,
    })
    .locale("en")
    .alias("help", "h")
    .version(version)
    .exitProcess(false)
    .wrap(100);

const restOf = ({ name, needed }: NonNullable<Command["rest"]>): string =>
  needed ? `-- ${name}` : `[-- ${name}]`;

const synopsis = ({ name, word, rest }: Command): string =>
  [name, `[${word.name}]`, ...(rest ? [restOf(rest)] : [])].join(" ");

// yargs lays out the help of a command that it runs itself, at twice the cost of all else: so its commands are only for `berth --help`.
const overview = () =>
  commands
    .reduce(
      (cli, command) => cli.command(synopsis(command), command.describe),
      newParser().usage("$0 <command>\n\nGives every CI job its own registry credentials."),
    )
    .epilogue("berth <command> --help tells more.");

const parserOf = (command: Command, env: Env) =>
  command.examples.reduce(
    (cli, [line, means]) => cli.example(line, means),
    newParser()
      .usage(
        `$0 ${synopsis(command)}\n\n${command.describe}.\n${command.word.name}: ${command.word.choices.join(", ")}; ${command.word.byDefault}.`,
      )
      .options(
        Object.fromEntries(
          Object.entries(command.options).map(([name, option]) => [name, describeOption(option)]),
        ),
      )
      .middleware((values) => checkAndFill(values, command.options, env), true)
      .epilogue(command.epilogue ?? "")
      .strictOptions(),
  );

type Parser = ReturnType<typeof newParser>;

const parse = async (cli: Parser, words: readonly string[]) => {
  let failure: unknown;
  let text = "";
  const values: Values = await cli.parseAsync([...words], {}, (error, _values, output) => {
    failure = error;
    text = output;
  });
  if (failure instanceof BerthError) throw failure;
  if (failure)
    throw usage(inOurWords(failure instanceof Error ? failure.message : String(failure)));
  const positional = (values["_"] as readonly unknown[]).map(String);
  return { values, positional, text };
};

const oneOf = (what: string, given: string | undefined, choices: readonly string[]): BerthError =>
  usage(
    `${given === undefined ? `no ${what} is given` : `unknown ${what}${shown(given)}`} (choices: ${choices.join(", ")})`,
  );

const tooMany = ({ word, rest }: Command, count: number): string =>
  rest
    ? `one ${word.title} at most stands before the command, and the command goes behind --`
    : `one ${word.title} at most, and ${count} words are given`;

// The help of another program's option would pass for success.
const lacksDashes = ({ word, rest }: Command, [, ...words]: readonly string[]): boolean => {
  const isWord = (text: string | undefined) => text !== undefined && !text.startsWith("-");
  const [first, second] = words;
  if (!rest?.needed || words.includes("--") || !isWord(first)) return false;
  return !word.choices.includes(first ?? "") || isWord(second);
};

/**
 * Understands the command line; an option that is not given takes the value of its variable.
 * Out: a command with its arguments, or the text of the help or version that was asked for.
 * Throws BERTH_USAGE.
 */
export const parseCommandLine = async (argv: readonly string[], env: Env): Promise<CommandLine> => {
  const command = commands.find(({ name }) => name === argv[0]);
  if (!command) {
    const names = commands.map(({ name }) => name);
    const first = argv[0] ?? "";
    const isCommand = (word: string) => names.includes(word);
    const later = splitAtDashes(argv).words.find(isCommand) ?? argv.find(isCommand);
    if (later && ["-h", "--help"].includes(first)) return parseCommandLine([later, first], env);
    if (later && first.startsWith("-") && first !== "--version")
      throw usage(`${first.replace(/=.*$/s, "")} stands before ${later}: it goes behind`);
    const { text, positional } = await parse(overview(), argv);
    if (text !== "") return { text: `${text}\n` };
    throw oneOf("command", positional[0], names);
  }
  const { words, rest } = splitAtDashes(argv.slice(1));
  if (lacksDashes(command, argv)) throw usage(tooMany(command, words.length));
  const { values, positional, text } = await parse(
    parserOf(command, env),
    words.map((word) => plainFlag(word, command.options)),
  );
  if (text !== "") return { text: `${text}\n` };
  const { title, choices } = command.word;
  const [word, ...more] = positional;
  if (more.length > 0) throw usage(tooMany(command, positional.length));
  if (word !== undefined && !choices.includes(word)) throw oneOf(title, word, choices);
  if (command.rest?.needed && rest.length === 0)
    throw usage(`no command is given: berth ${synopsis(command)}`);
  if (!command.rest && rest.length > 0) throw usage("nothing goes behind --");
  return { command, args: argumentsOf(word, rest, values) };
};
