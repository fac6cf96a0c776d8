import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { available, programsOnPath, withPackage } from "../support/programs.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { barsOf } from "./bars.ts";
import { CROWD_ROUNDS, measure, type Program } from "./figures.ts";
import { describeMachine, nodeVersion } from "./machine.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { pageOf } from "./page.ts";
import { pictureOf } from "./picture.ts";
import { exists, makePlace, type Place } from "./place.ts";
import { rowsOf } from "./rows.ts";
import { textRows } from "./table.ts";

const say = (text: string): void => void process.stderr.write(`bench: ${text}\n`);

const projectFile = (path: string): string =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url));

const builtFile = async (): Promise<string> =>
  projectFile(JSON.parse(await readFile(projectFile("package.json"), "utf8")).bin.berth);

/** The berths to measure, that on the running Node first, and why others are left out. */
const programsOf = async (place: Place, { nodes, executable }: BenchOptions) => {
  const built = await builtFile();
  const onNode = async (path: string, index: number): Promise<Program> => {
    const name = `Node ${await nodeVersion(path)}`;
    const node = { name: `${name}: -e 0`, words: [path, "-e", "0"], env: place.env("usual") };
    const beside = { name: "`node -e 0`", command: node, goal: 1.5 };
    return { name, words: [path, built], node, beside, full: index === 0 };
  };
  const onNodes = await Promise.all(
    [process.execPath, ...nodes.map((it) => resolve(it))].map(onNode),
  );
  const leftOut = typeof place.login === "string" ? [`\`docker login\`: ${place.login}`] : [];
  const [first] = onNodes;
  if (!first || !(await exists(executable))) {
    const why = "the executable: `npm run build:standalone` makes it";
    return { programs: onNodes, leftOut: [...leftOut, why] };
  }
  const beside = typeof place.login !== "string" && {
    beside: { name: "`docker login`, 1 registry", command: place.login, goal: 1 },
  };
  const standalone = { name: "executable", words: [resolve(executable)], node: first.node };
  return { programs: [...onNodes, { ...standalone, ...beside, full: true }], leftOut };
};

const benchIn = async (place: Place, options: BenchOptions): Promise<void> => {
  const { programs, leftOut } = await programsOf(place, options);
  for (const it of leftOut) say(`left out: ${it}`);
  const versions = programs.map(({ name }) => name).filter((name) => name.startsWith("Node "));
  const machine = await describeMachine(
    place.folder,
    versions.map((name) => name.replace("Node ", "")),
    programsOnPath("docker")[0],
  );
  const { runs, output } = options;
  const figures = await measure(programs, place, runs, say);
  const rows = rowsOf(figures);
  process.stdout.write(textRows(rows));
  const date = new Date().toISOString().slice(0, 10);
  const page = pageOf({ date, runs, crowdRounds: CROWD_ROUNDS, machine, rows, leftOut });
  await mkdir(output, { recursive: true });
  await writeFile(join(output, "bench.md"), page);
  await writeFile(join(output, "bench.svg"), pictureOf(barsOf(figures)));
};

const bench = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  const missing = ["hyperfine", "time"].filter((it) => !available(it)).map(withPackage);
  if (missing.length > 0) throw new Error(`not on PATH: ${missing.join(", ")}`);
  const temporary = await makeTemporaryFolder("bench");
  try {
    const place = await makePlace(temporary.path);
    await benchIn(place, options).finally(place.stop);
  } finally {
    await temporary.remove();
  }
};

bench().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
