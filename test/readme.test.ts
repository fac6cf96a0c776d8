import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { ciSystems } from "../src/ci/index.ts";
import type { CiSystem, Persist } from "../src/ci/system.ts";
import { commands } from "../src/commands/index.ts";
import { exitStatuses } from "../src/errors.ts";
import type { Option } from "../src/options.ts";
import { registryKinds } from "../src/registries/index.ts";
import { shells } from "../src/shells/index.ts";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

const code = (text: string): string => `\`${text}\``;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`)
    .join("");

const optionRow = (name: string, { describe, env, byDefault, choices, alias }: Option) => ({
  option: alias ? `${code(`--${name}`)}, ${code(`-${alias}`)}` : code(`--${name}`),
  rest: [
    choices && name !== "shell" ? `${describe}: ${choices.join(", ")}` : describe,
    env ? code(env) : "",
    byDefault ?? "",
  ],
});

/** Each option once, and again where a command says of it something of its own. */
const optionRows = () => {
  const rows = new Map<string, { row: ReturnType<typeof optionRow>; commands: string[] }>();
  for (const command of commands) {
    const options: Readonly<Record<string, Option>> = command.options;
    for (const [name, option] of Object.entries(options)) {
      const row = optionRow(name, option);
      const key = JSON.stringify(row);
      const known = rows.get(key) ?? { row, commands: [] };
      rows.set(key, { row, commands: [...known.commands, command.name] });
    }
  }
  return [...rows.values()].map(({ row: { option, rest }, commands: them }) => [
    option,
    them.join(", "),
    ...rest,
  ]);
};

const laterSteps = (persist: Persist): string => {
  switch (persist.by) {
    case "file":
      return `by ${code(`$${persist.variable}`)}`;
    case "log":
      return "by lines of the log";
    case "program":
      return `by ${code(persist.command("", "")[0])}`;
    case "shell":
      return "need nothing: one shell";
    case "nothing":
      return `no: ${persist.because}`;
  }
};

const systems: readonly CiSystem[] = ciSystems;

const ERRORS: Readonly<Record<keyof typeof exitStatuses, string>> = {
  BERTH_USAGE: "the command line is wrong",
  BERTH_NO_CI: "no CI system is named, and none found",
  BERTH_SEVERAL_CI: "the variables of two CI systems are set: name one",
  BERTH_OTHER_CI: "the named CI system is not the one whose variables are set",
  BERTH_MISSING_VARIABLE: "a variable that tells the job from others is not set",
  BERTH_MISSING_CREDENTIAL: "`pull-secret`, or `--if-missing fail`: no credential for the registry",
  BERTH_NOT_ACCEPTED: "with `--verify`: a registry does not accept the job's credential",
  BERTH_SHORT_LIVED: "`pull-secret`: the credential ends, with the job or later",
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
  "table: commands": table(
    ["command", "what it does"],
    commands.map(({ name, describe }) => [code(`berth ${name}`), describe]),
  ),
  "table: systems": table(
    ["name", "CI system", "credentials by itself for", "later steps, with `--persist`"],
    systems.map(({ name, title, registry, persist }) => [
      code(name),
      title,
      registry,
      laterSteps(persist),
    ]),
  ),
  "table: variables": systems
    .map(({ title, name, documentation, template, variables }) =>
      [
        `## ${title}\n\n`,
        `Named ${code(name)}; its pipeline is ${code(template.path)}. The vendor's page: ${documentation.replace(/^README/, "../README")}\n\n`,
        table(
          ["variable", "what for"],
          variables.map((variable) => [
            code(variable.name),
            [
              variable.means,
              ...(variable.required ? ["(always needed)"] : []),
              ...(variable.secret ? ["(secret)"] : []),
            ].join(" "),
          ]),
        ),
      ].join(""),
    )
    .join("\n"),
  "table: registries": table(
    ["registry", "for example, with `--registry`", "its credential lasts"],
    registryKinds.map(({ title, example, lasts }) => [title, code(example), lasts]),
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
  "template: templates/pipelines/gitlab.yml": `\`\`\`yaml\n${read("templates/pipelines/gitlab.yml")}\`\`\`\n`,
  "template: templates/pipelines/github.yml": `\`\`\`yaml\n${read("templates/pipelines/github.yml")}\`\`\`\n`,
};

const MARK = /<!-- ((?:table|template): [^>]*) -->\n[\s\S]*?<!-- end -->/g;

const expected = (page: string): string =>
  page.replace(MARK, (_, name: string) => `<!-- ${name} -->\n${parts[name] ?? ""}\n<!-- end -->`);

const PAGES = ["README.md", "docs/ci-systems.md", "docs/registries.md"];

test.each(PAGES)("what %s shows of the code is so (npm run readme writes it)", (page) => {
  const text = read(page);
  const right = expected(text);
  if (process.env["BERTH_WRITE_README"]) {
    writeFileSync(new URL(`../${page}`, import.meta.url), right);
  } else {
    expect(text).toBe(right);
  }
});

test("each part stands somewhere", () => {
  const marks = PAGES.flatMap((page) => [...read(page).matchAll(MARK)].map(([, name]) => name));
  expect(marks.sort()).toEqual(Object.keys(parts).sort());
});

test("the test command of the README is the one that CI runs", () => {
  const command = "npm ci && npm run setup && npm run check\n";
  expect(read("README.md")).toContain(`\`\`\`sh\n${command}\`\`\``);
  expect(read(".ci/run")).toContain(`\n${command}`);
});
