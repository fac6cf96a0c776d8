import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { authFile } from "../support/auth-file.ts";
import { OWN_STORAGE } from "../support/commands.ts";
import { describeDespite } from "../support/describe-with.ts";
import { type Image, writeImage } from "../support/image.ts";
import { storageObstacles } from "../support/obstacles.ts";
import { programsOnPath } from "../support/programs.ts";
import { type Registry, startRegistry } from "../support/registry.ts";
import { ownersOf } from "../support/site.ts";
import { snapshot } from "../support/snapshot.ts";
import { describe, isNodeBuild, test } from "./support/node-build.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";
import { checkOutAction, makeWorkflowJob, type WorkflowJob } from "./support/workflow.ts";

const DENIED = {
  exitCode: expect.any(Number),
  stdout: "",
  stderr: expect.stringMatching(/403 \(Forbidden\)|denied/),
};
const describeWith = isNodeBuild
  ? describeDespite(await storageObstacles())
  : (_: readonly string[], name: string, body: () => void) => describe(name, body);

const said = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
const berthOf = (id: number) =>
  `<folder>/runner-${id}/_temp/berth-<uid>/github-${id}-1-test-<hash>`;
const removed = (id = 1) => said(`berth: removed ${berthOf(id)}\n`);
const variables = (id: number, project: string) => ({
  DOCKER_CONFIG: berthOf(id),
  REGISTRY_AUTH_FILE: `${berthOf(id)}/auth.json`,
  HELM_REGISTRY_CONFIG: `${berthOf(id)}/config.json`,
  WERF_DOCKER_CONFIG: berthOf(id),
  BERTH_REGISTRY: "<registry>",
  BERTH_IMAGE: `<registry>/${project}`,
});

interface Prepared {
  readonly job: WorkflowJob;
  readonly project: string;
  readonly image: Image;
}

const push = 'skopeo copy --quiet --dest-tls-verify=false dir:image "docker://$BERTH_IMAGE:1"';
const digest = `skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$BERTH_IMAGE:1"`;

describeWith(["docker-registry", "openssl", "skopeo"], "the action, with a real registry", () => {
  let sandbox: Sandbox;
  let checkout: string;
  let registry: Registry;
  let further: Registry;

  beforeAll(async () => {
    sandbox = await makeSandbox("action");
    checkout = await checkOutAction(sandbox);
    registry = await startRegistry();
    further = await startRegistry({ denial: "forbidden" });
    further.grant({ user: "deployer", token: "deploy-token", project: "shared" });
  });

  afterAll(async () => {
    await Promise.all([registry?.stop(), further?.stop()]);
    await sandbox?.remove();
  });

  let count = 0;
  const prepare = async (id = 1, place?: Place): Promise<Prepared> => {
    count += 1;
    const [project, token] = [`octo/app-${count}`, `ghs_token-${count}`];
    registry.grant({ user: "octocat", token, project });
    const on = place ?? (await sandbox.place());
    const image = await writeImage(join(on.folder, "image"), project);
    const options = { checkout, host: registry.host, project: project.toUpperCase(), token, id };
    return { job: await makeWorkflowJob(on, options), project, image };
  };

  test("later steps push and pull as the job; after the job nothing is left of it", async () => {
    const { job, project, image } = await prepare();
    const [start, home] = [registry.log.length, await snapshot(job.place.home)];
    const { ended, env, outputs, state, post } = await job.uses();
    expect({ exitCode: ended.exitCode, env, outputs, state }).toEqual({
      exitCode: 0,
      env: variables(1, project),
      outputs: {
        ...{ "docker-config": berthOf(1), registry: "<registry>" },
        image: `<registry>/${project}`,
      },
      state: { directory: berthOf(1) },
    });
    expect(await job.run(`${push}\n${digest}`)).toEqual(said(`${image.digest}\n`));
    expect(ownersOf(registry.log, start)).toEqual([project]);
    expect(await post()).toEqual(removed());
    expect(await job.run(digest)).toEqual(DENIED);
    expect((await readdir(job.temporary)).map(job.mask).sort()).toEqual([
      ...["_runner_file_commands", "berth-<uid>"],
    ]);
    expect([await job.berths(), await snapshot(job.place.home)]).toEqual([[], home]);
  });

  test("without the action the same is denied", async () => {
    const { job, project } = await prepare();
    const image = `BERTH_IMAGE=${registry.host}/${project}`;
    expect(await job.run(`${image}\n${push}`)).toEqual(DENIED);
  });

  describeWith(["buildah"], "buildah", () => {
    test("pushes as the job", async () => {
      const { job, image } = await prepare();
      await job.uses();
      const script = `${OWN_STORAGE}
        buildah push --quiet --tls-verify=false "$(buildah pull --quiet dir:image)" "docker://$BERTH_IMAGE:1"
        skopeo inspect --tls-verify=false --format '{{index .Labels "berth.test"}}' "docker://$BERTH_IMAGE:1"`;
      expect(await job.run(script)).toEqual(said(`${image.label}\n`));
    });
  });

  describeWith(["docker"], "docker", () => {
    test.each(programsOnPath("docker"))(
      "%s has the job's credentials, those of the registries input and of DOCKER_AUTH_CONFIG, and warns of nothing",
      async (docker) => {
        const { job, project } = await prepare();
        const [user, third] = ["deployer", await startRegistry()];
        third.grant({ user, token: "third-token", project: "shared" });
        const { ended } = await job.uses({
          with: { registries: `${further.host},username=${user},password-env=DEPLOY` },
          env: {
            DEPLOY: "deploy-token",
            DOCKER_AUTH_CONFIG: authFile(third.host, user, "third-token"),
          },
        });
        expect(ended.exitCode).toBe(0);
        const images = ["$BERTH_IMAGE", `${further.host}/shared/a`, `${third.host}/shared/a`];
        const script = images.map(
          (it) => `skopeo copy --quiet --dest-tls-verify=false dir:image "docker://${it}:1"
            ${docker} manifest inspect --insecure "${it}:1" | grep -c '"config"'`,
        );
        const start = [registry, further, third].map(({ log }) => log.length);
        const result = await job.run(script.join("\n"));
        const owners = [registry, further, third].map(({ log }, at) => ownersOf(log, start[at]));
        await third.stop();
        expect({ result, owners }).toEqual({
          result: said("1\n1\n1\n"),
          owners: [[project], ["shared"], ["shared"]],
        });
      },
    );
  });

  describe("twice in one job", () => {
    test("it renews the credentials; the last post finds nothing more to do", async () => {
      const { job, project, image } = await prepare();
      const first = await job.uses();
      const second = await job.uses();
      expect([second.ended.exitCode, second.env, second.state]).toEqual([
        ...[0, first.env, first.state],
      ]);
      expect(second.env).toEqual(variables(1, project));
      expect(await job.run(`${push}\n${digest}`)).toEqual(said(`${image.digest}\n`));
      expect([await second.post(), await first.post()]).toEqual([
        removed(),
        said(`berth: nothing to clean up at ${berthOf(1)}\n`),
      ]);
      expect(await job.berths()).toEqual([]);
    });

    test("a registry of the first one is still there after the second", async () => {
      const { job } = await prepare();
      const registries = `${further.host},username=deployer,password-env=DEPLOY`;
      await job.uses({ with: { registries }, env: { DEPLOY: "deploy-token" } });
      await job.uses();
      const other = `BERTH_IMAGE=${further.host}/shared/b`;
      expect((await job.run(`${other}\n${push}`)).exitCode).toBe(0);
    });

    // The first has put {"auths":{}} into the environment of the second: that hides what DOCKER_AUTH_CONFIG held.
    test("so are the registries of DOCKER_AUTH_CONFIG", async () => {
      const { job } = await prepare();
      const logins = authFile(further.host, "deployer", "deploy-token");
      await job.uses({ env: { DOCKER_AUTH_CONFIG: logins } });
      await job.uses();
      const other = `BERTH_IMAGE=${further.host}/shared/c`;
      expect(await job.run(`${other}\n${push}`)).toEqual(said(""));
    });
  });

  test("two jobs on one machine have nothing of each other", async () => {
    const place = await sandbox.place();
    const jobs = [await prepare(1, place), await prepare(2, place)];
    const images = jobs.map(({ project }) => `${registry.host}/${project}:1`);
    const start = registry.log.length;
    const steps = await Promise.all(jobs.map(({ job }) => job.uses()));
    expect(steps.map(({ env }) => env)).toEqual(
      jobs.map(({ project }, at) => variables(at + 1, project)),
    );
    const pushed = await Promise.all(jobs.map(({ job }) => job.run(push)));
    expect(pushed).toEqual([said(""), said("")]);
    const others = jobs.map(({ job }, at) =>
      job.run(`skopeo inspect --tls-verify=false "docker://${images[1 - at]}"`),
    );
    expect(await Promise.all(others)).toEqual([DENIED, DENIED]);
    expect(ownersOf(registry.log, start)).toEqual(jobs.map(({ project }) => project).sort());
    expect(await steps[0]?.post()).toEqual(removed(1));
    expect(await jobs[1]?.job.run(push)).toEqual(said(""));
    expect(await steps[1]?.post()).toEqual(removed(2));
  });
});
