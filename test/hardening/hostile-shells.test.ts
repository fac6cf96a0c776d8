import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { BerthError } from "../../src/errors.ts";
import { shells } from "../../src/shells/index.ts";
import { dialects } from "../e2e/support/dialects.ts";
import { makeSandbox, type Place, type Sandbox } from "../e2e/support/sandbox.ts";
import { makeShellMachine, type ShellMachine } from "../e2e/support/shell-machine.ts";
import { outputOf } from "../fixtures/output.ts";
import { variablesOf } from "../fixtures/shell-values.ts";
import { describeWith } from "../support/describe-with.ts";
import { environmentIn } from "../support/workflow-files.ts";
import { controls, payloads } from "./support/payloads.ts";
import { gitlabReads } from "./support/payloads-readers.ts";

jest.setTimeout(120_000);

// mksh's printf is a program: what it is given has four characters for one, and may be 128 KiB long.
const values = [...Object.values(payloads), ...controls]
  .filter((text) => !/[\r\n]/.test(text))
  .map((text) => text.slice(0, 30_000));
const variables = variablesOf(values);

let machine: ShellMachine;
let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  machine = await makeShellMachine("hostile");
  sandbox = await makeSandbox("hostile");
  place = await sandbox.place();
});

afterAll(async () => {
  await machine?.remove();
  await sandbox?.remove();
});

/** What the program prints in a job whose project, commit and folder an attacker has named. */
const written = async (shell: string) => {
  const name = values.slice(0, 10).join("").replaceAll("/", "").slice(0, 120);
  const temporary = join(place.folder, name);
  await mkdir(temporary, { recursive: true });
  const env = place.job({
    ...{ TMPDIR: temporary, CI_REGISTRY_IMAGE: `registry.example.com/${name}` },
    ...{ CI_JOB_ID: name, CI_COMMIT_TAG: name, CI_COMMIT_SHA: values.join("").slice(-60_000) },
  });
  const args = place.command(["ci-env", "--werf", "--quiet", "--shell", shell]);
  const [file = "", ...rest] = args;
  const { stdout } = await execa(file, rest, { env, extendEnv: false, stripFinalNewline: false });
  return { stdout, env, temporary };
};

/** Variables of berth's, and those that xonsh, nushell and others set by themselves. */
const EXPECTED = /^(?:(?:BERTH|WERF|DOCKER|REGISTRY|HELM|XONSH)_\w+|LAST_EXIT_CODE|_)$/;

const environment = (line: string | undefined): Readonly<Record<string, string>> =>
  JSON.parse(line ?? "{}");

for (const { name, program, shell, command, before, evaluate } of dialects) {
  describeWith([program], name, () => {
    test(`${values.length} values come back, and nothing in them is executed`, async () => {
      await machine.write("set", shell.render(outputOf({ variables })));
      const script = [before, evaluate("berth set"), "showenv"].join("\n");
      const { exitCode, stdout, stderr } = await machine.run(command, script);
      const seen = environment(stdout);
      const differ = variables.filter(([key, value]) => seen[key] !== value);
      expect({ exitCode, stderr, differ }).toEqual({ exitCode: 0, stderr: "", differ: [] });
      expect(await machine.left()).toEqual(machine.files);
    });

    test("the built program's statements set its variables, and nothing else", async () => {
      const { stdout, env, temporary } = await written(shell.name);
      await machine.write("built", stdout);
      const script = [before, "showenv", evaluate("berth built"), "showenv"].join("\n");
      const ended = await machine.run(command, script);
      const [was, is] = ended.stdout.split("\n").map((line) => environment(line || "{}"));
      const set = Object.entries(is ?? {}).filter(([key, value]) => was?.[key] !== value);
      const names = set.map(([key]) => key);
      expect([ended.exitCode, ended.stderr]).toEqual([0, ""]);
      expect(names.filter((key) => !EXPECTED.test(key))).toEqual([]);
      expect(is?.["BERTH_IMAGE"]).toBe(env["CI_REGISTRY_IMAGE"]?.toLowerCase());
      expect(is?.["WERF_ADD_ANNOTATION_CI_COMMIT"]).toBe(
        `ci.werf.io/commit=${env["CI_COMMIT_SHA"]}`,
      );
      expect(is?.["DOCKER_CONFIG"]).toContain(`${temporary}/berth-`);
      expect(await machine.left()).toEqual(machine.files);
    });
  });
}

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  "github-env": environmentIn,
  "gitlab-env": gitlabReads,
  dotenv: parseEnv,
  json: (text) => JSON.parse(text).variables,
  nushell: (text) => JSON.parse(text),
};

describe.each(Object.keys(readers))("%s", (name) => {
  const shell = shells.find((it) => it.name === name);
  // One by one: what the dialect cannot hold it refuses.
  const rendered = variables.flatMap((pair) => {
    try {
      return [[pair, shell?.render(outputOf({ variables: [pair] })) ?? ""] as const];
    } catch (error) {
      if (error instanceof BerthError && error.code === "BERTH_BAD_VALUE") return [];
      throw error;
    }
  });

  test("its reader has every value that it does not refuse, and no other", () => {
    const pairs = rendered.map(([pair]) => pair);
    expect(pairs.length).toBeGreaterThan(variables.length - 10);
    const text = shell?.render(outputOf({ variables: pairs })) ?? "";
    const read = Object.entries(readers[name]?.(text) ?? {});
    const ours = read.filter(([key]) => key !== "PATH" && !/^(?:PWD|OLDPWD|SHLVL|_)$/.test(key));
    expect(ours).toEqual(expect.arrayContaining(pairs.map((pair) => [...pair])));
    expect(ours).toHaveLength(pairs.length);
  });
});

test("bytes that are no UTF-8 are not handed on", async () => {
  const bad = String.raw`$(printf 'registry.example.com/a\377\376\303(')`;
  const script = `export CI_REGISTRY_IMAGE="${bad}" CI_JOB_ID="${bad}"; berth ci-env --shell json`;
  const file = join(place.folder, "bytes.sh");
  await writeFile(file, script);
  const { stdout, stderr } = await execa("sh", [file], {
    ...{ env: place.job(), extendEnv: false, encoding: "buffer" },
  });
  const decode = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  expect(JSON.parse(decode(stdout)).variables.BERTH_IMAGE).toBe(
    "registry.example.com/a\ufffd\ufffd\ufffd(",
  );
  expect(decode(stderr)).toMatch(/^berth: GitLab CI job /);
  expect(await readFile(file, "utf8")).toBe(script);
});
