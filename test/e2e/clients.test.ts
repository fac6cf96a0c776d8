import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ensureDir, outputFile } from "fs-extra/esm";
import { authFile } from "../support/auth-file.ts";
import { commands, OWN_STORAGE } from "../support/commands.ts";
import { describeDespite } from "../support/describe-with.ts";
import { githubJob, type JobEnv, runJob } from "../support/job.ts";
import { storageObstacles } from "../support/obstacles.ts";
import { programsOnPath } from "../support/programs.ts";
import { ownersOf, type Site, type SiteJob, startSite } from "../support/site.ts";
import { snapshot } from "../support/snapshot.ts";

const BERTH = `eval "$(berth ci-env gitlab --quiet)"`;
const SUCCESS = { exitCode: 0, stderr: "" };
const DENIAL = /403 \(Forbidden\)|denied|unauthorized|authentication required/;
const DENIED = { exitCode: 1, stdout: "", stderr: expect.stringMatching(DENIAL) };
const describeWith = describeDespite(await storageObstacles());

describeWith(["docker-registry", "openssl", "skopeo"], "real clients and a real registry", () => {
  let site: Site;
  let base: string;
  let tool: string;

  beforeAll(async () => {
    site = await startSite();
    base = await site.seed(site.registry, "group/base");
    tool = await site.seed(site.further, "shared/tool");
    site.further.grant({ user: "deployer", token: "deploy-token", project: "shared" });
  });

  afterAll(() => site?.stop());

  const run = (job: SiteJob, script: string, env: JobEnv = {}, shell = "sh") =>
    runJob(`${OWN_STORAGE}\n${script}`, { cwd: job.folder, shell, env: { ...job.env, ...env } });

  for (const { name, programs, shell, script, stdout } of commands) {
    describeWith(programs, `${name}, a command that needs authorization, in ${shell}`, () => {
      const prepare = async () => {
        const job = await site.job([{ project: "group/base", actions: ["pull"] }]);
        const tag = await site.seed(site.registry, `${job.project}/old`);
        const env = { BASE: base, FURTHER: tool, TAG: tag };
        return { job, env, start: site.registry.log.length };
      };

      test("works, as the job itself", async () => {
        const { job, env, start } = await prepare();
        const login = authFile(site.further.host, "deployer", "deploy-token");
        const logins = { ...env, DOCKER_AUTH_CONFIG: login };
        const result = await run(job, `${BERTH}\n${script}`, logins, shell);
        expect(result).toEqual({ ...SUCCESS, stdout: stdout(job.image) });
        expect(ownersOf(site.registry.log, start)).toEqual([job.project]);
      });

      test("is denied without berth", async () => {
        const { job, env, start } = await prepare();
        const result = await run(job, `BERTH_IMAGE=$CI_REGISTRY_IMAGE\n${script}`, env, shell);
        expect(result).toEqual({ ...DENIED, exitCode: expect.any(Number) });
        expect(result.exitCode).not.toBe(0);
        expect(ownersOf(site.registry.log, start)).toEqual(["nobody"]);
      });
    });
  }

  test.each([
    'skopeo inspect --tls-verify=false "docker://$OTHER"',
    'skopeo copy --quiet --dest-tls-verify=false dir:image "docker://$OTHER"',
    'skopeo delete --tls-verify=false "docker://$OTHER"',
  ])("a job's token is denied at another project's image: %s", async (script) => {
    const [job, other] = [await site.job(), await site.job()];
    const image = await site.seed(site.registry, other.project);
    const start = site.registry.log.length;
    expect(await run(job, `${BERTH}\n${script}`, { OTHER: image })).toEqual(DENIED);
    expect(ownersOf(site.registry.log, start)).toEqual([job.project]);
  });

  test("skopeo uses the job's credentials, not those of an older login in XDG_RUNTIME_DIR", async () => {
    const [job, other] = [await site.job(), await site.job()];
    const runtime = join(job.folder, "runtime");
    const stale = authFile(site.registry.host, "gitlab-ci-token", other.token);
    await outputFile(join(runtime, "containers", "auth.json"), stale);
    const push = 'skopeo copy -q --dest-tls-verify=false dir:image "docker://$CI_REGISTRY_IMAGE:1"';
    const [before, env] = [await snapshot(runtime), { XDG_RUNTIME_DIR: runtime }];
    expect(await run(job, push, env)).toEqual(DENIED);
    expect(await run(job, `${BERTH}\n${push}`, env)).toEqual({ ...SUCCESS, stdout: "" });
    expect(await snapshot(runtime)).toEqual(before);
  });

  test("another registry's login in XDG_RUNTIME_DIR is still found", async () => {
    const job = await site.job();
    const runtime = join(job.folder, "runtime");
    const deployer = authFile(site.further.host, "deployer", "deploy-token");
    await outputFile(join(runtime, "containers", "auth.json"), deployer);
    const inspect = `skopeo inspect --tls-verify=false --format '{{.Name}}' "docker://$TOOL"`;
    const env = { XDG_RUNTIME_DIR: runtime, TOOL: tool };
    const found = { ...SUCCESS, stdout: tool.replace(/:1$/, "") };
    expect(await run(job, inspect, env)).toEqual(found);
    expect(await run(job, `${BERTH}\n${inspect}`, env)).toEqual(found);
  });

  test("a GitHub job pushes to the registry that --registry-host names", async () => {
    const job = await site.job();
    const project = "Octo-Org/Octo-App";
    site.further.grant({ user: "octocat", token: "github-token", project: "octo-org/octo-app" });
    const options = { id: 1, host: site.further.host, project, token: "github-token" };
    const script = `
      eval "$(berth ci-env github --registry-host "$HOST" --quiet)"
      skopeo copy --quiet --dest-tls-verify=false dir:image "docker://$BERTH_IMAGE:1"
      skopeo inspect --tls-verify=false --format '{{.Name}} {{.Digest}}' "docker://$BERTH_IMAGE:1"`;
    const env = { ...githubJob(site.runner, options), HOST: site.further.host };
    const stdout = `${site.further.host}/octo-org/octo-app ${job.image.digest}`;
    expect(await runJob(script, { cwd: job.folder, env })).toEqual({ ...SUCCESS, stdout });
  });

  describeWith(["podman"], "podman", () => {
    test("pulls and pushes as the job", async () => {
      const job = await site.job([{ project: "group/base", actions: ["pull"] }]);
      const start = site.registry.log.length;
      const script = `
        podman push --quiet --tls-verify=false "$(podman pull --quiet --tls-verify=false "$BASE")" "$BERTH_IMAGE:1"
        skopeo inspect --tls-verify=false --format '{{.Name}}' "docker://$BERTH_IMAGE:1"`;
      const result = await run(job, `${BERTH}\n${script}`, { BASE: base });
      expect(result).toEqual({ ...SUCCESS, stdout: `${site.registry.host}/${job.project}` });
      expect(ownersOf(site.registry.log, start)).toEqual([job.project]);
    });
  });

  describeWith(["docker"], "docker", () => {
    const login = 'printf deploy-token | "$DOCKER" login -u deployer --password-stdin "$FURTHER"';

    describe.each(programsOnPath("docker"))("%s", (docker) => {
      test("manifest inspect has the rights of the job's token and no others", async () => {
        const job = await site.job();
        const own = await site.seed(site.registry, `${job.project}/own`);
        const inspect = `${BERTH}\n"$DOCKER" manifest inspect --insecure "$IMAGE"`;
        const manifest = { ...SUCCESS, stdout: expect.stringContaining('"config"') };
        expect(await run(job, inspect, { DOCKER: docker, IMAGE: own })).toEqual(manifest);
        expect(await run(job, inspect, { DOCKER: docker, IMAGE: base })).toEqual(DENIED);
      });

      test.each([
        ["an empty home", []],
        ["a home with another job's login", [".docker/config.json"]],
      ])("login in %s stays in the job", async (_, files) => {
        const job = await site.job();
        const own = await site.seed(site.registry, `${job.project}/own`);
        const home = join(job.folder, "home");
        const anothers = authFile(site.registry.host, "gitlab-ci-token", "token-of-another-job");
        await ensureDir(home);
        for (const file of files) await outputFile(join(home, file), anothers);
        const before = await snapshot(home);
        const script = `${login} > login.log 2>&1
          for it in "$TOOL" "$OWN"; do "$DOCKER" manifest inspect --insecure "$it" > /dev/null; done
          grep -c "$FURTHER" "$DOCKER_CONFIG/config.json"`;
        const images = { TOOL: tool, OWN: own };
        const env = { ...images, DOCKER: docker, HOME: home, FURTHER: site.further.host };
        expect(await run(job, `${BERTH}\n${script}`, env)).toEqual({ ...SUCCESS, stdout: "1" });
        expect(await snapshot(home)).toEqual(before);
      });
    });
  });
});
