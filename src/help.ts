import yargs from "yargs";
import type { Command } from "./commands/command.ts";
import type { Option } from "./options.ts";
import { synopsis } from "./synopsis.ts";

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

const newHelp = () =>
  yargs([]).scriptName("berth").locale("en").alias("help", "h").exitProcess(false).wrap(100);

const overview = (commands: readonly Command[]) =>
  commands
    .reduce(
      (help, command) => help.command(synopsis(command), command.describe),
      newHelp().usage("$0 <command>\n\nGives every CI job its own registry credentials."),
    )
    .epilogue("berth <command> --help tells more.");

const ofCommand = (command: Command) =>
  command.examples.reduce(
    (help, [line, means]) => help.example(line, means),
    newHelp()
      .usage(
        `$0 ${synopsis(command)}\n\n${command.describe}.\n${command.word.name}: ${command.word.choices.join(", ")}; ${command.word.byDefault}.`,
      )
      .options(
        Object.fromEntries(
          Object.entries(command.options).map(([name, option]) => [name, describeOption(option)]),
        ),
      )
      .epilogue(command.epilogue ?? ""),
  );

/** The text of `berth --help`, or of one command's. */
export const helpOf = async (about: Command | readonly Command[]): Promise<string> =>
  `${await ("name" in about ? ofCommand(about) : overview(about)).getHelp()}\n`;
