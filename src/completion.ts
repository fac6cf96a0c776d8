import type { Command } from "./commands/command.ts";
import type { Option } from "./options.ts";

/** A word that may come next, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly means: string;
}

const plain = (words: readonly string[]): readonly Candidate[] =>
  words.map((word) => ({ word, means: "" }));

const optionsOf = ({ options }: Command): readonly Candidate[] => [
  ...Object.entries(options).map(([name, { describe }]) => ({
    word: `--${name}`,
    means: describe,
  })),
  { word: "--help", means: "Show help" },
];

const isOption = (word: string, name: string, { alias }: Option): boolean =>
  word === `--${name}` || (alias !== undefined && word === `-${alias}`);

const optionOf = ({ options }: Command, word: string | undefined): Option | undefined =>
  Object.entries(options).find(([name, option]) => isOption(word ?? "", name, option))?.[1];

// bash takes `=` for a word of its own, which parts what belongs together.
const joined = (words: readonly string[]): readonly string[] => {
  const line: string[] = [];
  for (const word of words) {
    const last = line.at(-1);
    if (last !== undefined && (word === "=" || last.endsWith("="))) line.splice(-1, 1, last + word);
    else line.push(word);
  }
  return line;
};

/**
 * What may stand in the place of the last of `words`, which are those behind `berth` on an unfinished command line.
 * Out: nothing where a file's name or another program's command line goes.
 */
export const candidates = (
  commands: readonly Command[],
  words: readonly string[],
): readonly Candidate[] => {
  const line = joined(words);
  const [name, ...before] = line.slice(0, -1);
  const last = line.at(-1) ?? "";
  if (name === undefined) {
    return commands.map((command) => ({ word: command.name, means: command.describe }));
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined || before.includes("--")) return [];
  const waiting = optionOf(command, before.at(-1));
  if (waiting !== undefined && waiting.type !== "boolean") return plain(waiting.choices ?? []);
  const [, option] = /^(--[a-z-]+)=/.exec(last) ?? [];
  if (option !== undefined) {
    const choices = optionOf(command, option)?.choices ?? [];
    return plain(choices.map((choice) => `${option}=${choice}`));
  }
  return last.startsWith("-") ? optionsOf(command) : plain(command.word.choices);
};
