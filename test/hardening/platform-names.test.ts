import { cp, link, mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeSandbox, readJson, type Sandbox, statements } from "../e2e/support/sandbox.ts";
import { programInPackage } from "../support/job.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox("names");
});
afterAll(() => sandbox?.remove());

/** The program, put into `folder`: a copy has a name of its own, where a link would lead to the old one. */
const install = async (folder: string): Promise<readonly string[]> => {
  const executable = process.env["BERTH_TEST_EXECUTABLE"];
  const program = join(folder, executable ? basename(executable) : programInPackage);
  if (executable === undefined) {
    await cp(join(sandbox.folder, "dist"), dirname(program), { recursive: true });
    return [process.execPath, program];
  }
  await link(executable, program).catch(() => cp(executable, program));
  return [program];
};

/** A place with HOME, temp directory, base config and program in folders of that name. */
const placeWith = async (name: string) => {
  const place = await sandbox.place();
  const folder = join(place.folder, name);
  const [home, temporary, base] = ["home", "tmp", "base"].map((it) => join(folder, it)) as [
    string,
    string,
    string,
  ];
  for (const path of [temporary, join(home, ".docker"), base])
    await mkdir(path, { recursive: true });
  const config = (host: string) => JSON.stringify({ auths: { [host]: { auth: "dTpw" } } });
  await writeFile(join(home, ".docker/config.json"), config("home.example"));
  await writeFile(join(base, "config.json"), config("base.example"));
  const program = await install(folder);
  const run = (args: readonly string[], change: Readonly<Record<string, string>>) =>
    place.run([...program, "ci-env", ...args], place.job(change));
  return { place, home, temporary, base, program, run };
};

const NAMES = [
  ["blanks at both ends", " a  b "],
  ["quotes, and what shells run", `it's "a" $(touch ran) \`touch ran\` ; & | < > ( ) $HOME \\`],
  ["what URLs and formats know", "%20 %s %n #fragment a?b=c&d file:"],
  ["patterns", "[a-z]* ? {a,b} ~ !1"],
  ["letters of all kinds", "é ß 日本 😀 \u202e \u2028"],
  ["controls, but for line breaks", "\t \u001b[31m \u0007 \u007f"],
  ["a dash at the start", "--help"],
] as const;

describe.each(NAMES)("%s", (_, name) => {
  test("in HOME and the program's path: the job evaluates it, and the trap on EXIT finds the program again", async () => {
    const { place, home, program } = await placeWith(name);
    const script = `eval "$("$@")"; cat "$DOCKER_CONFIG/config.json"`;
    const command = ["sh", "-e", "-c", script, "sh", ...program, "ci-env", "--cleanup-on-exit"];
    const ended = await place.run(command, place.job({ HOME: home }));
    expect([ended.exitCode, Object.keys(JSON.parse(ended.stdout).auths)]).toEqual([
      ...[0, ["home.example", "registry.example.com"]],
    ]);
    expect(ended.stderr).toMatch(/\nberth: removed <folder>\/tmp\/berth-<uid>\/gitlab-1-<hash>\n$/);
    expect(await readdir(place.root)).toEqual([]);
  });

  test("in the paths of the temp directory and the base: the job has both, and nothing has run", async () => {
    const { place, temporary, base, program } = await placeWith(name);
    const script = `eval "$("$@")"; printf '%s\\n' "$DOCKER_CONFIG" > shown; cp "$DOCKER_CONFIG/config.json" .`;
    const args = ["ci-env", "--docker-config", base, "--tmp-dir", temporary];
    const command = ["sh", "-e", "-c", script, "sh", ...program, ...args];
    const { exitCode, stdout } = await place.run(command, place.job());
    expect([exitCode, stdout]).toEqual([0, ""]);
    expect(await readJson(join(place.folder, "config.json"))).toHaveProperty([
      "auths",
      "base.example",
    ]);
    expect(await readdir(place.folder)).not.toContain("ran");
    expect(await readdir(temporary)).toEqual([`berth-${process.getuid?.()}`]);
  });
});

describe("a line break", () => {
  const name = "two\nlines";

  test("in HOME, the base's and the program's path: works, and is shown on one line", async () => {
    const { home, base, run } = await placeWith(name);
    for (const [args, change, shown] of [
      [[], { HOME: home }, "home.example from <folder>/two\\x0alines/home/.docker/config.json"],
      [["--docker-config", base], {}, "base.example from <folder>/two\\x0alines/base/config.json"],
    ] as const) {
      const ended = await run(args, change);
      expect([ended.exitCode, ended.stdout]).toEqual([0, statements()]);
      expect(ended.stderr).toContain(`inherited  ${shown}\n`);
    }
  });

  test("in the temp directory's path: is refused, because no statement could carry it everywhere", async () => {
    const { temporary, run } = await placeWith(name);
    expect(await run([], { TMPDIR: temporary })).toEqual({
      ...{ exitCode: 1, stdout: "exit 1;\n" },
      stderr: `berth: error: TMPDIR: a line break in its value "<folder>/two\\x0alines/tmp" (BERTH_BAD_VALUE)
  hint       correct the variable of the job\n`,
    });
    expect(await readdir(temporary)).toEqual([]);
  });
});
