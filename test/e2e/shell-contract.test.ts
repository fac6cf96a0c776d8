import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { failed, misused, outputOf } from "../fixtures/output.ts";
import { shellValues, variablesOf } from "../fixtures/shell-values.ts";
import { describeWith } from "../support/describe-with.ts";
import { available } from "../support/programs.ts";
import { type Dialect, dialects, pwsh } from "./support/dialects.ts";
import { makeShellMachine, type ShellMachine } from "./support/shell-machine.ts";

jest.setTimeout(120_000);

let machine: ShellMachine;
beforeAll(async () => {
  machine = await makeShellMachine("shells");
});
afterAll(() => machine?.remove());

const variables = variablesOf(shellValues);
const GONE = ["V1", "V3", "DOCKER_AUTH_CONFIG"];

/** What `showenv` has told each time of the variables that are the test's. */
const seen = (stdout: string): readonly unknown[] =>
  stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const all: Readonly<Record<string, unknown>> = JSON.parse(line);
      const ours = Object.entries(all).filter(([name]) =>
        /^(?:V\d+|DOCKER_AUTH_CONFIG)$/.test(name),
      );
      return Object.fromEntries(ours);
    });

const contract = ({ shell, command, before, evaluate, attended, ends }: Dialect) => {
  test(`${shellValues.length} values come back, then some are unset, and nothing in them is executed`, async () => {
    const unset = [...GONE, "NEVER_SET"];
    await machine.write("set", shell.render(outputOf({ variables })));
    await machine.write("unset", shell.render(outputOf({ unset })));
    const script = [before, evaluate("berth set"), "showenv", evaluate("berth unset"), "showenv"];
    const { exitCode, stdout, stderr } = await machine.run(command, script.join("\n"));
    const all = { ...Object.fromEntries(variables), DOCKER_AUTH_CONFIG: "{}" };
    const rest = Object.entries(all).filter(([name]) => !GONE.includes(name));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(seen(stdout)).toEqual([all, Object.fromEntries(rest)]);
    expect(await machine.left()).toEqual(machine.files);
  });

  describe.each([
    ["has failed", failed],
    ["was used wrongly", misused],
  ])("berth %s", (_, error) => {
    const status = error.exitStatus;
    const name = `stop-${status}`;

    test.each([
      ["the text and its own status", `berth ${name}`, status],
      // A shell that hides the status has the text alone.
      ["the text", `cat ../texts/${name}`, 0],
    ])("in CI the script ends by %s", async (__, program, exitCode) => {
      await machine.write(name, shell.stop(error, true));
      const ended = await machine.run(command, `${evaluate(program)}\necho survived`);
      expect([ended.exitCode, ended.stdout]).toEqual([ends(status, exitCode), ""]);
    });

    test.each([`berth ${name}`, `cat ../texts/${name}`])(
      "in a terminal the shell goes on: %s",
      async (program) => {
        await machine.write(name, shell.stop(error, false));
        const ended = await machine.run(command, attended(program));
        expect(ended.exitCode).toBe(0);
        expect(["survived\n", `survived ${status}\n`]).toContain(ended.stdout);
      },
    );
  });
};

for (const dialect of dialects) {
  describeWith([dialect.program], dialect.name, () => contract(dialect));
}

if (available(pwsh.program)) {
  describe(pwsh.name, () => contract(pwsh));
} else {
  process.stderr.write(`SKIPPED: ${pwsh.name}: no ${pwsh.program} on PATH, nor in a package\n`);
  describe.skip(pwsh.name, () => contract(pwsh));
}
