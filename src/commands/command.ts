import { type CiName, ciNames } from "../ci/index.ts";
import type { Machine } from "../machine.ts";
import type { Option } from "../options.ts";
import type { Style } from "../style.ts";

/** What the command line says, checked against the command's options; what is not said is not there. */
export interface Arguments {
  /** The word that says of what, one of the command's choices. */
  readonly word?: string | undefined;
  /** The other words, of a command that takes some. */
  readonly names: readonly string[];
  /** What stands behind `--`. */
  readonly rest: readonly string[];
  text(option: string): string | undefined;
  /** Of an option that may be repeated; empty if it is not given. */
  texts(option: string): readonly string[];
  flag(option: string): boolean | undefined;
  /** Where its value is from: `--registry`, or the variable BERTH_REGISTRIES. */
  sourceOf(option: string): string;
}

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit status; 0 if not there. */
  readonly status?: number;
}

interface Word {
  readonly name: string;
  readonly title: string;
  readonly choices: readonly string[];
  /** What applies without it. */
  readonly byDefault: string;
}

export interface Command {
  readonly name: string;
  readonly describe: string;
  /** The word that may follow the command's name. */
  readonly word: Word;
  /** What other words stand for, if the command takes any number of them. */
  readonly names?: string;
  /** What `--` is followed by, if the command takes that. */
  readonly rest?: { readonly name: string; readonly needed: boolean };
  readonly options: Readonly<Record<string, Option>>;
  /** Whether a shell evaluates its stdout, so that a failure must stop that shell. */
  readonly evaluated: boolean;
  /** Command lines to show, with what they do. */
  readonly examples: readonly (readonly [command: string, means: string])[];
  /** What stands below its options in the help. */
  readonly epilogue?: string;
  run(args: Arguments, machine: Machine, style: Style): Promise<Result>;
}

/** The word of most commands. */
export const systemWord: Word = {
  name: "system",
  title: "CI system",
  choices: ciNames,
  byDefault: "found out if not given",
};

export const systemOf = ({ word }: Arguments): CiName | undefined =>
  ciNames.find((name) => name === word);
