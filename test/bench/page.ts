import type { MachineDescription } from "./machine.ts";
import type { Row } from "./rows.ts";
import { markdownRows, markdownTable } from "./table.ts";

/** What the page tells. */
export interface Page {
  /** As `2000-01-31`. */
  readonly date: string;
  readonly runs: number;
  readonly crowdRounds: number;
  readonly machine: MachineDescription;
  readonly rows: readonly Row[];
  /** What could not be measured, and why. */
  readonly leftOut: readonly string[];
}

const leftOutList = (leftOut: readonly string[]): string =>
  leftOut.length === 0 ? "" : `\nLeft out:\n\n${leftOut.map((it) => `- ${it}\n`).join("")}`;

/** The page of Markdown that `npm run bench` writes. */
export const pageOf = ({ date, runs, crowdRounds, machine, rows, leftOut }: Page): string =>
  `# What berth costs a job

\`npm run bench\` has measured this on ${date}, and written this page; no figure in it is by hand.

![Time of a job's registry access: docker login, berth and node -e 0 as bars](bench.svg)

${markdownRows(rows)}${leftOutList(leftOut)}
Where a goal is not met: with Node a third of the time above \`node -e 0\` is for reading and compiling berth, which Node 22 and later keep for
the next start, and a third for what is done for the first time in a process. A thousand logins are read, understood and written
twice, for Docker and for podman and its relatives.

## The machine

${markdownTable(["", ""], Object.entries(machine))}
## How it is measured

- Whole processes, from start to end, by hyperfine; medians of ${runs} runs each (of jobs started at once: of ${crowdRounds}).
- Each round runs every command once and begins with another one, so that what else the machine does meets all alike.
- Each run is the first of its job: berth's folder is removed before, and docker's config is as the runner had it. The files of the
  programs are in the system's cache.
- The environment is a job's of GitLab CI, and PATH. \`3 registries\` are the job's own and two of \`BERTH_REGISTRIES\`, with a base config that
  has two more, a proxy, a context and a builder of buildx.
- \`docker login\` logs in to one registry on loopback, Docker's own (\`docker-registry\`) with token authentication and no TLS; it needs no
  Docker daemon.
- Peak memory is the resident set's, by GNU time; disk is what \`du\` counts in the job's directory.
`;
