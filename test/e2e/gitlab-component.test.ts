import { afterAll, beforeAll, describe, expect, jest } from "@jest/globals";
import { parse } from "yaml";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";
import { canInclude, type Inputs, include } from "./support/pipelines/component.ts";
import { COMPONENT, read } from "./support/pipelines/files.ts";
import { testIf } from "./support/test-if.ts";

jest.setTimeout(60_000);

let folder: TemporaryFolder;

beforeAll(async () => {
  folder = await makeTemporaryFolder("component");
});

afterAll(() => folder?.remove());

describe("gitlab-ci-local reads the component", () => {
  const install = (version: string) => `if ! command -v berth > /dev/null; then
  if ! command -v npm > /dev/null; then
    echo "berth: error: this image has neither berth nor npm: add one of them" >&2
    exit 1
  fi
  npm install --global "berth-ci@${version}"
fi
`;
  const publish = (variables: object, version = "0.1.0") => ({
    variables: {
      ...{ BERTH_REGISTRIES: "", BERTH_CLIENTS: "", BERTH_IF_MISSING: "warn", ...variables },
    },
    before_script: [install(version), 'eval "$(berth ci-env gitlab)"'],
    script: ["true"],
    after_script: ["berth cleanup gitlab"],
  });
  const registries = "a.example.com,username-env=A,password-env=B\nb.example.com,username-env=C\n";

  testIf(canInclude, "with no input", async () => {
    expect(parse((await include(folder.path, {})).stdout)["publish"]).toEqual(publish({}));
  });

  testIf(canInclude, "with all inputs", async () => {
    const inputs = { job: ".mine", version: "1.2.3", registries, clients: "docker" };
    const { stdout } = await include(folder.path, { ...inputs, "if-missing": "fail" });
    const variables = { BERTH_REGISTRIES: registries, BERTH_CLIENTS: "docker" };
    expect(parse(stdout)["publish"]).toEqual(
      publish({ ...variables, BERTH_IF_MISSING: "fail" }, "1.2.3"),
    );
  });

  testIf(canInclude, "and refuses wrong inputs, and a wrong component", async () => {
    const wrong: readonly (readonly [Inputs, string])[] = [
      [
        { "if-missing": "never" },
        "`if-missing` input: `never` cannot be used because it is not in the list of allowed options.",
      ],
      [{ clients: ["docker"] }, "`clients` input: provided value is not a string."],
    ];
    for (const [inputs, problem] of wrong) {
      const { exitCode, stderr } = await include(folder.path, inputs);
      const lines = [expect.stringContaining(problem)];
      expect({ exitCode, lines: stderr.split("\n").slice(-1) }).toEqual({ exitCode: 1, lines });
    }
    const { exitCode, stderr } = await include(
      folder.path,
      {},
      ["true"],
      read(COMPONENT).replace("after_", "aftr_"),
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("'aftr_script' property is not expected to be here"),
    });
  });
});
