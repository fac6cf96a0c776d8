import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { commands } from "../../src/commands/index.ts";
import { describeWith } from "../support/describe-with.ts";
import { makeSandbox, type Place, type Sandbox, statements } from "./support/sandbox.ts";
import { quoted } from "./support/shells.ts";

const BERTH = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>";
const HEAD = "berth: GitLab CI job 1 uses";
const LOGIN = "login      registry.example.com  as gitlab-ci-token  by CI_REGISTRY_PASSWORD";
const USAGE = `no command is given (choices: ${commands.map(({ name }) => name).join(", ")})`;

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("output");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

const berth = (...args: string[]) => place.berth(args, place.job());

describe("a failure to write", () => {
  const inShell = (script: string) => place.run(["bash", "-c", script], place.job());
  const failed = (code: string) => `berth: error: cannot write to stdout (${code})\n`;

  describeWith(["bash"], "stdout", () => {
    test("on a full disk: the status says so", async () => {
      expect(await inShell("berth ci-env --quiet > /dev/full")).toEqual({
        ...{ exitCode: 1, stdout: "", stderr: failed("ENOSPC") },
      });
    });

    test("into a closed pipe: the status says so", async () => {
      const script = "set -o pipefail; berth ci-env --quiet | true";
      expect(await inShell(script)).toEqual({
        ...{ exitCode: 1, stdout: "", stderr: failed("EPIPE") },
      });
    });

    test("stderr on a full disk: the statements come all the same", async () => {
      const stdout = statements();
      const script = "berth ci-env 2> /dev/full";
      expect(await inShell(script)).toEqual({ exitCode: 0, stdout, stderr: "" });
    });
  });
});

describe("what is said", () => {
  const done = (stderr: string) => ({ exitCode: 0, stdout: statements(), stderr });

  test("is a summary, more of it, or warnings alone", async () => {
    expect(await berth("ci-env")).toEqual(done(`${HEAD} ${BERTH}\n  ${LOGIN}\n`));
    const entry = "registry.example.com  gitlab-ci-token  [redacted]  CI_REGISTRY_PASSWORD";
    expect(await berth("ci-env", "--verbose")).toEqual(
      done(`${HEAD} ${BERTH} (renewed)
  ${LOGIN}
  variable   CI_JOB_ID             1
  variable   CI_SERVER_URL         https://gitlab.example.com
  variable   CI_REGISTRY           registry.example.com
  variable   CI_REGISTRY_IMAGE     registry.example.com/g/p
  variable   CI_REGISTRY_USER      gitlab-ci-token
  variable   CI_REGISTRY_PASSWORD  [redacted]
  variable   CI_JOB_TOKEN          [redacted]
  variable   GITLAB_CI             true
  file       config.json
             - ${entry}
  file       auth.json
             - ${entry}
  file       berth.json  (what berth did, without secrets)
`),
    );
    expect(await berth("ci-env", "--quiet")).toEqual(done(""));
    expect(await place.berth(["ci-env"], place.job({ BERTH_QUIET: "1" }))).toEqual(done(""));
  });

  test("has no colours where it is not a terminal, whatever the variables say", async () => {
    const env = place.job({ FORCE_COLOR: "1", CLICOLOR_FORCE: "1", TERM: "xterm-256color" });
    expect(await place.berth(["ci-env"], env)).toEqual(done(`${HEAD} ${BERTH}\n  ${LOGIN}\n`));
  });

  describeWith(["script"], "on a terminal", () => {
    const typed = async (line: string, change = {}) => {
      const file = join(place.folder, "line.sh");
      await writeFile(file, line);
      const words = [
        "script",
        "--quiet",
        "--return",
        "--command",
        `sh ${quoted(file)}`,
        "/dev/null",
      ];
      const { exitCode, stdout } = await place.run(words, place.job(change));
      return { exitCode, shown: stdout.replaceAll("\r\n", "\n") };
    };
    const label = (text: string, code: number, end: number) => `\x1b[${code}m${text}\x1b[${end}m`;
    const login = LOGIN.slice(11);

    test("has colours", async () => {
      expect(await typed("berth ci-env > /dev/null")).toEqual({
        exitCode: 0,
        shown: `${HEAD} ${label(BERTH, 1, 22)}\n  ${label("login      ", 32, 39)}${login}\n`,
      });
    });

    test("NO_COLOR takes them away", async () => {
      const shown = `${HEAD} ${BERTH}\n  ${LOGIN}\n`;
      const ended = await typed("berth ci-env > /dev/null", { NO_COLOR: "1" });
      expect(ended).toEqual({ exitCode: 0, shown });
    });

    test("statements have none, and the line that uses them is shown", async () => {
      expect(await typed("berth ci-env 2> /dev/null")).toEqual({
        exitCode: 0,
        shown: statements(),
      });
      const shown = `${HEAD} ${BERTH} (renewed)\n  ${LOGIN}\n  to use it  eval "$(berth ci-env)"\n`;
      expect(await typed("berth ci-env", { NO_COLOR: "1" })).toEqual({
        ...{ exitCode: 0, shown: shown + statements() },
      });
    });

    test("a failure shows no stop statement, which would close nothing there", async () => {
      expect(await typed("berth")).toEqual({
        exitCode: 2,
        shown: `berth: ${label("error", 31, 39)}: ${USAGE} (BERTH_USAGE)\n  ${label("hint       ", 2, 22)}see berth --help\n`,
      });
    });
  });
});
