import { join } from "node:path";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { gitlabJob } from "../fixtures/environments.ts";
import { describeDespite } from "../support/describe-with.ts";
import { storageObstacles } from "../support/obstacles.ts";
import { type Registry, startRegistry } from "../support/registry.ts";
import { type RegistryProxy, startRegistryProxy } from "../support/registry-proxy.ts";
import { ownersOf } from "../support/site.ts";
import { canInclude, type Inputs, include } from "./support/pipelines/component.ts";
import { makePipelineJob } from "./support/pipelines/job.ts";
import { failed, said } from "./support/pipelines/outcomes.ts";
import { gitlab } from "./support/pipelines/scripts.ts";
import { makeSandbox, type Sandbox } from "./support/sandbox.ts";
import { testIf } from "./support/test-if.ts";

const describeWith = describeDespite(await storageObstacles());
const IMAGE = `${gitlabJob.CI_REGISTRY_IMAGE}:1`;
const SECOND = "second.example.com/app:1";
const BERTH = "<folder>/tmp/berth-<uid>/gitlab-7001-<hash>";

describeWith(["docker-registry", "openssl", "buildah", "bash", "busybox"], "a job of it", () => {
  let sandbox: Sandbox;
  let registry: Registry;
  let proxy: RegistryProxy;

  beforeAll(async () => {
    sandbox = await makeSandbox("component-job");
    registry = await startRegistry();
    proxy = await startRegistryProxy(registry);
  });

  afterAll(async () => {
    await proxy?.stop();
    await registry?.stop();
    await sandbox?.remove();
  });

  const SCRIPT = ['docker build --tag "$BERTH_IMAGE:1" .', 'docker push "$BERTH_IMAGE:1"'];
  type Image = "berth" | "npm" | "neither";

  const run = async (
    image: Image,
    {
      inputs = {},
      script = SCRIPT,
      change = {},
    }: { inputs?: Inputs; script?: readonly string[]; change?: Inputs } = {},
  ) => {
    const place = await sandbox.place();
    const token = "job-token";
    const also = [{ project: "group/app", actions: ["pull", "push"] as const }];
    registry.grant({ user: "gitlab-ci-token", token, project: "group/app" });
    registry.grant({ user: "another", token: "another-token", project: "another/job", also });
    registry.grant({ user: "deployer", token: "second-token", project: "app" });
    const secrets = {
      ...{ CI_REGISTRY_PASSWORD: token, CI_JOB_TOKEN: token },
      ...{ SECOND_USER: "deployer", SECOND_PASSWORD: "second-token", ...change },
    };
    const home = { registry: gitlabJob.CI_REGISTRY, user: "another", token: "another-token" };
    const job = await makePipelineJob(place, { env: gitlabJob, secrets, proxy, home });
    const paths = {
      npm: job.env["PATH"],
      berth: `${join(sandbox.folder, "bin")}:${job.env["PATH"]}`,
      neither: place.runtime,
    };
    const start = registry.log.length;
    const shell = image === "npm" ? ["/bin/busybox", "sh"] : ["/bin/bash"];
    const { stdout } = await include(sandbox.folder, inputs, script);
    await gitlab(shell)(stdout, { ...job, env: { ...job.env, PATH: paths[image] ?? "" } });
    return { shells: job.shells, owners: ownersOf(registry.log, start), left: await job.berths() };
  };

  const CHECK = "$ if ! command -v berth > /dev/null; then # collapsed multi-line command\n";
  const EVALUATE = '$ eval "$(berth ci-env gitlab)"\n';
  const PUSHED = `$ docker build --tag "$BERTH_IMAGE:1" .
docker: built ${IMAGE}
$ docker push "$BERTH_IMAGE:1"
docker: pushed ${IMAGE} with ${BERTH}/config.json
`;
  const CLEANED = said("$ berth cleanup gitlab\n");

  testIf(
    canInclude,
    "in an image with berth: pushes as the job, and installs nothing",
    async () => {
      const shells = [said(CHECK + EVALUATE + PUSHED), CLEANED];
      expect(await run("berth")).toEqual({ shells, owners: ["group/app"], left: [] });
    },
  );

  testIf(canInclude, "in an image with npm alone: installs the version, and pushes", async () => {
    const INSTALLED = "npm: installed berth-ci@1.2.3\n";
    const shells = [said(CHECK + INSTALLED + EVALUATE + PUSHED), CLEANED];
    const result = await run("npm", { inputs: { version: "1.2.3" } });
    expect(result).toEqual({ shells, owners: ["group/app"], left: [] });
  });

  testIf(canInclude, "in an image with neither: says so, and fails", async () => {
    const NEITHER = "berth: error: this image has neither berth nor npm: add one of them\n";
    const notFound = expect.stringMatching(/^\S+ line \d+: berth: command not found\n$/);
    expect(await run("neither")).toEqual({
      shells: [failed(CHECK, NEITHER), { ...CLEANED, exitCode: 127, stderr: notFound }],
      ...{ owners: [], left: [] },
    });
  });

  testIf(canInclude, "with further registries, and for docker alone", async () => {
    const registries = "second.example.com,username-env=SECOND_USER,password-env=SECOND_PASSWORD\n";
    const lines = [
      ...[`docker build --tag ${SECOND} .`, `docker push ${SECOND}`],
      'echo "$DOCKER_CONFIG:$REGISTRY_AUTH_FILE"',
    ];
    const script = [...SCRIPT, ...lines];
    expect(await run("berth", { inputs: { registries, clients: "docker" }, script })).toEqual({
      shells: [
        said(`${CHECK}${EVALUATE}${PUSHED}$ ${lines[0]}
docker: built ${SECOND}
$ ${lines[1]}
docker: pushed ${SECOND} with ${BERTH}/config.json
$ ${lines[2]}
${BERTH}:
`),
        CLEANED,
      ],
      ...{ owners: ["app", "group/app"], left: [] },
    });
  });

  testIf(
    canInclude,
    "where a credential is missing, and that is to fail: stops before it",
    async () => {
      const change = { CI_REGISTRY_PASSWORD: "", CI_JOB_TOKEN: "" };
      const problem = expect.stringContaining("(BERTH_MISSING_CREDENTIAL)");
      expect(await run("berth", { inputs: { "if-missing": "fail" }, change })).toEqual({
        shells: [{ ...failed(CHECK + EVALUATE, ""), stderr: problem }, CLEANED],
        ...{ owners: [], left: [] },
      });
    },
  );
});
