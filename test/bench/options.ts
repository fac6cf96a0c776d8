import { parseArgs } from "node:util";

/** What the command line of `npm run bench` asks for. */
export interface BenchOptions {
  readonly runs: number;
  /** Further Nodes, beside the running one. */
  readonly nodes: readonly string[];
  readonly executable: string;
  /** The folder for bench.md and bench.svg. */
  readonly output: string;
}

/** Reads the command line; throws where it is wrong. */
export const readOptions = (args: readonly string[]): BenchOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: "string", default: "30" },
      node: { type: "string", multiple: true, default: [] },
      executable: { type: "string", default: `executables/berth-linux-${process.arch}` },
      output: { type: "string", default: "docs" },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs}: not a count`);
  return { runs, nodes: values.node, executable: values.executable, output: values.output };
};
