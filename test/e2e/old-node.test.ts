import { afterAll, beforeAll, expect } from "@jest/globals";
import { describeWith } from "../support/describe-with.ts";
import { describe, test } from "./support/node-build.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";
import { shells } from "./support/shells.ts";

// The version is all that berth may look at: what an older Node lacks is lacking when the program is loaded.
const asNode = (version: string): string =>
  `--import "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'})"`;

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("old-node");
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

const asked = (version: string, change = {}) =>
  place.berth(["ci-env"], place.job({ NODE_OPTIONS: asNode(version), ...change }));

test.each(["18.20.8", "20.18.3", "16.20.2"])(
  "Node %s stops the job and says why",
  async (version) => {
    expect(await asked(version)).toEqual({
      exitCode: 1,
      stdout: "exit 1;\n",
      stderr: `berth: error: Node ${version} is too old: 20.19 or later is needed\n`,
    });
  },
);

test("a job is one without CI in its variables, too, which many systems do not set", async () => {
  const { stdout } = await asked("18.20.8", { CI: undefined });
  expect(stdout).toBe("exit 1;\n");
});

describe("at a terminal", () => {
  describeWith(["script"], "of script", () => {
    test("it only fails", async () => {
      const line = `[ "$(berth ci-env)" = "(exit 1);" ] && echo only`;
      const env = place.job({ NODE_OPTIONS: asNode("18.20.8"), CI: undefined });
      const { stdout } = await place.run(["script", "-qec", line, "/dev/null"], env);
      expect(stdout.trim().split("\r\n").at(-1)).toBe("only");
    });
  });
});

test.each(["20.19.0", "22.1.0"])("Node %s is good enough", async (version) => {
  expect((await asked(version)).exitCode).toBe(0);
});

describe.each(shells)("in $name", ({ program, command }) => {
  describeWith([program], "a job with an older Node", () => {
    test("stops", async () => {
      const env = place.job({ NODE_OPTIONS: asNode("18.20.8") });
      const script = 'set -e; eval "$(berth ci-env)"; echo survived';
      const { exitCode, stdout } = await place.run([...command, "-c", script], env);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    });
  });
});
