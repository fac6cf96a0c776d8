import yargs from "yargs";
import { ciNames } from "./ci/index.ts";
import type { Arguments, Command } from "./commands/command.ts";
import { commands } from "./commands/index.ts";
import { BerthError } from "./errors.ts";
import type { Option } from "./options.ts";
import { printable } from "./printable.ts";
import type { Env } from "./variables.ts";
import { version } from "./version.ts";

export type CommandLine =
  | { readonly text: string }
  | { readonly command: Command; readonly args: Arguments };

const usage = (message: string): BerthError =>
  new BerthError("BERTH_USAGE", printable(message.replace(/\s+/g, " ").trim()), "see berth --help");

const TRUE = ["1", "true", "yes", "on"];
const FALSE = ["0", "false", "no", "off"];

const flagFromEnv = (name: string, text: string): boolean => {
  const value = text.toLowerCase();
  if (TRUE.includes(value)) return true;
  if (FALSE.includes(value)) return false;
  throw usage(`${name}: "${text}" is neither true nor false`);
};

type Values = Record<string, unknown>;

const fillFromEnv = (values: Values, options: Command["options"], env: Env): void => {
  for (const [name, { env: variable, type }] of Object.entries(options)) {
    const text = variable && env[variable];
    if (!variable || text === undefined || text === "" || values[name] !== undefined) continue;
    values[name] = type === "boolean" ? flagFromEnv(variable, text) : text;
  }
};

const describeOption = (
  { type, describe, env, choices }: Option,
  byDefault: string | undefined,
) => ({
  type,
  ...(choices && { choices }),
  description: env ? `${describe} [$${env}]` : describe,
  ...(byDefault && { defaultDescription: byDefault }),
});

const argumentsOf = (values: Values): Arguments => {
  const system = values["system"];
  return {
    ...(typeof system === "string" && { system }),
    text: (option) => {
      const value = values[option];
      return typeof value === "string" ? value : undefined;
    },
    flag: (option) => {
      const value = values[option];
      return typeof value === "boolean" ? value : undefined;
    },
  };
};

const parser = (env: Env) => {
  let cli = yargs()
    .scriptName("berth")
    .usage("$0 <command>\n\nGives every CI job its own registry credentials.")
    .parserConfiguration({ "duplicate-arguments-array": false, "dot-notation": false })
    .locale("en")
    .version(version)
    .help()
    .strict()
    .demandCommand(1, "name a command")
    .exitProcess(false)
    .wrap(100);
  for (const command of commands) {
    cli = cli.command(`${command.name} [system]`, command.describe, (builder) => {
      const withOptions = builder
        .positional("system", {
          type: "string",
          choices: ciNames,
          describe: "The CI system; found out if not given",
        })
        .options(
          Object.fromEntries(
            Object.entries(command.options).map(([name, option]) => [
              name,
              describeOption(option, option.byDefault),
            ]),
          ),
        )
        .middleware((values) => fillFromEnv(values, command.options, env), true);
      for (const [line, means] of command.examples) withOptions.example(line, means);
      return withOptions;
    });
  }
  return cli;
};

/**
 * Understands the command line; an option that is not given takes the value of its variable.
 * Out: a command with its arguments, or the text of the help or version that was asked for.
 * Throws BERTH_USAGE.
 */
export const parseCommandLine = async (argv: readonly string[], env: Env): Promise<CommandLine> => {
  let failure: unknown;
  let text = "";
  const values = await parser(env).parseAsync([...argv], {}, (error, _values, output) => {
    failure = error;
    text = output;
  });
  if (failure instanceof BerthError) throw failure;
  if (failure) throw usage(failure instanceof Error ? failure.message : String(failure));
  const command = commands.find(({ name }) => name === values["_"][0]);
  return text === "" && command ? { command, args: argumentsOf(values) } : { text: `${text}\n` };
};
