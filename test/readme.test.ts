import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { ciSystems } from "../src/ci/index.ts";
import { exitStatuses } from "../src/errors.ts";
import { ciEnvOptions, cleanupOptions, type Option } from "../src/options.ts";
import { shells } from "../src/shells/index.ts";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

const code = (text: string): string => `\`${text}\``;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`)
    .join("");

const allOptions: Readonly<Record<string, Option>> = { ...ciEnvOptions, ...cleanupOptions };

const optionRows = () =>
  Object.entries(allOptions).map(([name, { describe, env, byDefault, choices }]) => [
    code(`--${name}`),
    [name in ciEnvOptions ? "ci-env" : "", name in cleanupOptions ? "cleanup" : ""]
      .filter(Boolean)
      .join(", "),
    choices && name !== "shell" ? `${describe}: ${choices.join(", ")}` : describe,
    env ? code(env) : "",
    byDefault ?? "",
  ]);

const ERRORS: Readonly<Record<keyof typeof exitStatuses, string>> = {
  BERTH_USAGE: "the command line is wrong",
  BERTH_NO_CI: "no CI system is named, and none found",
  BERTH_SEVERAL_CI: "the variables of two CI systems are set: name one",
  BERTH_OTHER_CI: "the named CI system is not the one whose variables are set",
  BERTH_MISSING_VARIABLE: "a variable that tells the job from others is not set",
  BERTH_MISSING_CREDENTIAL: "with `--if-missing fail`: no credential for the job's registry",
  BERTH_BAD_CREDENTIAL: "a user name that no registry could read",
  BERTH_BAD_REGISTRY: "a value that is not a registry",
  BERTH_BAD_VALUE: "a value that a shell could not carry, such as one with a line break",
  BERTH_BAD_CONFIG: "the config to inherit from cannot be read; it stays as it is",
  BERTH_BAD_DOCKER_AUTH_CONFIG:
    "`DOCKER_AUTH_CONFIG` is neither a Docker config nor a file with one",
  BERTH_BAD_ENV_FILE: "the file of `--env-file` cannot be read",
  BERTH_TEMP_DIR: "the temp directory is not there",
  BERTH_UNSAFE_DIRECTORY: "the berth's place is somebody else's, a link, or open to others",
  BERTH_DISK: "the disk is full, read-only, or says no",
  BERTH_INTERNAL: "a bug in berth",
};

const TESTED_WITH: Readonly<Record<string, string>> = {
  posix: "sh, dash, bash, zsh, ksh93u+m, mksh, yash, busybox",
  fish: "fish",
  tcsh: "tcsh",
  elvish: "elvish",
  nushell: "nushell",
  xonsh: "xonsh",
  powershell: "parsed by its grammar; run where `pwsh` is found",
  cmd: "Wine's cmd.exe",
  dotenv: "Node's parser",
  "github-env": "the runner's rules",
  "gitlab-env": "sh",
};

const parts: Readonly<Record<string, string>> = {
  "table: systems": table(
    ["name", "CI system", "registry", "vendor's variables"],
    [
      [
        "github",
        "`ghcr.io`; `containers.<host>` of GHE.com and Enterprise Server, or `--registry-host`",
      ],
      ["gitlab", "`CI_REGISTRY`, and the dependency proxy"],
    ].map(([name, registry]) => {
      const system = ciSystems.find((candidate) => candidate.name === name);
      return [code(name ?? ""), system?.title ?? "", registry ?? "", system?.documentation ?? ""];
    }),
  ),
  "table: variables": table(
    ["CI system", "variable", "what for"],
    ciSystems.flatMap(({ title, variables }) =>
      variables.map((variable) => [
        title,
        code(variable.name),
        "required" in variable ? `${variable.means} (always needed)` : variable.means,
      ]),
    ),
  ),
  "table: shells": table(
    ["`--shell`", "also", "how it is evaluated", "tested with"],
    shells.map(({ name, aliases, evaluate }) => [
      code(name),
      aliases.map(code).join(", "),
      code(evaluate(name === "posix" ? "berth ci-env" : `berth ci-env --shell ${name}`)),
      TESTED_WITH[name] ?? "",
    ]),
  ),
  "table: options": table(
    ["option", "command", "what it does", "variable", "default"],
    optionRows(),
  ),
  "table: errors": table(
    ["code", "status", "what it means"],
    Object.entries(exitStatuses).map(([name, status]) => [
      code(name),
      String(status),
      ERRORS[name as keyof typeof exitStatuses],
    ]),
  ),
  "template: templates/gitlab-ci.yml": `\`\`\`yaml\n${read("templates/gitlab-ci.yml")}\`\`\`\n`,
  "template: templates/github-workflow.yml": `\`\`\`yaml\n${read("templates/github-workflow.yml")}\`\`\`\n`,
};

const expected = (readme: string): string =>
  readme.replace(
    /<!-- ((?:table|template): [^>]*) -->\n[\s\S]*?<!-- end -->/g,
    (_, name: string) => `<!-- ${name} -->\n${parts[name] ?? ""}\n<!-- end -->`,
  );

test("the tables and pipelines of the README are those of the code (npm run readme writes them)", () => {
  const readme = read("README.md");
  const right = expected(readme);
  if (process.env["BERTH_WRITE_README"]) {
    writeFileSync(new URL("../README.md", import.meta.url), right);
  } else {
    expect(readme).toBe(right);
  }
  expect(
    [...readme.matchAll(/<!-- ((?:table|template): [^>]*) -->/g)].map(([, name]) => name).sort(),
  ).toEqual(Object.keys(parts).sort());
});

test("the test command of the README is the one that CI runs", () => {
  const command = "npm ci && npm run setup && npm run check\n";
  expect(read("README.md")).toContain(`\`\`\`sh\n${command}\`\`\``);
  expect(read(".ci/run")).toContain(`\n${command}`);
});
