import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { authFile } from "../support/auth-file.ts";
import { describeWith } from "../support/describe-with.ts";
import { githubJob, runJob } from "../support/job.ts";
import { programsOnPath } from "../support/programs.ts";
import { ownersOf, type Site, type SiteJob, startSite } from "../support/site.ts";
import { environmentIn } from "../support/workflow-files.ts";

const PUSH = 'skopeo copy --quiet --dest-tls-verify=false dir:image "docker://$BERTH_IMAGE:1"';
const DONE = { exitCode: 0, stdout: "", stderr: "" };

// https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/shells/bash.go (SourceEnv)
const SOURCE = 'while read -r line; do export "$line"; done < "$GITLAB_ENV"';

describeWith(["docker-registry", "openssl", "skopeo"], "steps after berth ci-env --persist", () => {
  let site: Site;

  beforeAll(async () => {
    site = await startSite();
    site.further.grant({ user: "deployer", token: "deploy-token", project: "shared" });
  });

  afterAll(() => site?.stop());

  const withFile = async (variable: string) => {
    const job = await site.job();
    const file = join(job.folder, "variables");
    await writeFile(file, "");
    return { job, file, env: { ...job.env, [variable]: file } };
  };

  const run = (job: SiteJob, script: string, env: SiteJob["env"]) =>
    runJob(script, { cwd: job.folder, env });

  test("TRAP 45: in GitLab CI an after_script pushes as the job, and cleans up", async () => {
    const { job, env } = await withFile("GITLAB_ENV");
    const start = site.registry.log.length;
    expect(await run(job, "berth ci-env --persist --quiet > statements", env)).toEqual(DONE);
    expect((await run(job, PUSH, env)).exitCode).not.toBe(0);
    const script = `${SOURCE}\n${PUSH}\nberth cleanup --quiet\ntest ! -e "$DOCKER_CONFIG"`;
    expect(await run(job, script, env)).toEqual(DONE);
    expect(ownersOf(site.registry.log, start)).toContain(job.project);
  });

  test("in GitHub Actions the next step pushes as the job", async () => {
    const { job, file } = await withFile("GITHUB_ENV");
    const [project, token] = ["octo/next", "ghs_next"];
    site.registry.grant({ user: "octocat", token, project });
    const options = { id: 7, host: site.registry.host, project, token };
    const github = { ...githubJob(site.runner, options), GITHUB_ENV: file };
    const host = `--registry-host ${site.registry.host}`;
    const script = `berth ci-env --persist --quiet ${host} > statements`;
    expect(await run(job, script, github)).toEqual(DONE);
    const next = { ...site.runner.env, ...environmentIn(await readFile(file, "utf8")) };
    const start = site.registry.log.length;
    expect(await run(job, PUSH, next)).toEqual(DONE);
    expect(ownersOf(site.registry.log, start)).toEqual([project]);
  });

  describeWith(["docker"], "docker", () => {
    test.each(programsOnPath("docker"))(
      "%s takes what DOCKER_AUTH_CONFIG is then without a word, and finds in the berth what it held",
      async (docker) => {
        const { job, env } = await withFile("GITLAB_ENV");
        const image = await site.seed(site.further, "shared/x");
        const logins = authFile(site.further.host, "deployer", "deploy-token");
        const script = "berth ci-env --persist --quiet > statements";
        await run(job, script, { ...env, DOCKER_AUTH_CONFIG: logins });
        // GitLab sets its own variables anew in each part of a job, and then what the file has.
        const after = `${SOURCE}
          test "$DOCKER_AUTH_CONFIG" = '{"auths":{}}'
          ${docker} manifest inspect --insecure "${image}" | grep -c '"config"'`;
        const ended = await run(job, after, { ...env, DOCKER_AUTH_CONFIG: logins });
        expect(ended).toEqual({ ...DONE, stdout: "1" });
      },
    );
  });
});
