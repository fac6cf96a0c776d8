import { describe, expect, test } from "@jest/globals";
import { ciNames } from "../src/ci/index.ts";
import { parseCommandLine } from "../src/cli.ts";
import { commands } from "../src/commands/index.ts";
import { complaint } from "./fixtures/complaint.ts";
import { understood } from "./fixtures/understood.ts";

const refused = async (line: string, env: Readonly<Record<string, string>> = {}) =>
  (await complaint(() => understood(line, env))).replace(/^BERTH_USAGE: /, "");

describe("an option that may be repeated", () => {
  const none = { command: "ci-env", system: undefined };

  test.each([
    ["ci-env --registry a", { ...none, registry: ["a"] }],
    ["ci-env --registry=a=b,c=d", { ...none, registry: ["a=b,c=d"] }],
    ["ci-env --registry a --quiet --registry b", { ...none, quiet: true, registry: ["a", "b"] }],
    ["ci-env --registry a --registry a", { ...none, registry: ["a", "a"] }],
    // One value each: the word behind it is the system.
    ["ci-env --registry a gitlab", { ...none, system: "gitlab", registry: ["a"] }],
    ["ci-env --registry 007 --registry=-x", { ...none, registry: ["007", "-x"] }],
    ["exec --registry a -- true", { ...none, command: "exec", registry: ["a"], rest: ["true"] }],
  ])("berth %s", async (line, expected) => {
    expect(await understood(line)).toEqual(expected);
  });

  test.each([
    ["one", "a", ["a"]],
    ["one a line", "a\nb", ["a", "b"]],
    ["with blanks and empty lines around", "\n  a=1 \r\n\n\tb, c\n", ["a=1", "b, c"]],
  ])("its variable has %s", async (_, text, registry) => {
    expect(await understood("ci-env", { BERTH_REGISTRIES: text })).toEqual({ ...none, registry });
  });

  test.each(["", " \n\n"])("its variable has none: %j", async (text) => {
    expect(await understood("ci-env", { BERTH_REGISTRIES: text })).toEqual(none);
  });

  test("the option wins over all of its variable", async () => {
    const env = { BERTH_REGISTRIES: "a\nb" };
    expect(await understood("ci-env --registry c", env)).toEqual({ ...none, registry: ["c"] });
  });

  test.each([
    ["ci-env --registry", {}],
    ["ci-env --registry=", {}],
    ["ci-env --registry --quiet", {}],
    ["ci-env --registry a --registry=", {}],
    ["ci-env --registry a --registry", {}],
    ["ci-env --registry=", { BERTH_REGISTRIES: "a" }],
  ])("without its value is refused: berth %s (%j)", async (line, env) => {
    expect(await refused(line, env)).toBe("--registry needs a value");
  });

  test("is none of cleanup, and its variable no trouble there", async () => {
    expect(await refused("cleanup --registry a")).toBe("unknown option --registry");
    const cleanup = { command: "cleanup", system: undefined };
    expect(await understood("cleanup", { BERTH_REGISTRIES: "a" })).toEqual(cleanup);
  });
});

describe("what stands behind --", () => {
  const none = { command: "exec", system: undefined };

  test.each([
    ["exec -- docker push x", { ...none, rest: ["docker", "push", "x"] }],
    ["exec gitlab -- true", { ...none, system: "gitlab", rest: ["true"] }],
    [
      "exec --quiet -- x --quiet --frob",
      { ...none, quiet: true, rest: ["x", "--quiet", "--frob"] },
    ],
    ["exec -- --help", { ...none, rest: ["--help"] }],
    ["exec -- -- x --", { ...none, rest: ["--", "x", "--"] }],
    ["exec -- gitlab", { ...none, rest: ["gitlab"] }],
    ["exec -- --no-inherit", { ...none, rest: ["--no-inherit"] }],
    [
      "completion fish -- ci-env --",
      { command: "completion", system: "fish", rest: ["ci-env", "--"] },
    ],
    ["ci-env --", { command: "ci-env", system: undefined }],
  ])("is not berth's: berth %s", async (line, expected) => {
    expect(await understood(line)).toEqual(expected);
  });

  test("stays as it is, with blanks, line breaks and empty words", async () => {
    const words = ["sh", "-c", 'echo "$1"\n', "", " a  b ", "--quiet=x", "é"];
    const parsed = await parseCommandLine(["exec", "--", ...words], {});
    expect("args" in parsed && parsed.args.rest).toEqual(words);
  });

  test("does not keep help from the words before it", async () => {
    expect(await understood("exec --help -- x")).toBe(await understood("exec --help"));
    expect(await understood("exec --help")).toMatch(/^berth exec \[system\] -- COMMAND…\n/);
  });

  const choices = ciNames.join(", ");
  test.each([
    ["exec", "no command is given: berth exec [system] -- COMMAND…"],
    ["exec gitlab --", "no command is given: berth exec [system] -- COMMAND…"],
    ["exec docker -- x", `unknown CI system "docker" (choices: ${choices})`],
    [
      "exec docker push",
      "the command goes behind --, as in berth exec -- docker info; before it stands one CI system at most",
    ],
    ["exec --frob -- x", "unknown option --frob"],
    ["ci-env -- x", "nothing goes behind --"],
    ["cleanup gitlab -- gitlab", "nothing goes behind --"],
    ["init -- --list", "nothing goes behind --"],
  ])("is refused or missed: berth %s", async (line, message) => {
    expect(await refused(line)).toBe(message);
  });
});

describe("a word before the command", () => {
  test.each([
    ["-x ci-env", "-x stands before ci-env: it goes behind"],
    ["--quiet exec -- x", "--quiet stands before exec: it goes behind"],
    ["--quiet cleanup", "--quiet stands before cleanup: it goes behind"],
    ["--dry-run=true ci-env gitlab", "--dry-run stands before ci-env: it goes behind"],
    ["--quiet -- ci-env", "--quiet stands before ci-env: it goes behind"],
    ["-- ci-env", "-- stands before ci-env: it goes behind"],
  ])("is named: berth %s", async (line, message) => {
    expect(await refused(line)).toBe(message);
  });

  test.each(["--token=hunter2 init", "--token hunter2 init", "--token=hun=ter2 init hunter2"])(
    "TRAP 40: is shown without its value: berth %s",
    async (line) => {
      expect(await refused(line)).toBe("--token stands before init: it goes behind");
    },
  );

  test.each(["--quiet=1 exec -- x", "--token=hunter2 exec -- hunter2", "-x exec"])(
    "is named before exec, too: berth %s",
    async (line) => {
      const [word] = line.split(/[ =]/);
      expect(await refused(line)).toBe(`${word} stands before exec: it goes behind`);
    },
  );

  // The first in the order of the commands is named, wherever it stands.
  test("is before the command, and not before words of another program's", async () => {
    expect(await refused("--quiet exec -- ci-env")).toBe(
      "--quiet stands before exec: it goes behind",
    );
  });

  test("may ask for the version", async () => {
    expect(await understood("--version exec")).toBe(await understood("--version"));
  });

  // It is laid out by yargs from the overview, which has no options of commands.
  test.each(["--help ci-env", "-h ci-env"])("may ask for its help: berth %s", async (line) => {
    expect(await understood(line)).toBe(await understood("ci-env --help"));
  });

  test("that is no option is an unknown command, and an option alone is none", async () => {
    const names = `(choices: ${commands.map(({ name }) => name).join(", ")})`;
    expect(await refused("gitlab ci-env")).toBe(`unknown command "gitlab" ${names}`);
    expect(await refused("--frob")).toBe(`no command is given ${names}`);
  });
});

describe("the word of a command is one of its own choices", () => {
  test.each(
    commands.filter(({ names }) => !names).map((command) => [command.name, command] as const),
  )("berth %s", async (name, { word, rest }) => {
    const behind = rest?.needed ? " -- x" : "";
    for (const choice of word.choices) {
      expect(await understood(`${name} ${choice}${behind}`)).toMatchObject({
        ...{ command: name, system: choice },
      });
    }
    expect(await refused(`${name} cobol${behind}`)).toBe(
      `unknown ${word.title} "cobol" (choices: ${word.choices.join(", ")})`,
    );
  });
});

test.each(["ci-env --no-registry", "ci-env --no-tmp-dir=x", "cleanup --no-stale"])(
  "what is no flag has no --no-…: berth %s",
  async (line) => {
    const [option] = /--[a-z-]+/.exec(line) ?? [];
    expect(await refused(line)).toBe(`unknown option ${option}`);
  },
);
