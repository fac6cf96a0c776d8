import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { outputFile } from "fs-extra/esm";
import { authFile } from "../support/auth-file.ts";
import { commands, OWN_STORAGE } from "../support/commands.ts";
import { describeDespite } from "../support/describe-with.ts";
import { type JobEnv, runJob } from "../support/job.ts";
import { leaksIn } from "../support/leaks.ts";
import { storageObstacles } from "../support/obstacles.ts";
import { programsOnPath } from "../support/programs.ts";
import { ownersOf, type Site, type SiteJob, startSite } from "../support/site.ts";

const BERTH = `eval "$(berth ci-env gitlab --quiet --store helper)"`;
const SUCCESS = { exitCode: 0, stderr: "" };
const describeWith = describeDespite(await storageObstacles());

describeWith(["docker-registry", "openssl", "skopeo"], "--store helper, with real clients", () => {
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

  /** Which of the job's secrets are in the files of the runner's temp directory. */
  const onDisk = async ({ token }: SiteJob): Promise<readonly string[]> => {
    const folder = site.runner.temporary;
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((it) =>
      it.isFile(),
    );
    const texts = files.map((it) => readFile(join(it.parentPath, it.name), "utf8"));
    return leaksIn((await Promise.all(texts)).join("\n"), [token, "deploy-token"]);
  };

  for (const { name, programs, shell, script, stdout } of commands) {
    describeWith(programs, `${name}, a command that needs authorization, in ${shell}`, () => {
      test("works as the job itself, with no secret on disk", async () => {
        const job = await site.job([{ project: "group/base", actions: ["pull"] }]);
        const tag = await site.seed(site.registry, `${job.project}/old`);
        const start = site.registry.log.length;
        const login = authFile(site.further.host, "deployer", "deploy-token");
        const env = { BASE: base, FURTHER: tool, TAG: tag, DOCKER_AUTH_CONFIG: login };
        const result = await run(job, `${BERTH}\n${script}`, env, shell);
        expect(result).toEqual({ ...SUCCESS, stdout: stdout(job.image) });
        expect(ownersOf(site.registry.log, start)).toEqual([job.project]);
        expect(await onDisk(job)).toEqual([]);
      });
    });
  }

  describeWith(["podman"], "podman", () => {
    test("pulls and pushes as the job, also where its helper is all that it has", async () => {
      const job = await site.job([{ project: "group/base", actions: ["pull"] }]);
      const start = site.registry.log.length;
      const script = `unset DOCKER_CONFIG HELM_REGISTRY_CONFIG WERF_DOCKER_CONFIG
        podman push --quiet --tls-verify=false "$(podman pull --quiet --tls-verify=false "$BASE")" "$BERTH_IMAGE:1"`;
      expect(await run(job, `${BERTH}\n${script}`, { BASE: base })).toEqual({
        ...SUCCESS,
        stdout: "",
      });
      expect(ownersOf(site.registry.log, start)).toEqual([job.project]);
    });
  });

  test("a command in a berth of its own, by exec, has the helper on its PATH", async () => {
    const job = await site.job();
    const script = `berth exec --quiet --store helper -- \\
      skopeo copy --quiet --dest-tls-verify=false dir:image "docker://$CI_REGISTRY_IMAGE:1"`;
    expect(await run(job, script)).toEqual({ ...SUCCESS, stdout: "" });
    expect(await onDisk(job)).toEqual([]);
  });

  test("the runner's own logins are used, and copied nowhere", async () => {
    const job = await site.job();
    const home = join(job.folder, "home");
    const config = authFile(site.further.host, "deployer", "deploy-token");
    await outputFile(join(home, ".docker/config.json"), config);
    const inspect = `skopeo inspect --tls-verify=false --format '{{.Name}}' "docker://$TOOL"`;
    expect(await run(job, `${BERTH}\n${inspect}`, { HOME: home, TOOL: tool })).toEqual({
      ...SUCCESS,
      stdout: tool.replace(/:1$/, ""),
    });
    expect(await onDisk(job)).toEqual([]);
  });

  describeWith(["docker"], "docker", () => {
    test.each(programsOnPath("docker"))(
      "%s has the rights of the job's token and no others",
      async (docker) => {
        const job = await site.job();
        const own = await site.seed(site.registry, `${job.project}/own`);
        const inspect = `${BERTH}\n"$DOCKER" manifest inspect --insecure "$IMAGE"`;
        const manifest = { ...SUCCESS, stdout: expect.stringContaining('"config"') };
        expect(await run(job, inspect, { DOCKER: docker, IMAGE: own })).toEqual(manifest);
        const denied = await run(job, inspect, { DOCKER: docker, IMAGE: base });
        expect([denied.exitCode, denied.stdout]).toEqual([1, ""]);
      },
    );

    test.each(programsOnPath("docker"))(
      "%s cannot store a login where the job's own is",
      async (docker) => {
        const job = await site.job();
        const login = `${BERTH}\nprintf x | "$DOCKER" login -u gitlab-ci-token --password-stdin "$CI_REGISTRY"`;
        const { exitCode } = await run(job, login.replace("printf x", 'printf "$CI_JOB_TOKEN"'), {
          DOCKER: docker,
        });
        expect([exitCode, await onDisk(job)]).toEqual([1, []]);
      },
    );
  });
});
