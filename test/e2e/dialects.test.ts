import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { commands } from "../../src/commands/index.ts";
import { makeSandbox, type Place, type Sandbox, statements } from "./support/sandbox.ts";

const BERTH = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("dialects");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

const berth = (...args: string[]) => place.berth(args, place.job());

const errorObject = (code: string, message: string, hint: string) => ({
  stdout: `${JSON.stringify({ error: { code, message, hint } }, null, 2)}\n`,
  stderr: `berth: error: ${message} (${code})\n  hint       ${hint}\n`,
});

describe("--shell json", () => {
  test("is one object on stdout", async () => {
    const DOCKER_AUTH_CONFIG =
      '{"auths": {"v.example.com": {"auth": "dTpw"}, "bad": {"auth": "?"}}}';
    const env = place.job({ DOCKER_AUTH_CONFIG });
    const { stdout, exitCode } = await place.berth(["ci-env", "--shell", "json", "--quiet"], env);
    const bad =
      "bad: its entry in DOCKER_AUTH_CONFIG is left out: it is not a credential that Docker can read";
    expect({ exitCode, ...JSON.parse(stdout) }).toEqual({
      exitCode: 0,
      ...{ system: "gitlab", job: "1", directory: BERTH },
      variables: {
        ...{ DOCKER_CONFIG: BERTH, WERF_DOCKER_CONFIG: BERTH },
        REGISTRY_AUTH_FILE: `${BERTH}/auth.json`,
        HELM_REGISTRY_CONFIG: `${BERTH}/config.json`,
        BERTH_REGISTRY: "registry.example.com",
        BERTH_IMAGE: "registry.example.com/g/p",
      },
      unset: ["DOCKER_AUTH_CONFIG"],
      registries: [
        { registry: "registry.example.com", user: "gitlab-ci-token", from: "CI_REGISTRY_PASSWORD" },
        { registry: "v.example.com", user: "u", from: "DOCKER_AUTH_CONFIG" },
      ],
      notices: [
        {
          level: "info",
          text: "DOCKER_AUTH_CONFIG is merged and unset: Docker would prefer it to the berth",
        },
        { level: "warning", text: bad, hint: "correct it there" },
      ],
    });
  });

  const noTemp = errorObject(
    "BERTH_TEMP_DIR",
    "--tmp-dir: <folder>/none is not there",
    "make the directory, or name another with --tmp-dir or BERTH_TMP_DIR",
  );

  test("is an error object after a failure", async () => {
    const args = ["ci-env", "--tmp-dir", "none"];
    expect(await berth(...args, "--shell", "json")).toEqual({ exitCode: 1, ...noTemp });
    expect(await berth(...args, "--shell=json")).toEqual({ exitCode: 1, ...noTemp });
    const env = place.job({ BERTH_SHELL: "json" });
    expect(await place.berth(args, env)).toEqual({ exitCode: 1, ...noTemp });
  });

  test("is an error object after wrong use", async () => {
    const usage = errorObject(
      "BERTH_USAGE",
      `no command is given (choices: ${commands.map(({ name }) => name).join(", ")})`,
      "see berth --help",
    );
    expect(await berth("--shell", "json")).toEqual({ exitCode: 2, ...usage });
  });
});

describe("--shell dotenv", () => {
  test("is lines of assignments, and what it cannot unset is said", async () => {
    const env = place.job({ DOCKER_AUTH_CONFIG: '{"auths": {}}' });
    expect(await place.berth(["ci-env", "--shell", "dotenv"], env)).toEqual({
      exitCode: 0,
      stdout: statements().replace(/export |;/g, ""),
      stderr: `berth: GitLab CI job 1 uses ${BERTH}
  login      registry.example.com  as gitlab-ci-token  by CI_REGISTRY_PASSWORD
  warning    DOCKER_AUTH_CONFIG stays set: dotenv has no way to unset it
             unset it where the variables are used
`,
    });
  });

  test.each([
    [1, ["ci-env", "--tmp-dir", "none"]],
    [2, ["ci-env", "--frob"]],
  ])("is nothing after a failure with status %i", async (status, args) => {
    const { exitCode, stdout } = await berth(...args, "--shell", "dotenv");
    expect({ exitCode, stdout }).toEqual({ exitCode: status, stdout: "" });
  });
});

test.each([
  [2, ["cleanup", "ci-env"]],
  [1, ["cleanup", "github"]],
  [2, ["cleanup", "--frob"]],
  [2, ["cleanup", "bamboo"]],
  [2, ["cleanup", "--stale", "old"]],
])(
  "cleanup, which nobody evaluates, fails with status %i and nothing on stdout: %j",
  async (status, args) => {
    const { exitCode, stdout } = await berth(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: status, stdout: "" });
  },
);
