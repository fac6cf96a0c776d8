import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { execa } from "execa";
import { testIf } from "../e2e/support/test-if.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

const executable = fileURLToPath(new URL("../../executables/berth-linux-x64", import.meta.url));
const isMade = {
  can: existsSync(executable),
  otherwise: "there is no executable: npm run build:standalone",
};

let folder: TemporaryFolder;

beforeAll(async () => {
  folder = await makeTemporaryFolder("executable");
});

afterAll(() => folder?.remove());

const evil = 'console.log("evil"); process.exit(9);\n';
const hostile: Readonly<Record<string, string>> = {
  ".env": "BERTH_SHELL=json\n",
  ".env.local": "BERTH_SHELL=json\n",
  ".env.production": "BERTH_SHELL=json\n",
  "bunfig.toml": 'preload = ["./evil.js"]\n',
  "tsconfig.json": '{ "compilerOptions": { "paths": { "*": ["./evil.js"] } } }\n',
  "package.json": '{ "type": "commonjs", "imports": { "#*": "./evil.js" } }\n',
  "evil.js": evil,
  "node_modules/yargs/index.js": evil,
};

testIf(isMade, "a checkout's files do not change what an executable does in it", async () => {
  const checkout = join(folder.path, "checkout");
  await mkdir(join(checkout, "node_modules", "yargs"), { recursive: true });
  for (const [name, text] of Object.entries(hostile)) await writeFile(join(checkout, name), text);
  const env = {
    HOME: folder.path,
    TMPDIR: folder.path,
    CI_JOB_ID: "1",
    CI_SERVER_URL: "https://a",
  };
  const runIn = async (cwd: string) => {
    const words = ["ci-env", "gitlab", "--dry-run", "--no-inherit"];
    const options = { cwd, env, extendEnv: false, reject: false };
    const { exitCode, stdout, stderr } = await execa(executable, words, options);
    return { exitCode, stdout, stderr };
  };
  const there = await runIn(checkout);
  expect(there.stdout).toContain("export DOCKER_CONFIG=");
  expect(there).toEqual(await runIn(folder.path));
});
