import { availableParallelism } from "node:os";
import { type CrowdMember, runCrowd } from "../support/crowd.ts";
import { available, withPackage } from "../support/programs.ts";
import { type Site, startSite } from "../support/site.ts";

type Row = Readonly<Record<string, string>>;

const JOBS = 100;

// docker push needs a daemon; skopeo reads the same config without one.
const PUSH =
  'skopeo copy --quiet --dest-tls-verify=false dir:image "docker://$CI_REGISTRY_IMAGE:1"';

const WAYS = {
  "docker login": `
    printf %s "$CI_REGISTRY_PASSWORD" |
      docker login --username "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY" > /dev/null
    ${PUSH}`,
  "berth ci-env": `
    eval "$(berth ci-env gitlab --quiet)"
    ${PUSH}
    berth cleanup gitlab --quiet`,
} as const;

const outcomeOf = ({ exitCode, owners, job }: CrowdMember): "self" | "other" | "failed" => {
  if (owners.some((owner) => owner !== job.project && owner !== "nobody")) return "other";
  return exitCode === 0 && owners.join() === job.project ? "self" : "failed";
};

const medianSeconds = (crowd: readonly CrowdMember[]): string => {
  const sorted = crowd.map(({ seconds }) => seconds).sort((left, right) => left - right);
  return (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1);
};

const runWay = async (site: Site, way: string, script: string): Promise<Row> => {
  const alone = [];
  for (let run = 0; run < 5; run += 1) alone.push(...(await runCrowd(site, 1, script)));
  const crowd = await runCrowd(site, JOBS, script);
  const count = (outcome: string): string =>
    `${crowd.filter((member) => outcomeOf(member) === outcome).length}`;
  return {
    "each job runs": way,
    jobs: `${crowd.length}`,
    "pushed as itself": count("self"),
    "used another job's credentials": count("other"),
    "failed otherwise": count("failed"),
    "median seconds": medianSeconds(crowd),
    "of a job alone": medianSeconds(alone),
  };
};

const print = (rows: readonly Row[]): void => {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((row) => names.map((name) => row[name] ?? ""))];
  const widths = names.map((_, column) => Math.max(...lines.map((it) => it[column]?.length ?? 0)));
  const pad = (line: readonly string[]) =>
    line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
  for (const line of lines) process.stdout.write(`${pad(line).join("  ")}\n`);
};

const race = async (): Promise<void> => {
  const missing = ["docker", "docker-registry", "openssl", "skopeo"].filter((it) => !available(it));
  if (missing.length > 0) throw new Error(`not on PATH: ${missing.map(withPackage).join(", ")}`);
  process.stdout.write(
    `${JOBS} jobs, started at once on one runner with one HOME, each with a token that may push to its own project only.\n\n`,
  );
  const site = await startSite();
  try {
    const rows: Row[] = [];
    for (const [way, script] of Object.entries(WAYS)) {
      rows.push(await runWay(site, way, script));
    }
    print(rows);
    process.stdout.write(
      `\nThe seconds of a job go from its start to its end, while all ${JOBS} share ${availableParallelism()} processors.\n`,
    );
  } finally {
    await site.stop();
  }
};

race().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
