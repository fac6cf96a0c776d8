/** A command line before and behind the first `--`, which is for another program. */
export const splitAtDashes = (
  argv: readonly string[],
): { readonly words: readonly string[]; readonly rest: readonly string[] } => {
  const at = argv.indexOf("--");
  return at < 0
    ? { words: argv, rest: [] }
    : { words: argv.slice(0, at), rest: argv.slice(at + 1) };
};
