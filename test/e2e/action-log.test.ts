import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { describe, test } from "./support/node-build.ts";
import { auth, makeSandbox, type Sandbox } from "./support/sandbox.ts";
import { checkOutAction, makeWorkflowJob, type StepOptions } from "./support/workflow.ts";

const HOST = "registry.example.com";
const BERTH = "<folder>/runner-1/_temp/berth-<uid>/github-1-1-test-<hash>";
const OWN_MASKS = ["ghs_token", auth("octocat", "ghs_token")].map((it) => `::add-mask::${it}`);
const HEADLINE = `berth: GitHub Actions job 1-1-test uses ${BERTH}`;
const LATER = "  note       the later steps of the job get the variables by $GITHUB_ENV";
const CANNOT_UNSET =
  '  note       DOCKER_AUTH_CONFIG cannot be unset there: it is {"auths":{}}, so that Docker takes the berth\'s credentials';

let sandbox: Sandbox;
let checkout: string;

beforeAll(async () => {
  sandbox = await makeSandbox("action-log");
  checkout = await checkOutAction(sandbox);
});

afterAll(() => sandbox?.remove());

const start = async () => {
  const options = { checkout, host: HOST, project: "octo/app", token: "ghs_token" };
  return makeWorkflowJob(await sandbox.place(), options);
};

const HEAD = `### Registry credentials of this job

| registry | user | from |
| --- | --- | --- |
`;

// No sign of Markdown's or HTML's stands in a cell as it is: a row has three cells, whatever they say.
const CELL = /^<code>((?:[^<>|`&\n]|&#\d+;)*)<\/code>$/;

const textOf = (cell: string): string => {
  const [, text] = CELL.exec(cell) ?? [];
  if (text === undefined) throw new Error(`no cell: ${cell}`);
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
};

/** The rows of a summary's table, as people see them. */
const rowsIn = (summary: string): readonly (readonly string[])[] => {
  if (!summary.startsWith(HEAD) || !summary.endsWith("\n\n")) throw new Error(summary);
  const lines = summary.slice(HEAD.length, -1).split("\n").slice(0, -1);
  return lines.map((line) =>
    line
      .replace(/^\| (.*) \|$/, "$1")
      .split(" | ")
      .map(textOf),
  );
};

const run = async (options: StepOptions) => {
  const job = await start();
  const { ended, summary } = await job.uses(options);
  const rows = ended.exitCode === 0 ? rowsIn(summary) : summary;
  return {
    ...{ ...ended, stdout: ended.stdout.split("\n").slice(0, -1) },
    rows: typeof rows === "string" ? rows : rows.map((cells) => cells.map(job.mask)),
  };
};

const OWN_ROW = ["<registry>", "octocat", "GITHUB_TOKEN"];

const done = (lines: readonly unknown[], ...rows: readonly (readonly string[])[]) => ({
  ...{ exitCode: 0, stdout: lines, stderr: "", rows },
});

describe("what people see", () => {
  test("a run", async () => {
    const login = "  login      <registry>  as octocat  by GITHUB_TOKEN";
    expect(await run({})).toEqual(done([...OWN_MASKS, HEADLINE, login, LATER], OWN_ROW));
  });

  test("what is missing is a warning, which the runner shows beside the job", async () => {
    const registries = "r.example.com,username=me,password-env=NOT_SET";
    expect(await run({ with: { token: "", registries } })).toEqual(
      done([
        HEADLINE,
        "  login      none",
        LATER,
        expect.stringMatching(/^::warning::berth: no login: GITHUB_TOKEN is not set: /),
        "::warning::berth: no login to r.example.com: NOT_SET is not set: pass it to the job; secrets are not passed to pull requests of forks",
      ]),
    );
  });

  test("with if-missing: ignore it is none", async () => {
    const quiet = done([HEADLINE, "  login      none", LATER]);
    expect(await run({ with: { token: "", "if-missing": "ignore" } })).toEqual(quiet);
  });

  test("a second step says that it renews", async () => {
    const job = await start();
    await job.uses();
    const { ended } = await job.uses();
    expect(ended.stdout.split("\n")[2]).toBe(`${HEADLINE} (renewed)`);
  });
});

const HOSTILE = "a|b\\|c <b>&amp;\u001b[1m\u202E ##[error]";

describe("names of others", () => {
  const asUser = (name: string): StepOptions => ({
    with: { token: "", "if-missing": "ignore" },
    env: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { r: { auth: auth(name, "1234") } } }) },
  });

  test.each([
    [HOSTILE, "a|b\\|c <b>&amp;\\x1b[1m\\u{202e} #\\x23[error]"],
    ["`x`</code></td>", "`x`</code></td>"],
    ["a\n| b |\r\n", "a\\x0a| b |\\x0d\\x0a"],
  ])("of a user: %j", async (name, shown) => {
    const masks = ["1234", auth(name, "1234")].map((it) => `::add-mask::${it}`);
    const login = `  login      r  as ${shown}  by DOCKER_AUTH_CONFIG`;
    expect(await run(asUser(name))).toEqual(
      done([...masks, HEADLINE, login, LATER, CANNOT_UNSET], ["r", shown, "DOCKER_AUTH_CONFIG"]),
    );
  });

  test("of a registry and of a file", async () => {
    const file = join(sandbox.folder, "a|b<i>%0A::error::x");
    await writeFile(file, "word");
    const auths = { "a|b</td>\n": { auth: auth("u", "pass") } };
    const { exitCode, rows } = await run({
      with: { token: "", registries: `r.example,username=me,password-file=${file}` },
      env: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) },
    });
    expect([exitCode, rows]).toEqual([
      0,
      [
        ["a|b</td>\\x0a", "u", "DOCKER_AUTH_CONFIG"],
        ["r.example", "me", file],
      ],
    ]);
  });

  // Markdown goes on inside of <code>: the name __token__ is shown as a bold "token".
  test.each(["__token__", "[a](//x.example)", "*a*", "~~a~~", "a\\_b", "$a$"])(
    "no part of one is Markdown in the summary: %j",
    async (name) => {
      const { summary } = await (await start()).uses(asUser(name));
      expect(rowsIn(summary)).toEqual([["r", name, "DOCKER_AUTH_CONFIG"]]);
      expect(summary.split("<code>")[2]).toMatch(/^[^\\_*~[\]$`]*<\/code> \| $/);
    },
  );
});

const error = (text: string) => ({
  ...{ exitCode: 1, stdout: [`::error::berth: ${text}`], stderr: "", rows: "" },
});

const CHOICES = "choices, separated by commas: docker, containers, helm, werf";
const WRITE_IT = "write it as HOST,username-env=NAME,password-env=NAME";
const registries = (text: string): StepOptions => ({ with: { registries: text } });

describe("a failure is one line, an error that the runner shows beside the job", () => {
  test.each<[string, StepOptions, string]>([
    [
      "a value with a line break, a percent sign and a command",
      { with: { clients: "100%\r\n::warning::x" } },
      `--clients: is not one of them (BERTH_USAGE): ${CHOICES}`,
    ],
    [
      "what would be a line break to the runner",
      { env: { RUNNER_TEMP: "/no%0Awhere%0D" } },
      "RUNNER_TEMP: /no%250Awhere%250D is not there (BERTH_TEMP_DIR): make the directory, or name another with --tmp-dir or BERTH_TMP_DIR",
    ],
    [
      "a registry that lacks its credential",
      registries("r.example.com"),
      `--registry r.example.com: needs username-env= or username=, once (BERTH_USAGE): ${WRITE_IT}`,
    ],
    [
      "a secret in the place of its name",
      registries("r.example.com,username=me,password=ghs_secret"),
      "--registry r.example.com: password= is not for the secret itself: everybody on the machine can read a command line (BERTH_USAGE): name what holds it: password-env=NAME or password-file=PATH",
    ],
    [
      "an expression in a value",
      { env: { GITHUB_REPOSITORY: `octo/\${{ x }}` } },
      "BERTH_IMAGE: its value has ${{ in it (BERTH_BAD_VALUE): a runner would evaluate that as an expression: correct the variable that it is from",
    ],
    [
      "an unknown choice",
      { with: { "if-missing": "stop" } },
      '--if-missing: "stop" is not one of them (choices: warn, fail, ignore) (BERTH_USAGE): see berth ci-env --help',
    ],
  ])("%s", async (_, options, text) => {
    expect(await run(options)).toEqual(error(text));
  });

  test("with if-missing: fail so is a missing credential", async () => {
    const { stdout, ...ended } = await run({ with: { token: "", "if-missing": "fail" } });
    expect(ended).toEqual({ exitCode: 1, stderr: "", rows: "" });
    expect(stdout).toEqual([
      expect.stringMatching(/^::error::berth: no login: GITHUB_TOKEN is not set \(BERTH_MISSING_/),
    ]);
  });

  // What stands before the first comma is shown where it is no registry, whatever it may be.
  test.each(["r.example.com me ghs_secret", "r.example.com;password=ghs_secret", "ghs_secret"])(
    "and never shows a secret that stands at a wrong place: %s",
    async (text) => {
      expect(JSON.stringify(await run(registries(text)))).not.toContain("ghs_secret");
    },
  );
});
