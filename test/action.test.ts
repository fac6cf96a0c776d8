import { readFileSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { actionMain, actionPost } from "../src/action.ts";
import { clients } from "../src/exports.ts";
import type { Machine } from "../src/machine.ts";
import { main } from "../src/main.ts";
import { ciEnvOptions } from "../src/options.ts";
import { MISSING_CHOICES } from "../src/own-logins.ts";
import type { Variables } from "./fixtures/environments.ts";
import { machineIn } from "./fixtures/machine.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";
import { pairsIn } from "./support/workflow-files.ts";

const action: {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default?: string }>
  >;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: unknown;
} = parse(readFileSync(new URL("../action.yml", import.meta.url), "utf8"));

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await makeTemporaryFolder("action");
  await mkdir(join(folder.path, "temp"));
});

afterEach(() => folder?.remove());

const inputs = (given: Variables): Variables =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );

const machineOf = (env: Variables, parts: Partial<Machine> = {}): Machine => {
  const at = (name: string) => join(folder.path, name);
  const job = {
    ...{ GITHUB_ACTIONS: "true", GITHUB_RUN_ID: "1", GITHUB_JOB: "test", GITHUB_ACTOR: "octocat" },
    ...{ GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "octo/app" },
    ...{ RUNNER_TEMP: at("temp"), GITHUB_OUTPUT: at("output"), GITHUB_STEP_SUMMARY: at("summary") },
    ...{ HOME: at("home"), XDG_RUNTIME_DIR: at("run"), ...env },
  };
  return machineIn(folder.path, { env: job, ...parts });
};

const runMain = async (machine: Machine) => {
  const said: string[] = [];
  const { stdout, status } = await actionMain(machine, (text) => said.push(text));
  return { stdout: said.join("") + stdout, status };
};

const run = async (env: Variables) => {
  const machine = machineOf(env);
  const { stdout, status } = await runMain(machine);
  const post = await actionPost(machine);
  const output = join(folder.path, "output");
  const outputs = await readFile(output, "utf8").catch(() => "");
  await rm(output, { force: true });
  return { stdout, status, outputs: Object.fromEntries(pairsIn(outputs)), post };
};

const TOKEN = inputs({ token: "ghs_token" });

describe("action.yml", () => {
  test("runs by Node 24 what the build makes, before and after the job's steps", () => {
    const main = { using: "node24", main: "dist/action-main.cjs", post: "dist/action-post.cjs" };
    expect(action.runs).toEqual(main);
  });

  test("gives the job's token by default, and nothing else", () => {
    const defaults = Object.entries(action.inputs).map(([name, it]) => [name, it.default]);
    expect(defaults.filter(([, value]) => value !== undefined)).toEqual([
      ["token", `\${{ github.token }}`],
    ]);
  });

  test("names the choices of its inputs", () => {
    const listed = (name: string) =>
      /\((.*?)\)/.exec(action.inputs[name]?.description ?? "")?.[1]?.split(", ");
    expect([listed("clients"), listed("if-missing")]).toEqual([clients, MISSING_CHOICES]);
  });
});

describe("inputs", () => {
  const effects: Readonly<Record<string, string>> = {
    token: "other",
    registries: "r.example.com,username=me,password-env=NOT_SET",
    clients: "crane",
    "if-missing": "never",
  };

  test("each of action.yml has an effect, and there is a case of it here", async () => {
    expect(Object.keys(effects)).toEqual(Object.keys(action.inputs));
    const plain = await run(TOKEN);
    expect(plain.status).toBe(0);
    for (const [name, value] of Object.entries(effects)) {
      const { stdout } = await run({ ...TOKEN, ...inputs({ [name]: value }) });
      expect([name, stdout]).not.toEqual([name, plain.stdout]);
    }
  });

  test("no other option of ci-env is one", async () => {
    const others = Object.keys(ciEnvOptions).filter((name) => !(name in action.inputs));
    const all = [...others, "registry", "password", "username"].map((name) => [name, "no/where"]);
    expect(await run({ ...TOKEN, ...inputs(Object.fromEntries(all)) })).toEqual(await run(TOKEN));
  });

  test("the ones that are empty, as the runner gives them, are as if not there", async () => {
    const empty = inputs({ registries: "", clients: "", "if-missing": "" });
    expect(await run({ ...TOKEN, ...empty })).toEqual(await run(TOKEN));
  });

  test("blanks and blank lines around values are not part of them", async () => {
    const lines =
      "\n  r.example,username=me,password-env=A  \r\n\n q.example,username=me,password-env=A\n";
    const given = inputs({ registries: lines, clients: " docker\n", "if-missing": " warn " });
    const { stdout, status } = await run({ ...TOKEN, ...given, A: "password" });
    expect(status).toBe(0);
    expect(stdout.match(/login +\S+/g)).toEqual([
      ...["login      ghcr.io", "login      r.example", "login      q.example"],
    ]);
  });

  test.each([
    ["BERTH_CLIENTS", "crane", { clients: "docker" }],
    ["BERTH_IF_MISSING", "never", { "if-missing": "warn" }],
    ["BERTH_REGISTRIES", "r", { registries: "r.example,username=me,password-env=NOT_SET" }],
  ])("an input wins over %s, which is its default", async (name, value, given) => {
    const env = { ...TOKEN, [name]: value };
    const [byDefault, byInput] = [await run(env), await run({ ...env, ...inputs(given) })];
    expect([byDefault.status, byInput.status]).toEqual([1, 0]);
  });
});

describe("a helper cannot be had: the later steps lack what it would answer with", () => {
  const refused = {
    status: 1,
    stdout:
      "::error::berth: --store helper: the later steps of the job do not have the secrets that the helper would answer with (BERTH_USAGE): leave it out, here (BERTH_STORE) and in the steps before; or run berth ci-env in each step in the action's place\n",
    outputs: {},
  };

  test("not by a variable", async () => {
    const { status, stdout, outputs } = await run({ ...TOKEN, BERTH_STORE: "helper" });
    expect({ status, stdout, outputs }).toEqual(refused);
  });

  test("nor after a step that has made the job's berth so, which stays as it is", async () => {
    const before = machineOf({ GITHUB_TOKEN: "ghs_token", PATH: "/usr/bin:/bin" });
    const words = ["ci-env", "--store", "helper", "--shell", "json"];
    const noTerminal = { stdoutIsTty: false, stderrIsTty: false };
    const { variables } = JSON.parse((await main(words, before, noTerminal)).stdout);
    const there = () =>
      Promise.all(
        ["berth.json", "config.json", "auth.json"].map((name) =>
          readFile(join(variables.DOCKER_CONFIG, name), "utf8"),
        ),
      );
    const made = await there();
    const registries = "r.example,username=me,password-env=R_TOKEN";
    const step = { ...TOKEN, ...variables, ...inputs({ registries }), R_TOKEN: "test-token-r" };
    const { status, stdout } = await runMain(machineOf(step));
    expect({ status, stdout, outputs: {} }).toEqual(refused);
    expect(await there()).toEqual(made);
  });
});

test("what the log is to hide is told before anything is waited for: a job may be cancelled then", async () => {
  const events: string[] = [];
  const tell = (text: string) => void events.push(text);
  const registries = "127.0.0.1:1,username=me,password-env=R_TOKEN";
  const env = { ...inputs({ registries }), R_TOKEN: "test-token-r", BERTH_VERIFY: "true" };
  const { stdout } = await actionMain(machineOf(env, { tell }), tell);
  expect(events).toEqual([
    expect.stringMatching(/^(?:::add-mask::.+\n){2}$/),
    "berth: asking 127.0.0.1:1\n",
  ]);
  expect(events[0]).toContain("::add-mask::test-token-r\n");
  expect(stdout).not.toContain("add-mask");
});

test("a registry that does not accept the credential is an error, where that is asked for", async () => {
  const registries = "127.0.0.1:1,username=me,password-env=R_TOKEN";
  const env = { ...inputs({ registries }), R_TOKEN: "test-token-r", BERTH_VERIFY: "true" };
  const { status, stdout, outputs } = await run(env);
  expect({ status, outputs }).toEqual({ status: 1, outputs: {} });
  expect(stdout.split("\n").filter((line) => !line.startsWith("::add-mask::"))).toEqual([
    expect.stringMatching(/^::error::berth: 127\.0\.0\.1:1: .*BERTH_NOT_ACCEPTED/),
    "",
  ]);
});

test("the outputs are those of action.yml", async () => {
  const { outputs } = await run(TOKEN);
  expect(Object.keys(outputs)).toEqual(Object.keys(action.outputs));
  const { registry, image } = outputs;
  expect([registry, image]).toEqual(["ghcr.io", "ghcr.io/octo/app"]);
});

test("those that there are, where the job has no registry", async () => {
  const { outputs } = await run({ ...TOKEN, GITHUB_SERVER_URL: "" });
  expect(Object.keys(outputs)).toEqual(["docker-config"]);
});

test.each<[string, Variables]>([
  ["nothing at all", { GITHUB_ACTIONS: "", RUNNER_TEMP: "", HOME: "" }],
  ["files that are none", { GITHUB_OUTPUT: "/", GITHUB_STEP_SUMMARY: "/", GITHUB_STATE: "/" }],
  ["a state that is none", { STATE_directory: "\0" }],
  ["a temp folder that is none", { RUNNER_TEMP: "/dev/null" }],
])("neither entry point throws, whatever there is: %s", async (_, env) => {
  const { stdout, status, post } = await run({ ...TOKEN, ...env });
  expect([0, 1]).toContain(status);
  expect(/^::error::/m.test(stdout)).toBe(status === 1);
  expect(post.status).toBe(0);
});
