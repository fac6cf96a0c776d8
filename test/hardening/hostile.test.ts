import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { CiName } from "../../src/ci/index.ts";
import type { Exit } from "../../src/main.ts";
import { makeProgram, type Program } from "../fixtures/program.ts";
import { forgeries, payloads } from "./support/payloads.ts";
import { strangers } from "./support/payloads-readers.ts";
import { declaredNames, jobOf, systemsOf, variableNames } from "./support/payloads-variables.ts";

jest.setTimeout(120_000);

const OTHERS = { CI: "true", PATH: "/usr/bin" };
const LINES = {
  statements: "ci-env --dry-run --verbose --werf",
  json: "ci-env --dry-run --shell json --persist",
  removal: "cleanup",
} as const;

let program: Program;
const names = Object.getOwnPropertyNames(Object.prototype);

beforeAll(async () => {
  program = await makeProgram("hostile");
});

afterAll(() => program?.remove());

const problems = ({ stdout, stderr, status }: Exit, line: keyof typeof LINES) => [
  ...(stderr.includes("BERTH_INTERNAL") || /\n +at /.test(stderr) ? ["internal"] : []),
  ...(status === 0 || /^berth: error: /.test(stderr) ? [] : [`status ${status}`]),
  ...forgeries(stderr).map((it) => `stderr: ${it}`),
  ...(line === "json" ? forgeries(stdout) : strangers(stdout)).map((it) => `stdout: ${it}`),
];

// The first line says all that there is to say; the others have forms of their own for what could be a line of a log.
const isTried = (kind: string, attacks: string, variable: string): boolean =>
  kind === "statements" ||
  (["quotes", "line break", "azure", "ansi", "marks"].includes(attacks) &&
    !(kind === "json" && variable === "BERTH_SHELL"));

const attack = async (variable: string, system: CiName) => {
  const found: unknown[] = [];
  for (const [attacks, value] of Object.entries(payloads)) {
    const env = { ...OTHERS, ...jobOf(system), [variable]: value };
    for (const [kind, line] of Object.entries(LINES) as [keyof typeof LINES, string][]) {
      if (!isTried(kind, attacks, variable)) continue;
      const named = line.replace(/^\S+/, (command) => `${command} ${system}`);
      const wrong = problems(await program.run(named, env), kind);
      if (wrong.length > 0) found.push([variable, system, attacks, kind, wrong]);
    }
  }
  return found;
};

test("the list of variables, which is read from the code, has every one that is declared", () => {
  expect(declaredNames.filter((name) => !variableNames.includes(name))).toEqual([]);
  expect(variableNames).toEqual(expect.arrayContaining(["DOCKER_AUTH_CONFIG", "XDG_CONFIG_HOME"]));
});

test("what is not a statement of berth's, or is one of a CI's, is seen", () => {
  expect(strangers("export BERTH_IMAGE=a;\nexport A=1;touch x;\nexport PATH=x;\n")).toEqual([
    ...["export A=1;touch x;", "export PATH=x;"],
  ]);
  expect(strangers('export BERTH_IMAGE="$(touch x)";\n')).toHaveLength(1);
  expect(Object.values(payloads).filter((text) => forgeries(text).length > 0).length).toBe(11);
});

test.each(variableNames)("%s says nothing but what it is", async (variable) => {
  const found = [];
  for (const system of systemsOf(variable)) found.push(...(await attack(variable, system)));
  expect(found).toEqual([]);
});

test("all variables of a job at once, of a megabyte each", async () => {
  for (const system of ["gitlab", "github", "azure"] as const) {
    const value = "a$(touch pwned)".repeat(70_000);
    const job = Object.entries(jobOf(system));
    const env = Object.fromEntries(
      job.map(([name, old = ""]) => [name, /^https:|true$/i.test(old) ? old : value]),
    );
    const ended = await program.run("ci-env --dry-run --verbose", { ...OTHERS, ...env });
    expect(problems(ended, "statements")).toEqual([]);
  }
});

test("no prototype has more than before", () => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(names);
});
