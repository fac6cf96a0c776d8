const LABEL_WIDTH = 11;

/** A line for people. It starts with a word of ours: no value can pass for a runner's `::command::` at its start (TRAP 38). */
export const line = (label: string, text: string, paint = (word: string) => word): string =>
  `  ${paint(label.padEnd(LABEL_WIDTH))}${text}`;

/** Rows as lines, with their columns below each other; how long a row's last cell is moves none. */
export const alignColumns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = rows.reduce<readonly number[]>((widest, row) => {
    const before = row.slice(0, -1).map((cell, at) => Math.max(widest[at] ?? 0, cell.length));
    return [...before, ...widest.slice(before.length)];
  }, []);
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
};
