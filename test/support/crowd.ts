import { runJob } from "./job.ts";
import { ownersOf, type Site, type SiteJob } from "./site.ts";

/** One job of a crowd, after it ran. */
export interface CrowdMember {
  readonly job: SiteJob;
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Whose credentials reached the registry in this job's name, by project; `nobody`'s are none, or wrong ones. */
  readonly owners: readonly string[];
}

/** Runs `script` as `count` new jobs on the site's runner, all started at once. */
export const runCrowd = async (
  site: Site,
  count: number,
  script: string,
): Promise<readonly CrowdMember[]> => {
  const jobs = await Promise.all(Array.from({ length: count }, () => site.job()));
  const start = site.registry.log.length;
  const results = await Promise.all(
    jobs.map(async (job) => {
      const started = performance.now();
      const result = await runJob(script, { env: job.env, cwd: job.folder });
      return { job, ...result, seconds: (performance.now() - started) / 1000 };
    }),
  );
  // A job's requests are those for its project's repository. A login asks for none, so it counts for nobody.
  const asked = (project: string) =>
    site.registry.log
      .slice(start)
      .filter(({ scope }) => scope.some((it) => it.startsWith(`repository:${project}:`)));
  return results.map((it) => ({ ...it, owners: ownersOf(asked(it.job.project)) }));
};
