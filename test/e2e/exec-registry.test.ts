import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { runCrowd } from "../support/crowd.ts";
import { describeWith } from "../support/describe-with.ts";
import { type JobEnv, runJob } from "../support/job.ts";
import { ownersOf, type Site, type SiteJob, startSite } from "../support/site.ts";
import { snapshot } from "../support/snapshot.ts";

const PUSH = "skopeo copy --quiet --dest-tls-verify=false dir:image";
// Each test runs many processes, beside those of other test files.
jest.setTimeout(120_000);

const DENIAL = /403 \(Forbidden\)|denied|unauthorized|authentication required/;

describeWith(["docker-registry", "openssl", "skopeo"], "exec with a real registry", () => {
  let site: Site;

  beforeAll(async () => {
    site = await startSite();
  });

  afterAll(() => site?.stop());

  const run = (job: SiteJob, script: string, env: JobEnv = {}) =>
    runJob(script, { cwd: job.folder, env: { ...job.env, ...env } });

  /** What the runner's HOME and its folder of berths hold. */
  const left = async () => ({
    docker: await snapshot(join(site.runner.home, ".docker")),
    berths: await readdir(join(site.runner.temporary, `berth-${process.getuid?.()}`)),
  });

  const NOTHING = { docker: null, berths: [] };

  test("skopeo pushes as the job, and without berth it is denied", async () => {
    const job = await site.job();
    const start = site.registry.log.length;
    const push = `${PUSH} "docker://$CI_REGISTRY_IMAGE:1"`;
    expect(await run(job, push)).toEqual({
      ...{ exitCode: 1, stdout: "", stderr: expect.stringMatching(DENIAL) },
    });
    expect(ownersOf(site.registry.log, start)).toEqual(["nobody"]);
    const between = site.registry.log.length;
    const inspect = `skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$CI_REGISTRY_IMAGE:1"`;
    const script = `berth exec --quiet -- ${push}; berth exec gitlab --quiet -- ${inspect}`;
    expect(await run(job, script)).toEqual({ exitCode: 0, stdout: job.image.digest, stderr: "" });
    expect(ownersOf(site.registry.log, between)).toEqual([job.project]);
    expect(await left()).toEqual(NOTHING);
  });

  test("the status of a denied push is the client's, and the berth is gone", async () => {
    const [job, other] = [await site.job(), await site.job()];
    const push = `berth exec --quiet -- ${PUSH} "docker://$OTHER:1"`;
    expect(await run(job, push, { OTHER: other.env["CI_REGISTRY_IMAGE"] ?? "" })).toEqual({
      ...{ exitCode: 1, stdout: "", stderr: expect.stringMatching(DENIAL) },
    });
    expect(await left()).toEqual(NOTHING);
  });

  test("jobs in parallel, each with several runs at once, push as themselves", async () => {
    const crowd = await runCrowd(
      site,
      6,
      // A registry does not take the same layer several times at once.
      `berth exec --quiet -- sh -c '${PUSH} "docker://$BERTH_IMAGE:1"'
      for _ in 1 2 3; do
        berth exec --quiet -- skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$CI_REGISTRY_IMAGE:1" &
      done
      wait`,
    );
    expect(
      crowd.map(({ exitCode, stdout, stderr, owners }) => ({ exitCode, stdout, stderr, owners })),
    ).toEqual(
      crowd.map(({ job: { image, project } }) => ({
        ...{ exitCode: 0, stdout: Array(3).fill(image.digest).join("\n"), stderr: "" },
        owners: [project],
      })),
    );
    expect(await left()).toEqual(NOTHING);
  });

  test("a login in the command is for the command alone, one in the job's berth for it, too", async () => {
    const [job, other] = [await site.job(), await site.job()];
    const env = {
      OTHER: other.env["CI_REGISTRY_IMAGE"] ?? "",
      TOKEN: other.token,
      HOST: site.registry.host,
    };
    const logIn = `printf %s "$TOKEN" | skopeo login --tls-verify=false --username gitlab-ci-token --password-stdin "$HOST" > /dev/null`;
    const push = `${PUSH} "docker://$OTHER:1"`;
    const script = `eval "$(berth ci-env --quiet)"
      berth exec --quiet -- sh -ec '${logIn}; ${push}'
      if ${push} 2> denied; then echo pushed; fi
      unset CI_REGISTRY_PASSWORD CI_JOB_TOKEN CI_REGISTRY_USER
      ${logIn}
      berth exec --quiet -- ${PUSH} "docker://$OTHER:2"
      skopeo list-tags --tls-verify=false "docker://$OTHER" | grep -o '"[12]"' | sort
      berth cleanup --quiet`;
    expect(await run(job, script, env)).toEqual({
      ...{ exitCode: 0, stdout: '"1"\n"2"', stderr: "" },
    });
    expect(await left()).toEqual(NOTHING);
  });

  describeWith(["docker"], "docker", () => {
    test("logs in and reads a manifest in one berth, and nothing of it is left", async () => {
      const job = await site.job();
      const image = await site.seed(site.registry, job.project);
      const script = `berth exec --quiet --no-login-to-registry -- sh -ec '
        printf %s "$TOKEN" | docker login --username gitlab-ci-token --password-stdin "$HOST" > /dev/null 2>&1
        docker manifest inspect --insecure "$IMAGE" | grep -c schemaVersion'`;
      const env = { IMAGE: image, TOKEN: job.token, HOST: site.registry.host };
      expect(await run(job, script, env)).toEqual({ exitCode: 0, stdout: "1", stderr: "" });
      expect(await left()).toEqual(NOTHING);
    });
  });
});
