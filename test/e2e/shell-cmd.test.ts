import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { cmd } from "../../src/shells/cmd.ts";
import { failed, misused, outputOf } from "../fixtures/output.ts";
import { asciiValues, variablesOf } from "../fixtures/shell-values.ts";
import { describeWith } from "../support/describe-with.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

// The first start of wine makes a Windows in WINEPREFIX.
jest.setTimeout(180_000);

// Wine's cmd knows no code page 65001 and garbles what is beyond ASCII: there are only ASCII values here.
const variables = variablesOf(asciiValues);
const GONE = ["V1", "V3", "DOCKER_AUTH_CONFIG"];

describeWith(["wine"], "cmd.exe, of wine", () => {
  let folder: TemporaryFolder;
  let work = "";
  let env: Readonly<Record<string, string>> = {};
  beforeAll(async () => {
    folder = await makeTemporaryFolder("cmd");
    work = join(folder.path, "work");
    await mkdir(work);
    env = {
      ...{ PATH: process.env["PATH"] ?? "", HOME: folder.path, TMPDIR: folder.path },
      ...{ WINEPREFIX: join(folder.path, "wine"), WINEDEBUG: "-all", DOCKER_AUTH_CONFIG: "{}" },
    };
    const windowsPath = `Z:${work.replaceAll("/", "\\")}`;
    // `berth NAME --as-file` prints the path of the file with the text of that name.
    await write("berth", `@echo ${windowsPath}\\text-%1.cmd\r\n`);
    await run(["cmd", "/c", "ver"]);
  });
  afterAll(async () => {
    await execa("wineserver", ["--kill"], { env, extendEnv: false, reject: false });
    await folder?.remove();
  });

  const write = (name: string, text: string) => writeFile(join(work, `${name}.cmd`), text);
  const run = async (command: readonly string[]) => {
    const options = { env, extendEnv: false, reject: false, cwd: work, stdin: "ignore" } as const;
    const { exitCode, stdout } = await execa("wine", command, options);
    return { exitCode, lines: stdout.split(/\r?\n/) };
  };
  const script = async (...lines: string[]) => {
    await write("script", ["@echo off", ...lines, ""].join("\r\n"));
    return run(["cmd", "/c", "script.cmd"]);
  };
  const ours = (lines: readonly string[]) =>
    Object.fromEntries(
      lines.flatMap((line) => {
        const [, name, value] = /^(V\d+|DOCKER_AUTH_CONFIG)=(.*)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, value]];
      }),
    );

  test(`${asciiValues.length} values come back, then some are unset, and nothing in them is executed`, async () => {
    await write("text-set", cmd.render(outputOf({ variables })));
    await write("text-unset", cmd.render(outputOf({ unset: [...GONE, "NEVER_SET"] })));
    const before = await readdir(work);
    const [set, unset] = ["berth set", "berth unset"].map((command) => cmd.evaluate(command));
    const ended = await script(`${set}`, "set", "echo ---", `${unset}`, "set", "exit /b 0");
    const middle = ended.lines.indexOf("---");
    const all = { ...Object.fromEntries(variables), DOCKER_AUTH_CONFIG: "{}" };
    const rest = Object.entries(all).filter(([name]) => !GONE.includes(name));
    expect(ended.exitCode).toBe(0);
    expect(ended.lines.filter((line) => line.startsWith("pwned"))).toEqual([]);
    expect(ours(ended.lines.slice(0, middle))).toEqual(all);
    expect(ours(ended.lines.slice(middle))).toEqual(Object.fromEntries(rest));
    expect((await readdir(work)).sort()).toEqual([...before, "script.cmd"].sort());
  });

  // Whatever berth's status is, the script's is 1: after a `call`, wine's cmd knows no other.
  test.each([
    ["has failed", failed],
    ["was used wrongly", misused],
  ])("the script ends where berth %s", async (_, error) => {
    await write("text-stop", cmd.stop(error));
    const ended = await script(cmd.evaluate("berth stop"), "echo survived");
    expect(ended).toEqual({ exitCode: 1, lines: [""] });
  });

  test("after a call alone the shell goes on", async () => {
    await write("text-stop", cmd.stop(failed));
    const ended = await script("call text-stop.cmd", "echo survived %errorlevel%", "exit /b 0");
    expect(ended).toEqual({ exitCode: 0, lines: ["survived 1"] });
  });
});
