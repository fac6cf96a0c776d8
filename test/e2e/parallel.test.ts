import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runCrowd } from "../support/crowd.ts";
import { describeWith } from "../support/describe-with.ts";
import { runJob } from "../support/job.ts";
import { type Site, startSite } from "../support/site.ts";
import { snapshot } from "../support/snapshot.ts";

const JOBS = 100;

describeWith(["docker-registry", "openssl", "skopeo"], `${JOBS} jobs on one runner`, () => {
  let site: Site;

  beforeAll(async () => {
    site = await startSite();
  });

  afterAll(() => site?.stop());

  const berths = async (): Promise<readonly string[]> => {
    const folders = (await readdir(site.runner.temporary)).filter((it) => it.startsWith("berth-"));
    const found = folders.map((folder) => readdir(join(site.runner.temporary, folder)));
    return (await Promise.all(found)).flat();
  };

  test("each pushes and pulls as itself, and none leaves a berth behind", async () => {
    const crowd = await runCrowd(
      site,
      JOBS,
      `eval "$(berth ci-env gitlab --quiet)"
      image="docker://$BERTH_IMAGE:$CI_JOB_ID"
      skopeo copy --quiet --dest-tls-verify=false dir:image "$image"
      skopeo copy --quiet --src-tls-verify=false "$image" dir:pulled
      skopeo inspect --format '{{.Digest}} {{index .Labels "berth.test"}}' dir:pulled`,
    );
    expect(
      crowd.map(({ exitCode, stdout, stderr, owners }) => ({ exitCode, stdout, stderr, owners })),
    ).toEqual(
      crowd.map(({ job: { image, project } }) => ({
        ...{ exitCode: 0, stdout: `${image.digest} ${project}`, stderr: "", owners: [project] },
      })),
    );
    expect(new Set(crowd.map(({ stdout }) => stdout)).size).toBe(JOBS);
    expect(await berths()).toHaveLength(JOBS);

    const cleanups = await Promise.all(
      crowd.map(({ job }) =>
        runJob("berth cleanup gitlab --quiet", { env: job.env, cwd: job.folder }),
      ),
    );
    expect(cleanups).toEqual(crowd.map(() => ({ exitCode: 0, stdout: "", stderr: "" })));
    expect(await berths()).toEqual([]);
    expect(await snapshot(join(site.runner.home, ".docker"))).toBeNull();
  }, 600_000);
});
