import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { describe, test } from "./support/node-build.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

// What a run loads and reads takes its time; how long depends on the machine, how much does not.
let sandbox: Sandbox;
let place: Place;
beforeAll(async () => {
  sandbox = await makeSandbox("start-up");
  place = await sandbox.place();
});
afterAll(() => sandbox.remove());

const HOOK = `
const { readFileSync, writeFileSync } = require("node:fs");
process.on("exit", () => {
  const [, bytes] = /^rchar: (\\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"));
  const builtins = process.moduleLoadList.filter((it) => it.startsWith("NativeModule "));
  const files = Object.keys(require.cache).filter((it) => it !== __filename);
  writeFileSync(process.env.LOADED, JSON.stringify({ bytes: Number(bytes), builtins, files }));
});
`;

interface Work {
  readonly bytes: number;
  readonly builtins: readonly string[];
  readonly files: readonly string[];
}

const workOf = async (command: readonly string[]): Promise<Work> => {
  const hook = join(place.folder, "hook.cjs");
  const loaded = join(place.folder, "loaded.json");
  await writeFile(hook, HOOK);
  const NODE_OPTIONS = `--require ${hook}`;
  const compileCache = { NODE_DISABLE_COMPILE_CACHE: "1" };
  const env = place.job({ NODE_OPTIONS, LOADED: loaded, ...compileCache });
  expect(await place.run(command, env)).toMatchObject({ exitCode: 0 });
  return JSON.parse(await readFile(loaded, "utf8"));
};

const nothing = async () => {
  const empty = join(place.folder, "empty.cjs");
  await writeFile(empty, "");
  return workOf([process.execPath, empty]);
};

describe("ci-env loads and reads no more than it needs", () => {
  test("of berth two files, and of Node a few modules: none of streams, sockets or cryptography", async () => {
    const { files, builtins } = await workOf(place.command(["ci-env", "gitlab"]));
    const before = new Set((await nothing()).builtins);
    expect(files.map((file) => basename(file))).toEqual(["berth.cjs", "main.cjs"]);
    const more = builtins.filter((it) => !before.has(it));
    const large = /\b(?:stream|net|tty|crypto|http|worker|child_process|fs\/promises|readline)\b/;
    expect(more.filter((it) => large.test(it))).toEqual([]);
    expect(more.length).toBeLessThanOrEqual(12);
  });

  test("185 kB at most above what Node reads itself", async () => {
    const { bytes } = await workOf(place.command(["ci-env", "gitlab"]));
    expect(bytes - (await nothing()).bytes).toBeLessThan(185_000);
  });

  test("the help, and a command to run, load what lays out and runs them besides", async () => {
    const help = await workOf(place.command(["ci-env", "--help"]));
    const exec = await workOf(place.command(["exec", "gitlab", "--", "true"]));
    const names = ({ files }: Work) => files.map((file) => basename(file));
    expect(names(help)).toEqual(["berth.cjs", "main.cjs", "help.cjs"]);
    expect(names(exec)).toEqual(["berth.cjs", "main.cjs", "execa.cjs"]);
  });
});
