import type { Command } from "./commands/command.ts";

const restOf = ({ name, needed }: NonNullable<Command["rest"]>): string =>
  needed ? `-- ${name}` : `[-- ${name}]`;

/** How the command is called, as help and errors show it. */
export const synopsis = ({ name, word, names, rest }: Command): string =>
  [name, `[${word.name}]`, ...(names ? [`[${names}]`] : []), ...(rest ? [restOf(rest)] : [])].join(
    " ",
  );
