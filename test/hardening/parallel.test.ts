import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { describeWith } from "../support/describe-with.ts";
import { runJob } from "../support/job.ts";
import { ownersOf, type Site, type SiteJob, startSite } from "../support/site.ts";
import { snapshot } from "../support/snapshot.ts";
import { age, inPool } from "./support/jobs.ts";
import { rounds } from "./support/rounds.ts";

const JOBS = rounds(50);
const AT_ONCE = 24;
const FORGOTTEN = 3 * 3600e3;

const PUSH = `image="docker://$CI_REGISTRY_IMAGE:$CI_JOB_ID"
skopeo copy --quiet --dest-tls-verify=false dir:image "$image"`;

const START = 'eval "$(berth ci-env gitlab --quiet)"';
const CLEAN_UP = "berth cleanup gitlab --quiet";
const TELL = 'echo "$DOCKER_CONFIG"';

/** What the jobs do, in turn; `left` is whether a berth stays. */
const KINDS = [
  { left: false, script: `${START}\n${PUSH}\n${CLEAN_UP}` },
  { left: false, script: `${START}\n${TELL}\n${START}\n${CLEAN_UP}` },
  { left: true, script: `${START}\n${TELL}\nberth cleanup --stale 2h --quiet` },
  { left: false, script: `${START}\n${START}\n${TELL}\n${CLEAN_UP}\n${CLEAN_UP}` },
  { left: true, script: `${START}\n${START}\n${TELL}` },
  { left: false, script: `berth exec --quiet -- sh -c '${TELL}'` },
  { left: true, script: `${START}\n${PUSH}\n${TELL}` },
  { left: false, script: `${START}\n${TELL}\nberth cleanup --stale 2h --quiet\n${CLEAN_UP}` },
  { left: false, script: `${START}\nberth exec --quiet -- sh -c '${TELL}'\n${CLEAN_UP}` },
  { left: false, script: `(${START})\n${TELL}\n${START}\n${CLEAN_UP}` },
] as const;

describeWith(["docker", "docker-registry", "openssl", "skopeo"], "jobs on one runner", () => {
  let site: Site;

  beforeAll(async () => {
    site = await startSite();
    const base = join(site.runner.home, ".docker");
    await mkdir(base);
    const login = { auth: Buffer.from("runner:base").toString("base64") };
    const config = { auths: { "base.example.com": login }, HttpHeaders: { "X-Runner": "1" } };
    await writeFile(join(base, "config.json"), JSON.stringify(config));
  });

  afterAll(() => site?.stop());

  const root = (): string => join(site.runner.temporary, `berth-${process.getuid?.()}`);
  const run = ({ env, folder: cwd }: SiteJob, script: string) => runJob(script, { env, cwd });
  const owners = (start: number, { project }: SiteJob) =>
    ownersOf(
      site.registry.log
        .slice(start)
        .filter(({ scope }) => scope.some((it) => it.startsWith(`repository:${project}:`))),
    );

  test(`${JOBS} start, start again, push, clean up and sweep: each is itself`, async () => {
    const dead = await Promise.all(Array.from({ length: 5 }, () => site.job()));
    for (const job of dead) await run(job, START);
    for (const name of await readdir(root())) await age(join(root(), name), FORGOTTEN);
    const base = await snapshot(site.runner.home);

    const start = site.registry.log.length;
    const jobs = await inPool(Array.from({ length: JOBS }), 1, () => site.job());
    const kindOf = (index: number) => KINDS[index % KINDS.length] ?? KINDS[0];
    const ended = await inPool(jobs, AT_ONCE, (job, index) => run(job, kindOf(index).script));
    expect(ended.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      jobs.map(() => ({ exitCode: 0, stderr: "" })),
    );
    expect(jobs.map((job) => owners(start, job))).toEqual(
      jobs.map(({ project }, index) => (kindOf(index).script.includes(PUSH) ? [project] : [])),
    );
    const told = ended.flatMap(({ stdout }) => stdout.split("\n").filter((it) => it !== ""));
    expect(new Set(told).size).toBe(told.length);
    expect(await snapshot(site.runner.home)).toEqual(base);

    // Each in its own place, and with its own token.
    const left = jobs.filter((_, index) => kindOf(index).left);
    expect(await readdir(root())).toHaveLength(left.length);
    const logins = await inPool(left, AT_ONCE, async (job) => {
      const name = (await readdir(root())).find((it) =>
        it.startsWith(`gitlab-${job.env["CI_JOB_ID"]}-`),
      );
      const berth = await snapshot(join(root(), name ?? "none"));
      const { auths } = JSON.parse(Buffer.from(berth?.["config.json"] ?? "", "base64").toString());
      return [Object.keys(berth ?? {}).sort(), auths];
    });
    const host = site.registry.host;
    expect(logins).toEqual(
      left.map(({ token }) => [
        ["auth.json", "berth.json", "config.json"],
        {
          "base.example.com": { auth: Buffer.from("runner:base").toString("base64") },
          [host]: { auth: Buffer.from(`gitlab-ci-token:${token}`).toString("base64") },
        },
      ]),
    );
    await inPool(left, AT_ONCE, (job) => run(job, CLEAN_UP));
    expect(await readdir(root())).toEqual([]);
  }, 600_000);

  test("the same with docker login: jobs push as others", async () => {
    const start = site.registry.log.length;
    const jobs = await Promise.all(Array.from({ length: AT_ONCE }, () => site.job()));
    const login = `printf %s "$CI_REGISTRY_PASSWORD" |
      docker login --username "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY" > /dev/null`;
    await Promise.all(jobs.map((job) => run(job, `${login} 2>&1\nsleep 1\n${PUSH}`)));
    const asOthers = jobs.filter((job) => owners(start, job).some((it) => it !== job.project));
    expect(asOthers.length).toBeGreaterThan(jobs.length / 2);
  }, 120_000);
});
