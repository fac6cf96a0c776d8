import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { describeWith } from "../support/describe-with.ts";
import { githubJob, type JobEnv } from "../support/job.ts";
import { makeSandbox, type Place, type Sandbox, statements } from "./support/sandbox.ts";
import { shells } from "./support/shells.ts";

// In lower case, because an image is: the value has to arrive letter by letter.
const names = [
  "$(touch pwned)`touch pwned`$x",
  `';touch pwned;'";touch pwned;"&&touch pwned||touch pwned`,
  " * ? [a-z]*  {a,b} ** ",
  "~ =ls -n #x !x !! \\ %s\\n \\c \\0101 \\",
  "é‘’😀\ta ^a <a >pwned (a) $home $$ ",
  "=ls",
  "-e; exit 0; #",
];

const forms = ['eval "$(berth ci-env --quiet)"', "eval $(berth ci-env --quiet)"];

// Names that patterns in the output could match.
const files = ["a", "b", "export", "exit", "DOCKER_CONFIG=a", "BERTH_IMAGE=a", "-n", "*", "a b"];

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("hostile");
});

afterAll(() => sandbox?.remove());

interface Job {
  readonly place: Place;
  readonly folder: string;
  readonly temporary: string;
}

const prepare = async (name: string): Promise<Job> => {
  const place = await sandbox.place();
  const folder = join(place.folder, "project");
  const temporary = join(place.folder, name);
  await mkdir(folder);
  await mkdir(temporary);
  for (const file of files) await writeFile(join(folder, file), "");
  return { place, folder, temporary };
};

const gitlab = ({ place, temporary }: Job, name: string): JobEnv =>
  place.job({
    // Credentials of the project's own: the job token would not go to another host than the image's.
    ...{ CI_REGISTRY_USER: "me", CI_REGISTRY_PASSWORD: "own" },
    ...{ TMPDIR: temporary, CI_REGISTRY_IMAGE: name, CI_JOB_ID: name, CI_JOB_NAME: name },
    ...{ CI_COMMIT_REF_NAME: name, CI_COMMIT_TAG: name, CI_COMMIT_TITLE: name },
    CI_REGISTRY_USER: "me",
  });

const github = ({ place, temporary }: Job, name: string): JobEnv => ({
  ...githubJob(place, { id: 1, host: "", project: name, token: "t" }),
  ...{ RUNNER_TEMP: temporary, GITHUB_JOB: name, GITHUB_REF_NAME: name, GITHUB_HEAD_REF: name },
});

const all = [
  ...shells,
  { name: "bash with failglob", program: "bash", command: ["bash", "-O", "failglob"] },
];

const readable = (name: string): string => name.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 60);

describe.each(all)("in $name", ({ program, command }) => {
  describeWith([program], "names of a job that an attacker chose", () => {
    const evaluate = async (form: string, name: string, ci: typeof gitlab) => {
      const job = await prepare(name);
      const script = `set -eu; ${form}; printf '%s\\n' "$BERTH_IMAGE" "$DOCKER_CONFIG" "$REGISTRY_AUTH_FILE"`;
      const options = { cwd: job.folder };
      const ended = await job.place.run([...command, "-c", script], ci(job, name), options);
      return { ...ended, files: (await readdir(job.folder)).sort() };
    };

    const arrived = (image: string, name: string, berth: string) => {
      const folder = `<folder>/${name}/berth-<uid>/${berth}-<hash>`;
      const stdout = `${image}\n${folder}\n${folder}/auth.json\n`;
      return { exitCode: 0, stdout, stderr: "", files: [...files].sort() };
    };

    test.each(forms)("arrive exactly, and nothing is executed: %s", async (form) => {
      const ended = await Promise.all(names.map((name) => evaluate(form, name, gitlab)));
      expect(ended).toEqual(names.map((name) => arrived(name, name, `gitlab-${readable(name)}`)));
    });

    test("of GitHub, too", async () => {
      const name = names.slice(0, 4).join("");
      const registry = "containers.github.example.com";
      expect(await evaluate("eval $(berth ci-env --quiet)", name, github)).toEqual(
        arrived(`${registry}/${name}`, name, `github-${readable(`1-1-${name}`)}`),
      );
    });
  });
});

describe("a line break", () => {
  const HINT = "correct the variable of the job";
  const refused = (message: string) => ({
    exitCode: 1,
    stdout: "exit 1;\n",
    stderr: `berth: error: ${message} (BERTH_BAD_VALUE)\n  hint       ${HINT}\n`,
  });

  test.each([
    ["\n", "\\x0a"],
    ["\r", "\\x0d"],
    ["\r\n", "\\x0d\\x0a"],
  ])("%j in the image is refused", async (end, shown) => {
    const { place } = await prepare("x");
    const env = place.job({ CI_REGISTRY_IMAGE: `r/a${end}::error::b` });
    expect(await place.berth(["ci-env"], env)).toEqual(
      refused(`CI_REGISTRY_IMAGE: a line break in its value "r/a${shown}::error::b"`),
    );
  });

  test("in the temp directory's name is refused", async () => {
    const { place, temporary } = await prepare("x\ny");
    expect(await place.berth(["ci-env"], place.job({ TMPDIR: temporary }))).toEqual(
      refused(`TMPDIR: a line break in its value "<folder>/x\\x0ay"`),
    );
    expect(await readdir(temporary)).toEqual([]);
  });

  test("in the job's id is no part of any name", async () => {
    const { place } = await prepare("x");
    const env = place.job({ CI_JOB_ID: "1\n2" });
    const berth = "<folder>/tmp/berth-<uid>/gitlab-1-2-<hash>";
    expect(await place.berth(["ci-env", "--quiet"], env)).toEqual({
      ...{ exitCode: 0, stdout: statements(undefined, undefined, berth), stderr: "" },
    });
  });
});
