type Pair = readonly [name: string, value: string];

const read = (
  lines: readonly string[],
  at: number,
): { readonly pair: Pair; readonly end: number } => {
  const line = lines[at] ?? "";
  const [, name, sign, rest = ""] = /^(.*?)(=|<<)(.*)$/s.exec(line) ?? [];
  if (!name || (sign === "<<" && rest === "")) throw new Error(`Invalid format '${line}'`);
  if (sign === "=") return { pair: [name, rest], end: at };
  const end = lines.indexOf(rest, at + 1);
  if (end < 0) throw new Error(`Matching delimiter not found '${rest}'`);
  return { pair: [name, lines.slice(at + 1, end).join("\n")], end };
};

/**
 * What a runner of GitHub Actions on Linux reads in a file of GITHUB_OUTPUT or GITHUB_STATE, in its order: `NAME=value`, or
 * `NAME<<END`, lines, `END`. Throws where the runner fails the step.
 */
// https://github.com/actions/runner/blob/main/src/Runner.Worker/FileCommandManager.cs
export const pairsIn = (text: string): readonly Pair[] => {
  const lines = text.split("\n");
  const pairs: Pair[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    if (lines[at] === "") continue;
    const { pair, end } = read(lines, at);
    pairs.push(pair);
    at = end;
  }
  return pairs;
};

/** The environment that the later steps get by a file of GITHUB_ENV. What the runner sets itself stays as it is. */
export const environmentIn = (text: string): Readonly<Record<string, string>> => {
  const pairs = pairsIn(text);
  if (pairs.some(([name]) => name.toUpperCase() === "NODE_OPTIONS")) {
    throw new Error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  }
  return Object.fromEntries(pairs.filter(([name]) => !/^(?:GITHUB|RUNNER)_/.test(name)));
};
