import type { Row } from "./rows.ts";

const HEAD = ["what", "measured", "beside", "ratio", "goal", "met"];

const cellsOf = ({ what, measured, beside, ratio, goal, met }: Row): readonly string[] => [
  ...[what, measured, beside, ratio, goal, met],
];

const lineOf = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;

/** A table of Markdown. */
export const markdownTable = (
  head: readonly string[],
  lines: readonly (readonly string[])[],
): string => [head, head.map(() => "---"), ...lines].map(lineOf).join("");

/** The rows as a table of Markdown. */
export const markdownRows = (rows: readonly Row[]): string =>
  markdownTable(HEAD, rows.map(cellsOf));

/** The rows for a terminal, in columns. */
export const textRows = (rows: readonly Row[]): string => {
  const lines = [HEAD, ...rows.map(cellsOf)].map((cells) =>
    cells.map((cell) => cell.replaceAll("`", "")),
  );
  const widths = HEAD.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  return lines
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
};
