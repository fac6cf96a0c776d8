import { mkdir, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { commands } from "../../src/commands/index.ts";
import type { Option } from "../../src/options.ts";
import { gitlabJob } from "../fixtures/environments.ts";
import { makeProgram, type Program } from "../fixtures/program.ts";
import { canary, finderOf } from "./support/canaries.ts";

jest.setTimeout(60_000);

const PASTED = canary("pasted");
const AS_HOST = "pastedcanary0123456789abcdef012345";
const TOKENS = [PASTED, "ghp_pastedPASTED0123456789abcdef"];
const leaks = finderOf(Object.fromEntries([...TOKENS, AS_HOST].map((token) => [token, token])));

// Of these a person needs to know which file or folder is meant.
const PATHS = ["env-file", "tmp-dir", "docker-config", "output-file-path"];

let program: Program;

beforeAll(async () => {
  program = await makeProgram("pasted");
  await mkdir(program.at("checkout"));
  await writeFile(program.at("checkout/file"), PASTED);
});

afterAll(() => program?.remove());

const JOB = { ...gitlabJob, XDG_RUNTIME_DIR: undefined };

const told = async (line: string, env: Readonly<Record<string, string>> = {}) => {
  const { stdout, stderr } = await program.run(line, { ...JOB, ...env });
  return leaks(stdout + stderr).length === 0 ? [] : [line, stderr];
};

const optionsOf = (options: Readonly<Record<string, Option>>) =>
  Object.entries(options).filter(([name]) => !PATHS.includes(name));

test("what is told is seen: a path is", async () => {
  expect(await told(`ci-env --tmp-dir=${PASTED}`)).toHaveLength(2);
});

describe.each(TOKENS)("a token in a wrong place is not told: %s", (token) => {
  test.each(commands.map(({ name }) => name))("of %s", async (name) => {
    const { options } = commands.find((command) => command.name === name) ?? { options: {} };
    const found = [];
    for (const [option, { alias, env }] of optionsOf(options)) {
      const words = [
        `--${option}=`,
        `--${option} `,
        `--no-${option}=`,
        ...(alias ? [`-${alias}`] : []),
      ];
      for (const word of words)
        found.push(...(await told(`${name} --dry-run ${word}${token} -- x`)));
      if (env) found.push(...(await told(`${name} -- x`, { [env]: token })));
    }
    expect(found).toEqual([]);
  });

  test.each([
    ...["%", "ci-env %", "ci-env gitlab %", "exec %", "cleanup %", "init %", "completion %"],
    ...["--shell=%", "ci-env --shell % --as-file", "ci-env --registry=r.example.com,%"],
    ...[
      "ci-env --registry r.example.com,password=%",
      "ci-env --registry r.example.com,username=u,%=x",
    ],
    ...[
      "ci-env --registry r.example.com,username-env=U,password-env=%",
      "completion bash -- ci-env %",
    ],
    ...["ci-env --registry=u:%@r.example.com,username=u,password-env=P", "ci-env -% --frob=%"],
  ])("as in %s", async (line) => {
    expect(await told(line.replaceAll("%", token))).toEqual([]);
  });
});

// What looks like a host may be a token, too, where nothing else is said of it.
test.each([`ci-env github --registry-host=${PASTED}`, `ci-env github --registry=${AS_HOST}`])(
  "nor in %s",
  async (line) => {
    const job = { GITHUB_ACTIONS: "true", GITHUB_RUN_ID: "1", GITHUB_JOB: "j" };
    const { stderr } = await program.run(line, job);
    expect(leaks(stderr)).toEqual([]);
  },
);
