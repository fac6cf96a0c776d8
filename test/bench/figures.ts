import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type Command, inRounds, peakOnce, timeOnce } from "./measure.ts";
import { median } from "./median.ts";
import { authsOf, LOADS, type Load, type Place } from "./place.ts";
import type { CrowdFigures, ProgramFigures } from "./rows.ts";

/** One berth to measure: what starts it, and what to put beside it. */
export interface Program {
  readonly name: string;
  readonly words: readonly string[];
  readonly node: Command;
  readonly beside?: { readonly name: string; readonly command: Command; readonly goal: number };
  /** Also larger jobs, disk and crowds. */
  readonly full: boolean;
}

export const CROWD_ROUNDS = 5;
const CROWDS = { small: 20, large: 200 };
const crowdScript = fileURLToPath(new URL("./crowd.sh", import.meta.url));

const berthWords = (program: Program): readonly string[] => [...program.words, "ci-env", "gitlab"];

const commandOf = (program: Program, place: Place, load: Load): Command => ({
  ...{ name: `${program.name}: ${load}`, words: berthWords(program), env: place.env(load) },
});

const loadsOf = ({ full }: Program): readonly Load[] => (full ? LOADS : ["usual"]);

/** Makes a job's berth, and returns its size on the disk in bytes. */
const diskOf = async (program: Program, place: Place, load: Load): Promise<number> => {
  await place.renew();
  await timeOnce(commandOf(program, place, load), place.folder);
  const [berth] = await place.berths();
  if (berth?.auths !== authsOf(load))
    throw new Error(`${program.name}: ${load}: not a whole berth`);
  return Number.parseInt((await execa("du", ["-sk", berth.path])).stdout, 10) * 1024;
};

const crowdOnce = async (program: Program, place: Place, jobs: number): Promise<CrowdFigures> => {
  await place.renew();
  const words = ["sh", crowdScript, `${jobs}`, ...berthWords(program)];
  const crowd = { ...commandOf(program, place, "usual"), words };
  const { cpu, stdout } = await timeOnce(crowd, place.folder);
  const whole = (await place.berths()).filter(({ auths }) => auths === authsOf("usual"));
  return { jobs, complete: Math.min(whole.length, jobs - Number(stdout)), cpu: cpu / jobs };
};

const merged = (jobs: number, rounds: readonly CrowdFigures[]): CrowdFigures => ({
  jobs,
  complete: Math.min(...rounds.map(({ complete }) => complete)),
  cpu: median(rounds.map(({ cpu }) => cpu)),
});

const crowdsOf = async (program: Program, place: Place) => {
  const [small, large]: [CrowdFigures[], CrowdFigures[]] = [[], []];
  for (let round = 0; round < CROWD_ROUNDS; round += 1) {
    small.push(await crowdOnce(program, place, CROWDS.small));
    large.push(await crowdOnce(program, place, CROWDS.large));
  }
  return { small: merged(CROWDS.small, small), large: merged(CROWDS.large, large) };
};

const unique = (commands: readonly Command[]): readonly Command[] => [
  ...new Map(commands.map((command) => [command.name, command])).values(),
];

/** Measures all that the table tells of `programs`. `say` is told what comes next. */
export const measure = async (
  programs: readonly Program[],
  place: Place,
  runs: number,
  say: (text: string) => void,
): Promise<readonly ProgramFigures[]> => {
  say("whether each makes whole berths, and their size");
  const disks = new Map<string, number>();
  for (const program of programs) {
    for (const load of loadsOf(program)) {
      disks.set(`${program.name}: ${load}`, await diskOf(program, place, load));
    }
  }

  const others = programs.flatMap(({ node, beside }) => [
    node,
    ...(beside ? [beside.command] : []),
  ]);
  const all = programs.flatMap((it) => loadsOf(it).map((load) => commandOf(it, place, load)));
  const timed = unique([...others, ...all]);
  say(`time: ${runs} rounds of ${timed.length} commands`);
  const times = await inRounds(timed, runs, async (command) => {
    await place.renew();
    return (await timeOnce(command, place.folder)).seconds;
  });

  const usual = programs.map((program) => commandOf(program, place, "usual"));
  const weighed = unique([...others, ...usual]);
  say(`memory: ${runs} rounds of ${weighed.length} commands`);
  const peaks = await inRounds(weighed, runs, async (command) => {
    await place.renew();
    return peakOnce(command, place.folder);
  });

  const figures: ProgramFigures[] = [];
  for (const program of programs) {
    const { name, node, beside, full } = program;
    const seconds = (load: Load): number => median(times.get(`${name}: ${load}`) ?? []);
    const disk = (load: Load): number => disks.get(`${name}: ${load}`) ?? Number.NaN;
    const peak = (command: string): number => median(peaks.get(command) ?? []);
    if (full) say(`${name}: ${CROWD_ROUNDS} rounds of ${CROWDS.small} and ${CROWDS.large} jobs`);
    figures.push({
      ...{ name, start: seconds("usual"), peak: peak(`${name}: usual`) },
      nodePeak: peak(node.name),
      ...(beside && {
        beside: {
          ...{ name: beside.name, goal: beside.goal, peak: peak(beside.command.name) },
          seconds: median(times.get(beside.command.name) ?? []),
        },
      }),
      ...(full && {
        more: {
          loads: {
            ...{ large: seconds("large"), auths: seconds("auths") },
            registries: seconds("registries"),
          },
          disk: { usual: disk("usual"), large: disk("large") },
          crowds: await crowdsOf(program, place),
        },
      }),
    });
  }
  return figures;
};
