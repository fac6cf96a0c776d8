import yargs from "yargs";
import { type CiName, ciNames } from "./ci/index.ts";
import type { Arguments, Command } from "./commands/command.ts";
import { commands } from "./commands/index.ts";
import { BerthError } from "./errors.ts";
import { FALSE, readFlag, TRUE } from "./flag-words.ts";
import type { Option } from "./options.ts";
import { printable } from "./printable.ts";
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

// What is no name of anything may be a token, in a wrong place: it is not shown.
const shown = (word: string): string => (/^[a-z][a-z0-9-]{0,19}$/.test(word) ? ` "${word}"` : "");

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
  const [, name = "", text] = /^--([a-z-]+)=(.*)$/s.exec(word) ?? [];
  if (text === undefined || options[name]?.type !== "boolean") return word;
  return flagFromText(`--${name}`, text) ? `--${name}` : `--no-${name}`;
};

const checkAndFill = (values: Values, options: Command["options"], env: Env): void => {
  for (const [name, { env: variable, type, choices, mayBeBare }] of Object.entries(options)) {
    if (values[name] === "" && !mayBeBare) throw usage(`--${name} needs a value`);
    checkChoice(`--${name}`, values[name], choices);
    const text = variable && env[variable];
    if (!variable || text === undefined || values[name] !== undefined) continue;
    checkChoice(variable, text, choices);
    values[name] = type === "boolean" ? flagFromText(variable, text) : text;
  }
};

const describeOption = ({ type, describe, env, choices, byDefault, alias, mayBeBare }: Option) => ({
  type,
  requiresArg: type === "string" && !mayBeBare,
  description: [
    describe,
    ...(choices ? [`[choices: ${choices.join(", ")}]`] : []),
    ...(env ? [`[$${env}]`] : []),
  ].join(" "),
  ...(byDefault && { defaultDescription: byDefault }),
  ...(alias && { alias }),
});

const argumentsOf = (system: CiName | undefined, values: Values): Arguments => ({
  system,
  text: (option) => {
    const value = values[option];
    return typeof value === "string" ? value : undefined;
  },
  flag: (option) => {
    const value = values[option];
    return typeof value === "boolean" ? value : undefined;
  },
});

const newParser = () =>
  yargs()
    .scriptName("berth")
    .parserConfiguration({
      "duplicate-arguments-array": false,
      "dot-notation": false,
      "camel-case-expansion": false,
    })
    .locale("en")
    .alias("help", "h")
    .version(version)
    .exitProcess(false)
    .wrap(100);

// yargs lays out the help of a command that it runs itself, at twice the cost of all else: so its commands are only for `berth --help`.
const overview = () =>
  commands
    .reduce(
      (cli, { name, describe }) => cli.command(`${name} [system]`, describe),
      newParser().usage("$0 <command>\n\nGives every CI job its own registry credentials."),
    )
    .epilogue("berth <command> --help tells more.");

const parserOf = (command: Command, env: Env) =>
  command.examples.reduce(
    (cli, [line, means]) => cli.example(line, means),
    newParser()
      .usage(
        `$0 ${command.name} [system]\n\n${command.describe}.\nsystem: ${ciNames.join(", ")}; found out if not given.`,
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

/**
 * Understands the command line; an option that is not given takes the value of its variable.
 * Out: a command with its arguments, or the text of the help or version that was asked for.
 * Throws BERTH_USAGE.
 */
export const parseCommandLine = async (argv: readonly string[], env: Env): Promise<CommandLine> => {
  const command = commands.find(({ name }) => name === argv[0]);
  if (!command) {
    const { text, positional } = await parse(overview(), argv);
    if (text !== "") return { text: `${text}\n` };
    const names = commands.map(({ name }) => name);
    const [first = "", later] = [argv[0], names.find((name) => argv.includes(name))];
    if (later && first.startsWith("-"))
      throw usage(`${first.replace(/=.*$/s, "")} stands before ${later}: it goes behind`);
    throw oneOf("command", positional[0], names);
  }
  const { values, positional, text } = await parse(
    parserOf(command, env),
    argv.slice(1).map((word) => plainFlag(word, command.options)),
  );
  if (text !== "") return { text: `${text}\n` };
  const [system, ...more] = positional;
  if (more.length > 0)
    throw usage(`one CI system at most, and ${positional.length} words are given`);
  const known = ciNames.find((name) => name === system);
  if (system !== undefined && !known) throw oneOf("CI system", system, ciNames);
  return { command, args: argumentsOf(known, values) };
};
