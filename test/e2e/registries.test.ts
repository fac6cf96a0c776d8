import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { authFile } from "../support/auth-file.ts";
import { OWN_STORAGE } from "../support/commands.ts";
import { describeDespite } from "../support/describe-with.ts";
import { type JobEnv, runJob } from "../support/job.ts";
import { storageObstacles } from "../support/obstacles.ts";
import { ownersOf, type Site, type SiteJob, startSite } from "../support/site.ts";

const SUCCESS = { exitCode: 0, stderr: "" };
const DENIAL = /403 \(Forbidden\)|denied|unauthorized|authentication required/;
const DENIED = { exitCode: 1, stdout: "", stderr: expect.stringMatching(DENIAL) };
const describeWith = describeDespite(await storageObstacles());

/** What reads each of two images in a client, and what it prints then. */
const clients = [
  {
    name: "skopeo",
    read: `skopeo inspect --tls-verify=false --format '{{index .Labels "berth.test"}}' "docker://$it"`,
    stdout: (own: string) => `${own}\nshared/tool`,
  },
  {
    name: "docker",
    read: `docker manifest inspect --insecure "$it" | grep -c '"config"'`,
    stdout: () => "1\n1",
  },
  {
    name: "buildah",
    read: `buildah inspect --type image --format '{{index .Docker.Config.Labels "berth.test"}}' "$(buildah pull --quiet --policy always --tls-verify=false "$it")"; echo`,
    stdout: (own: string) => `${own}\nshared/tool`,
  },
  {
    name: "podman",
    read: `podman inspect --format '{{index .Labels "berth.test"}}' "$(podman pull --quiet --tls-verify=false "$it")"`,
    stdout: (own: string) => `${own}\nshared/tool`,
  },
] as const;

describeWith(["docker-registry", "openssl", "skopeo"], "two registries in one job", () => {
  let site: Site;
  let tool: string;
  let asking: JobEnv;

  beforeAll(async () => {
    site = await startSite();
    tool = await site.seed(site.further, "shared/tool");
    site.further.grant({ user: "deployer", token: "deploy-token", project: "shared" });
    asking = {
      ...{ TOOL: tool, FURTHER: site.further.host },
      ...{ DEPLOY_USER: "deployer", DEPLOY_TOKEN: "deploy-token" },
    };
  });

  afterAll(() => site?.stop());

  const ASK = '--registry "$FURTHER,username-env=DEPLOY_USER,password-env=DEPLOY_TOKEN"';
  const berth = (args: string) => `eval "$(berth ci-env gitlab --quiet ${args})"`;
  const PUSH = 'skopeo copy --quiet --dest-tls-verify=false dir:image "docker://$BERTH_IMAGE:1"';
  const PUSH_TOOL =
    'skopeo copy --quiet --dest-tls-verify=false dir:image "docker://$FURTHER/shared/$CI_JOB_ID:1"';

  /** A job's end, and as who it was at either registry. */
  const run = async (job: SiteJob, script: string, env: JobEnv = {}) => {
    const [first, second] = [site.registry.log.length, site.further.log.length];
    const ended = await runJob(`${OWN_STORAGE}\n${script}`, {
      ...{ cwd: job.folder, env: { ...job.env, ...asking, ...env } },
    });
    const owners = [ownersOf(site.registry.log, first), ownersOf(site.further.log, second)];
    return { ...ended, owners };
  };

  for (const { name, read, stdout } of clients) {
    describeWith([name], name, () => {
      test("is at either whom it has to be with --registry, and nobody without", async () => {
        const job = await site.job();
        const own = await site.seed(site.registry, `${job.project}/own`);
        const script = `for it in "$OWN" "$TOOL"; do ${read}; done`;
        expect(await run(job, `${berth(ASK)}\n${script}`, { OWN: own })).toEqual({
          ...{ ...SUCCESS, stdout: stdout(`${job.project}/own`) },
          owners: [[job.project], ["shared"]],
        });
        const without = `berth cleanup --quiet\n${berth("")}\nit=$TOOL; ${read}`;
        expect(await run(job, without)).toMatchObject({
          ...{ stderr: DENIED.stderr, owners: [[], ["nobody"]] },
        });
      });
    });
  }

  test("both are pushed to", async () => {
    const job = await site.job();
    expect(await run(job, `${berth(ASK)}\n${PUSH}\n${PUSH_TOOL}`)).toEqual({
      ...{ ...SUCCESS, stdout: "", owners: [[job.project], ["shared"]] },
    });
  });

  test("the password may be in a file", async () => {
    const job = await site.job();
    await writeFile(join(job.folder, "token"), "deploy-token\n");
    const ask = '--registry "$FURTHER,username=deployer,password-file=token"';
    expect(await run(job, `${berth(ask)}\n${PUSH_TOOL}`, { DEPLOY_TOKEN: "" })).toEqual({
      ...{ ...SUCCESS, stdout: "", owners: [[], ["shared"]] },
    });
  });

  test("it is the one that counts, where others have wrong ones", async () => {
    const job = await site.job();
    const wrong = authFile(site.further.host, "deployer", "wrong");
    const logins = { DOCKER_AUTH_CONFIG: wrong };
    expect(await run(job, `${berth(ASK)}\n${PUSH_TOOL}`, logins)).toEqual({
      ...{ ...SUCCESS, stdout: "", owners: [[], ["shared"]] },
    });
    const without = await run(job, `berth cleanup --quiet\n${berth("")}\n${PUSH_TOOL}`, logins);
    expect(without).toEqual({ ...DENIED, owners: [[], ["nobody"]] });
  });

  test("one for the job's own registry takes the place of its token", async () => {
    const job = await site.job();
    site.registry.grant({ user: "robot", token: "robot-token", project: job.project });
    const ask = '--registry "$CI_REGISTRY,username=robot,password-env=ROBOT"';
    const script = `${berth(ask)}\n${PUSH}`;
    const before = site.registry.log.length;
    expect(await run(job, script, { ROBOT: "robot-token" })).toMatchObject(SUCCESS);
    const accounts = site.registry.log.slice(before).map(({ account }) => account);
    expect([...new Set(accounts)]).toEqual(["robot"]);
    expect(await run(job, script, { ROBOT: "wrong" })).toEqual({
      ...{ ...DENIED, owners: [["nobody"], []] },
    });
  });

  test("a later step that does not ask for it, nor has the secret, keeps it", async () => {
    const job = await site.job();
    expect(await run(job, berth(ASK))).toEqual({ ...SUCCESS, stdout: "", owners: [[], []] });
    const script = `unset DEPLOY_USER DEPLOY_TOKEN\n${berth("--if-missing fail")}\n${PUSH}\n${PUSH_TOOL}`;
    expect(await run(job, script)).toEqual({
      ...{ ...SUCCESS, stdout: "", owners: [[job.project], ["shared"]] },
    });
  });
});
