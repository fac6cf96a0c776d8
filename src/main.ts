import { isCiJob } from "./ci/index.ts";
import { parseCommandLine } from "./cli.ts";
import { commands } from "./commands/index.ts";
import { splitAtDashes } from "./dashes.ts";
import { deliverStop } from "./deliver.ts";
import type { BerthError } from "./errors.ts";
import { readFlag } from "./flag-words.ts";
import type { Machine } from "./machine.ts";
import { reportError } from "./report.ts";
import { dotenv } from "./shells/dotenv.ts";
import { shellOf } from "./shells/index.ts";
import type { Shell } from "./shells/shell.ts";
import { type Style, styleFor } from "./style.ts";
import { understandable } from "./understandable.ts";
import { type Env, present } from "./variables.ts";

export interface Terminal {
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
}

export interface Exit {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

// A command line that cannot be understood may still say who evaluates the answer; the last word counts.
const given = (argv: readonly string[], ...names: readonly string[]): string | undefined =>
  argv
    .flatMap((word, index) => {
      if (names.includes(word)) return argv.slice(index + 1, index + 2);
      const name = names.find((candidate) => word.startsWith(`${candidate}=`));
      return name === undefined ? [] : [word.slice(name.length + 1)];
    })
    .at(-1);

const isSet = (argv: readonly string[], env: Env, name: string, variable: string): boolean =>
  argv.includes(name) || readFlag(given(argv, name) ?? env[variable] ?? "") === true;

const shellGiven = (argv: readonly string[], env: Env): Shell =>
  isSet(argv, env, "--as-env-file", "BERTH_AS_ENV_FILE")
    ? dotenv
    : shellOf(given(argv, "--shell") ?? env["BERTH_SHELL"]);

const stopStatement = (
  error: BerthError,
  argv: readonly string[],
  env: Env,
  machine: Machine,
  isScript: boolean,
): Promise<string> | string => {
  const command = commands.find(({ name }) => name === argv[0]);
  if (command?.evaluated === false) return "";
  const shell = shellGiven(argv, env);
  const delivery = {
    asFile:
      isSet(argv, env, "--as-file", "BERTH_AS_FILE") ||
      isSet(argv, env, "--as-env-file", "BERTH_AS_ENV_FILE"),
    path: given(argv, "-o", "--output-file-path") ?? env["BERTH_OUTPUT_FILE_PATH"],
  };
  const text = shell.stop(error, isCiJob(env, argv, isScript));
  return deliverStop(text, delivery, { extension: shell.extension, machine });
};

const toEvaluate = (argv: readonly string[], env: Env, style: Style): string => {
  const words = ["berth", ...argv.filter((word) => word !== "--dry-run")];
  if (!words.every((word) => /^[\w./:=@,-]+$/.test(word))) return "";
  const shell = shellGiven(argv, env);
  const line = (shell.typed ?? shell.evaluate)(words.join(" "));
  return `  ${style.faint("to use it")}  ${line}\n`;
};

/** Runs the program: what it prints, and its exit status (0 done, 1 failed, 2 wrong use). Never throws. */
export const main = async (
  line: readonly string[],
  machine: Machine,
  terminal: Terminal,
): Promise<Exit> => {
  const { words: argv } = splitAtDashes(line);
  const env = present(machine.env);
  const { stdoutIsTty, stderrIsTty } = terminal;
  const mayColour = env["NO_COLOR"] === undefined;
  const style = styleFor(stderrIsTty && mayColour, stderrIsTty, stdoutIsTty && mayColour);
  try {
    const understood = await parseCommandLine(line, env);
    if ("text" in understood) return { stdout: understood.text, stderr: "", status: 0 };
    const { command, args } = understood;
    const { stdout, stderr, status = 0 } = await command.run(args, machine, style);
    const isForEval = command.evaluated && terminal.stdoutIsTty && stdout !== "";
    return { stdout, stderr: stderr + (isForEval ? toEvaluate(argv, env, style) : ""), status };
  } catch (caught) {
    const error = understandable(caught);
    return {
      // On a terminal nothing evaluates it.
      stdout: terminal.stdoutIsTty
        ? ""
        : await stopStatement(error, argv, env, machine, !terminal.stderrIsTty),
      stderr: reportError(error, style),
      status: error.exitStatus,
    };
  }
};
