import { describe, expect, test } from "@jest/globals";
import { ciNames } from "../src/ci/index.ts";
import { commands } from "../src/commands/index.ts";
import { shellNames } from "../src/shells/index.ts";
import { complaint } from "./fixtures/complaint.ts";
import { understood } from "./fixtures/understood.ts";

describe("a command line is understood", () => {
  test.each([
    ["ci-env", { command: "ci-env", system: undefined }],
    ["ci-env gitlab", { command: "ci-env", system: "gitlab" }],
    ["ci-env --dry-run github", { command: "ci-env", system: "github", "dry-run": true }],
    ["ci-env --shell bash", { command: "ci-env", system: undefined, shell: "bash" }],
    ["ci-env --shell=json", { command: "ci-env", system: undefined, shell: "json" }],
    ["ci-env --no-inherit", { command: "ci-env", system: undefined, inherit: false }],
    [
      "ci-env --no-login-to-registry --no-use-docker-auth-config",
      {
        command: "ci-env",
        system: undefined,
        "login-to-registry": false,
        "use-docker-auth-config": false,
      },
    ],
    ["ci-env --shell json --shell sh", { command: "ci-env", system: undefined, shell: "sh" }],
    ["ci-env --tmp-dir=-x", { command: "ci-env", system: undefined, "tmp-dir": "-x" }],
    [
      "ci-env --clients docker,helm",
      { command: "ci-env", system: undefined, clients: "docker,helm" },
    ],
    [
      "ci-env --registry-host 127.0.0.1:5000",
      { command: "ci-env", system: undefined, "registry-host": "127.0.0.1:5000" },
    ],
    ["ci-env --token-env 007", { command: "ci-env", system: undefined, "token-env": "007" }],
    ["cleanup gitlab --quiet", { command: "cleanup", system: "gitlab", quiet: true }],
    ["cleanup --stale 2h", { command: "cleanup", system: undefined, stale: "2h" }],
    ["cleanup --stale", { command: "cleanup", system: undefined, stale: "" }],
    ["cleanup --stale=", { command: "cleanup", system: undefined, stale: "" }],
  ])("berth %s", async (line, expected) => {
    expect(await understood(line)).toEqual(expected);
  });
});

describe("a variable is an option's default, and the option wins", () => {
  const none = { command: "ci-env", system: undefined };
  test.each([
    ["ci-env", { BERTH_SHELL: "json" }, { ...none, shell: "json" }],
    ["ci-env --shell sh", { BERTH_SHELL: "json" }, { ...none, shell: "sh" }],
    ["ci-env", { BERTH_INHERIT: "false" }, { ...none, inherit: false }],
    ["ci-env --inherit", { BERTH_INHERIT: "0" }, { ...none, inherit: true }],
    [
      "ci-env",
      { BERTH_QUIET: "YES", BERTH_VERBOSE: "off" },
      { ...none, quiet: true, verbose: false },
    ],
    ["ci-env --no-quiet", { BERTH_QUIET: "1" }, { ...none, quiet: false }],
    ["ci-env", { BERTH_SHELL: "", BERTH_QUIET: "" }, none],
    ["ci-env", { BERTH_REGISTRY: "r.example", BERTH_IMAGE: "r.example/a" }, none],
    [
      "cleanup",
      { BERTH_TMP_DIR: "/t", BERTH_SHELL: "x", BERTH_VERBOSE: "x" },
      { ...none, command: "cleanup", "tmp-dir": "/t" },
    ],
  ])("berth %s with %j", async (line, env, expected) => {
    expect(await understood(line, env)).toEqual(expected);
  });

  test("no variable is that of two options, nor one of those that berth exports", () => {
    const names = commands.map(({ options }) =>
      Object.values(options).flatMap(({ env }) => (env === undefined ? [] : [env])),
    );
    for (const list of names) expect([...new Set(list)]).toEqual(list);
    expect(names.flat().filter((name) => /^BERTH_(?:REGISTRY|IMAGE)$/.test(name))).toEqual([]);
  });
});

const COMMANDS = `(choices: ${commands.map(({ name }) => name).join(", ")})`;
const SYSTEMS = `(choices: ${ciNames.join(", ")})`;

describe("wrong use is refused", () => {
  test.each([
    ["", {}, `no command is given ${COMMANDS}`],
    ["ci-environment", {}, `unknown command "ci-environment" ${COMMANDS}`],
    ["ci-env bamboo", {}, `unknown CI system "bamboo" ${SYSTEMS}`],
    ["ci-env gitlab github", {}, "one CI system at most, and 2 words are given"],
    ["ci-env --nonsense", {}, "unknown option --nonsense"],
    ["ci-env --constructor", {}, "unknown option --constructor"],
    ["ci-env --__proto__ x", {}, "unknown option --__proto__"],
    ["ci-env --no-toString=1", {}, "unknown option --no-toString"],
    ["ci-env -x", {}, "unknown option -x"],
    ["cleanup --shell sh", {}, "unknown option --shell"],
    ["ci-env --tmp-dir", {}, "--tmp-dir needs a value"],
    ["ci-env --tmp-dir=", {}, "--tmp-dir needs a value"],
    ["ci-env --tmp-dir=", { BERTH_TMP_DIR: "/t" }, "--tmp-dir needs a value"],
    ["cleanup --tmp-dir=", {}, "--tmp-dir needs a value"],
    ["ci-env --docker-config=", {}, "--docker-config needs a value"],
    ["ci-env --token-env=", {}, "--token-env needs a value"],
    ["ci-env --shell=", {}, "--shell needs a value"],
    ["cleanup --verbose", {}, "unknown option --verbose"],
    ["cleanup --verbose=1", {}, "unknown option --verbose"],
    ["ci-env --dryRun", {}, "unknown option --dryRun"],
    ["ci-env --tmpDir /t", {}, "unknown option --tmpDir"],
    [
      "ci-env",
      { BERTH_QUIET: "maybe" },
      'BERTH_QUIET: "maybe" is neither true nor false (choices: 1, true, yes, on, 0, false, no, off)',
    ],
  ])("berth %s (%j)", async (line, env, message) => {
    expect(await complaint(() => understood(line, env))).toBe(`BERTH_USAGE: ${message}`);
  });

  test.each([
    ["ci-env --shell cobol", {}, "--shell"],
    ["ci-env", { BERTH_SHELL: "cobol" }, "BERTH_SHELL"],
  ])("a choice that is none names the choices (berth %s with %j)", async (line, env, source) => {
    expect(await complaint(() => understood(line, env))).toBe(
      `BERTH_USAGE: ${source}: "cobol" is not one of them (choices: ${shellNames.join(", ")})`,
    );
  });

  test.each(["--quiet ci-env", "--dry-run=true ci-env"])(
    "an option before the command is what is complained of (berth %s)",
    async (line) => {
      const said = await complaint(() => understood(line));
      expect([said.slice(0, 12), /no command|unknown command/.test(said)]).toEqual([
        "BERTH_USAGE:",
        false,
      ]);
    },
  );

  test.each([
    ["ci-env \x1b[2J::x", `unknown CI system ${SYSTEMS}`],
    ["glpat-hunter2HUNTER2", `unknown command ${COMMANDS}`],
    ["ci-env ghp_hunter2", `unknown CI system ${SYSTEMS}`],
    [
      "ci-env --if-missing ghp_hunter2",
      "--if-missing: is not one of them (choices: warn, fail, ignore)",
    ],
  ])(
    "TRAPS 38, 40: a word that may be a token, or do harm, is not shown (%j)",
    async (line, message) => {
      expect(await complaint(() => understood(line))).toBe(`BERTH_USAGE: ${message}`);
    },
  );
});

describe("help and version are texts", () => {
  test("the version", async () => {
    expect(await understood("--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("berth --help names every command", async () => {
    const text = await understood("--help");
    expect(commands.filter(({ name }) => !String(text).includes(`berth ${name}`))).toEqual([]);
  });

  test.each(commands.map((command) => [command.name, command] as const))(
    "berth %s --help names every option with its variable, and no colours",
    async (name, { options }) => {
      const text = String(await understood(`${name} --help`)).replace(/\s+/g, " ");
      const lacking = Object.entries(options).filter(
        ([option, { env }]) =>
          !text.includes(`--${option} `) || (env && !text.includes(`[$${env}]`)),
      );
      expect([lacking, text.includes("\x1b")]).toEqual([[], false]);
    },
  );
});

test("TRAP 40: the value of an option before the command is not shown", async () => {
  expect(await complaint(() => understood("--password=hunter2 ci-env"))).toBe(
    "BERTH_USAGE: --password stands before ci-env: it goes behind",
  );
});
