/** A number of jobs that were started at once. */
export interface CrowdFigures {
  readonly jobs: number;
  /** Those that ended well and have a whole berth, in the worst round. */
  readonly complete: number;
  /** Seconds of a job, in user and kernel mode. */
  readonly cpu: number;
}

interface Beside {
  readonly name: string;
  readonly seconds: number;
  /** The start is to take no more than so many times as long. */
  readonly goal: number;
}

/** Medians of one berth: on a Node, or the executable. Times are in seconds, sizes in bytes. */
export interface ProgramFigures {
  readonly name: string;
  readonly start: number;
  /** What a job would otherwise run, or the least that a Node takes. */
  readonly beside?: Beside & { readonly peak: number };
  readonly peak: number;
  /** The peak of `node -e 0`. */
  readonly nodePeak: number;
  readonly more?: {
    readonly loads: Readonly<Record<"large" | "auths" | "registries", number>>;
    readonly disk: Readonly<Record<"usual" | "large", number>>;
    readonly crowds: Readonly<Record<"small" | "large", CrowdFigures>>;
  };
}

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly beside: string;
  readonly ratio: string;
  readonly goal: string;
  readonly met: "yes" | "no" | "";
}

const metIf = (met: boolean): "yes" | "no" => (met ? "yes" : "no");

const ms = (seconds: number): string => `${(seconds * 1000).toFixed(1)} ms`;

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const kib = (bytes: number): string => `${Math.ceil(bytes / 1024)} KiB`;

const ratioRow = (what: string, seconds: number, beside: Beside): Row => {
  // The goal is met or not by the figure that the reader sees.
  const ratio = (seconds / beside.seconds).toFixed(2);
  return {
    ...{ what, measured: ms(seconds), beside: `${beside.name}: ${ms(beside.seconds)}` },
    ...{
      ratio: `${ratio} ×`,
      goal: `≤ ${beside.goal} ×`,
      met: metIf(Number(ratio) <= beside.goal),
    },
  };
};

const startRow = ({ name, start, beside }: ProgramFigures): Row => {
  const what = `${name}: \`ci-env\`, 3 registries`;
  if (beside) return ratioRow(what, start, beside);
  return { what, measured: ms(start), beside: "", ratio: "", goal: "", met: "" };
};

const PEAK_GOAL = 15;

const peakRow = ({ name, peak, nodePeak, beside }: ProgramFigures): Row => {
  const more = ((peak - nodePeak) / 2 ** 20).toFixed(1);
  const others = new Map([["`node -e 0`", nodePeak]]);
  if (beside) others.set(beside.name, beside.peak);
  return {
    ...{ what: `${name}: peak memory`, measured: mib(peak) },
    beside: [...others].map(([other, bytes]) => `${other}: ${mib(bytes)}`).join("; "),
    ...{ ratio: `${Number(more) < 0 ? "" : "+"}${more} MiB`, goal: `≤ +${PEAK_GOAL} MiB` },
    met: metIf(Number(more) <= PEAK_GOAL),
  };
};

const LOADS = {
  auths: { what: "1,000 `auths` in the base", goal: 1.5 },
  registries: { what: "50 registries", goal: 1.5 },
  large: { what: "200 MB of plugins and 1,000 builds in `~/.docker`", goal: 1.1 },
} as const;

const DISK_GOAL = 64 * 1024;
const CPU_GOAL = 1.25;

const crowdRow = (name: string, crowds: readonly CrowdFigures[]): Row => ({
  what: `${name}: ${crowds.map(({ jobs }) => jobs).join(" and ")} jobs started at once`,
  measured: `${crowds.map(({ complete }) => complete).join(" and ")} with a whole berth`,
  ...{ beside: "", ratio: "", goal: "none fails" },
  met: metIf(crowds.every(({ jobs, complete }) => jobs === complete)),
});

const moreRows = ({ name, start, more }: ProgramFigures): readonly Row[] => {
  if (!more) return [];
  const { loads, disk, crowds } = more;
  const usual = { name: "3 registries", seconds: start };
  return [
    ...Object.entries(LOADS).map(([load, { what, goal }]) =>
      ratioRow(`${name}: ${what}`, loads[load as keyof typeof LOADS], { ...usual, goal }),
    ),
    {
      ...{ what: `${name}: disk of a job`, measured: kib(disk.usual), beside: "", ratio: "" },
      ...{ goal: `≤ ${kib(DISK_GOAL)}`, met: metIf(disk.usual <= DISK_GOAL) },
    },
    {
      ...{ what: `${name}: disk of a job, ${LOADS.large.what}`, measured: kib(disk.large) },
      ...{ beside: `without: ${kib(disk.usual)}`, ratio: "", goal: "the same" },
      met: metIf(disk.large === disk.usual),
    },
    crowdRow(name, [crowds.small, crowds.large]),
    ratioRow(`${name}: CPU of each of ${crowds.large.jobs} jobs`, crowds.large.cpu, {
      ...{ name: `of ${crowds.small.jobs}`, seconds: crowds.small.cpu, goal: CPU_GOAL },
    }),
  ];
};

/** The lines of the table, in its order. */
export const rowsOf = (programs: readonly ProgramFigures[]): readonly Row[] => [
  ...programs.map(startRow),
  ...programs.map(peakRow),
  ...programs.flatMap(moreRows),
];
