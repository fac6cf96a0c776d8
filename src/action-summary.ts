import type { Output } from "./output.ts";
import { printable } from "./printable.ts";

const cell = (text: string): string =>
  `<code>${printable(text).replace(/[!-/:-@[-`{-~]/g, (found) => `&#${found.charCodeAt(0)};`)}</code>`;

/** The table of a run for the page of its workflow, as Markdown in which no value is more than text. */
export const summaryOf = ({ registries }: Output): string => {
  const ends = registries.some(({ until }) => until !== undefined);
  const head = ["registry", "user", "from", ...(ends ? ["until"] : [])];
  const rows = registries.map(({ registry, user, from, until }) => [
    ...[registry, user, from].map(cell),
    ...(ends ? [until ? cell(until.toISOString()) : ""] : []),
  ]);
  const table = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  return ["### Registry credentials of this job", "", ...table, "", ""].join("\n");
};
