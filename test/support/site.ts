import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Image, writeImage } from "./image.ts";
import { gitlabJob, type JobEnv, makeRunner, type Runner, runJob } from "./job.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";
import type { Grant, TokenRequest } from "./token-server.ts";

/** A job of GitLab CI that is ready to run: its own project, token and working folder. */
export interface SiteJob {
  readonly project: string;
  readonly token: string;
  readonly image: Image;
  readonly env: JobEnv;
  readonly folder: string;
}

/** All that a job meets: two registries, the first one of which is the jobs' own, and the runner. */
export interface Site {
  readonly registry: Registry;
  readonly further: Registry;
  readonly runner: Runner;
  readonly folder: string;
  /** A new job with an image to push, whose label is the job's project; its token may do what `also` adds. */
  job(also?: Grant["also"]): Promise<SiteJob>;
  /** Pushes a new image to `project` in `registry`, tagged 1, and returns what a client calls it. */
  seed(registry: Registry, project: string): Promise<string>;
  stop(): Promise<void>;
}

const makers = ({ registry, runner, folder }: Omit<Site, "job" | "seed" | "stop">) => {
  let count = 0;

  const job: Site["job"] = async (also = []) => {
    count += 1;
    const [id, project, token] = [1000 + count, `group/app-${count}`, `job-token-${count}`];
    const own = join(folder, `job-${count}`);
    await mkdir(own);
    const image = await writeImage(join(own, "image"), project);
    registry.grant({ user: "gitlab-ci-token", token, project, also });
    const env = gitlabJob(runner, { id, host: registry.host, project, token });
    return { project, token, image, folder: own, env };
  };

  const seed: Site["seed"] = async (target, project) => {
    count += 1;
    const token = `seed-token-${count}`;
    target.grant({ user: "seed", token, project });
    const { folder: image } = await writeImage(join(folder, `seed-${count}`), project);
    const name = `${target.host}/${project}:1`;
    const pushed = await runJob(
      `skopeo copy --dest-tls-verify=false --dest-creds seed:${token} dir:${image} docker://${name}`,
      { env: runner.env, cwd: folder },
    );
    if (pushed.exitCode !== 0) throw new Error(`cannot push ${name}: ${pushed.stderr}`);
    return name;
  };

  return { job, seed };
};

/** Whose credentials the requests in `log` from `start` on bore, by project; those with none, or a wrong one, were `nobody`'s. */
export const ownersOf = (log: readonly TokenRequest[], start = 0): readonly string[] =>
  [...new Set(log.slice(start).map(({ project }) => project ?? "nobody"))].sort();

/** Starts a site; `further` denies as GitHub's registry does, by a 403. */
export const startSite = async (): Promise<Site> => {
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.reverse()) await step();
  };
  try {
    const folder = await makeTemporaryFolder("site");
    undo.push(folder.remove);
    const runner = await makeRunner(folder.path);
    const registry = await startRegistry();
    undo.push(registry.stop);
    const further = await startRegistry({ denial: "forbidden" });
    undo.push(further.stop);
    const shared = { registry, further, runner, folder: folder.path };
    return { ...shared, ...makers(shared), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
