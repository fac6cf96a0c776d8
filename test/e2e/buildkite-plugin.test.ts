import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { recorded } from "../ci/recorded/buildkite.ts";
import type { JobEnv } from "../support/job.ts";
import { auth, makeSandbox, type Place, readJson, type Sandbox } from "./support/sandbox.ts";
import { quoted } from "./support/shells.ts";

const ROOT = new URL("../../", import.meta.url);
const JOB = "<folder>/tmp/berth-<uid>/buildkite-1514-<hash>";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("buildkite");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

type Hook = "pre-command" | "pre-exit";

const pathOf = (hook: Hook): string => fileURLToPath(new URL(`hooks/${hook}`, ROOT));

const job = (change: JobEnv = {}): JobEnv => ({
  ...place.env,
  ...recorded.push,
  REGISTRY_USER: "robot",
  REGISTRY_PASSWORD: "test-token-robot",
  ...change,
});

type Configuration = Readonly<Record<string, string | readonly string[]>>;

// https://github.com/buildkite/agent/blob/main/agent/plugin/plugin.go
const configured = (configuration: Configuration, name = "BERTH"): JobEnv => ({
  BUILDKITE_PLUGIN_NAME: name,
  BUILDKITE_PLUGIN_CONFIGURATION: JSON.stringify(configuration),
  ...Object.fromEntries(
    Object.entries(configuration).flatMap(([key, value]) => {
      const variable = `BUILDKITE_PLUGIN_${name}_${key.toUpperCase().replaceAll("-", "_")}`;
      return typeof value === "string"
        ? [[variable, value]]
        : value.map((item, index) => [`${variable}_${index}`, item]);
    }),
  ),
});

/** How a hook ended, and what the agent takes over from it; nothing where it cannot tell. */
interface Sourced {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly changes?: { readonly set: JobEnv; readonly unset: readonly string[] };
}

const OF_THE_SHELL = ["_", "SHLVL", "BUILDKITE_HOOK_EXIT_STATUS", "BUILDKITE_HOOK_WORKING_DIR"];

const readDump = async (file: string): Promise<JobEnv | undefined> => {
  const text = await readFile(file, "utf8");
  if (text === "") return undefined;
  const dump: JobEnv = JSON.parse(text);
  return Object.fromEntries(Object.entries(dump).filter(([name]) => !OF_THE_SHELL.includes(name)));
};

// As the agent does: https://github.com/buildkite/agent/blob/main/internal/job/hook/wrapper.go
const source = async (hook: Hook, env: JobEnv): Promise<Sourced> => {
  const at = (name: string): string => join(place.folder, name);
  const dump = `${quoted(process.execPath)} -p 'JSON.stringify(process.env)'`;
  const wrapper = `#!/usr/bin/env bash
${dump} > ${quoted(at("before"))}
. ${quoted(pathOf(hook))}
export BUILDKITE_HOOK_EXIT_STATUS=$?
export BUILDKITE_HOOK_WORKING_DIR="\${PWD}"
${dump} > ${quoted(at("after"))}
exit $BUILDKITE_HOOK_EXIT_STATUS`;
  for (const [name, text] of Object.entries({ wrapper, before: "", after: "" })) {
    await writeFile(at(name), text);
  }
  const outcome = await place.run(["/bin/bash", at("wrapper")], env);
  const before = (await readDump(at("before"))) ?? {};
  const after = await readDump(at("after"));
  if (!after) return outcome;
  const set = Object.entries(after).filter(([name, value]) => before[name] !== value);
  const unset = Object.keys(before).filter((name) => after[name] === undefined);
  return { ...outcome, changes: { set: Object.fromEntries(set), unset } };
};

const masked = ({ changes, ...outcome }: Sourced) => {
  const set = Object.entries(changes?.set ?? {}).map(([name, text]) => [name, place.mask(text)]);
  return { ...outcome, changes: changes && { ...changes, set: Object.fromEntries(set) } };
};

const NOTHING = { set: {}, unset: [] };
const EXPORTS = {
  DOCKER_CONFIG: JOB,
  REGISTRY_AUTH_FILE: `${JOB}/auth.json`,
  HELM_REGISTRY_CONFIG: `${JOB}/config.json`,
  WERF_DOCKER_CONFIG: JOB,
};
const made = (changes: object = {}) => ({
  ...{ exitCode: 0, stdout: "", stderr: expect.stringContaining("Buildkite job 1514") },
  changes: { set: EXPORTS, unset: [], ...changes },
});
const failed = (exitCode: number, ...lines: readonly string[]) => ({
  ...{ exitCode, stdout: "", stderr: lines.map((line) => `${line}\n`).join("") },
  changes: NOTHING,
});

const spec = (host: string) => `${host},username-env=REGISTRY_USER,password-env=REGISTRY_PASSWORD`;
const LOGIN = { auth: auth("robot", "test-token-robot") };

const preCommand = async (configuration: Configuration, change: JobEnv = {}, name = "BERTH") => {
  const sourced = await source("pre-command", {
    ...job(change),
    ...configured(configuration, name),
  });
  const directory = sourced.changes?.set["DOCKER_CONFIG"];
  const config = directory === undefined ? {} : await readJson(join(directory, "config.json"));
  return { sourced, shown: masked(sourced), auths: (config as { auths?: object }).auths };
};

describe("pre-command gives the command the variables of the job's berth, and no others", () => {
  test("without options", async () => {
    const { shown, auths } = await preCommand({});
    expect([shown, auths]).toEqual([made(), { "berth.invalid": {} }]);
  });

  test("with logins to registries", async () => {
    const hosts = Array.from({ length: 12 }, (_, index) => `r${index}.example.com`);
    const { shown, auths } = await preCommand({ registries: hosts.map(spec) });
    expect([shown, auths]).toEqual([made(), Object.fromEntries(hosts.map((it) => [it, LOGIN]))]);
  });

  test.each([
    ["one registry that is no list", { registries: spec("r.example.com") }, {}, "BERTH"],
    ["a URL that ends in .git", { registries: [spec("r.example.com")] }, {}, "BERTH_GIT"],
    ["the job's own BERTH_REGISTRIES", {}, { BERTH_REGISTRIES: spec("r.example.com") }, "BERTH"],
    [
      "the job's own BERTH_REGISTRIES, and a list that takes its place",
      { registries: [spec("r.example.com")] },
      { BERTH_REGISTRIES: spec("other.example.com") },
      "BERTH",
    ],
  ] as const)("with %s", async (_, configuration, change, name) => {
    const { shown, auths } = await preCommand(configuration, change, name);
    expect([shown, auths]).toEqual([made(), { "r.example.com": LOGIN }]);
  });

  test("TRAP 26: with Buildkite's package registries, by the name of their host", async () => {
    const registries = [spec("packages.buildkite.com/acme-inc/app")];
    const { auths } = await preCommand({ registries });
    expect(auths).toEqual({ "packages.buildkite.com": LOGIN });
  });

  test("for some clients alone", async () => {
    const { shown } = await preCommand({ clients: "docker,helm" });
    const { DOCKER_CONFIG, HELM_REGISTRY_CONFIG } = EXPORTS;
    expect(shown).toEqual(made({ set: { DOCKER_CONFIG, HELM_REGISTRY_CONFIG } }));
  });

  test("and takes away DOCKER_AUTH_CONFIG, which is merged", async () => {
    const merged = { auths: { "d.example.com": LOGIN } };
    const { shown, auths } = await preCommand({}, { DOCKER_AUTH_CONFIG: JSON.stringify(merged) });
    expect([shown, auths]).toEqual([made({ unset: ["DOCKER_AUTH_CONFIG"] }), merged.auths]);
  });

  test("whatever shell the job has chosen for itself", async () => {
    const { shown } = await preCommand({}, { BERTH_SHELL: "fish" });
    expect(shown).toEqual(made());
  });
});

describe("pre-command fails, and so does the job", () => {
  const absent = { registries: [spec("r.example.com")], "if-missing": "fail" };

  test("where a credential is missing, and that is to fail", async () => {
    const { shown } = await preCommand(absent, { REGISTRY_PASSWORD: "" });
    expect(shown).toEqual({
      ...failed(1),
      stderr: expect.stringContaining("REGISTRY_PASSWORD is not set (BERTH_MISSING_CREDENTIAL)"),
    });
  });

  test("but not where that is to be ignored", async () => {
    const { shown } = await preCommand(
      { ...absent, "if-missing": "ignore" },
      { REGISTRY_PASSWORD: "" },
    );
    expect(shown).toEqual(made());
  });

  test.each([
    ["clients", { clients: "docker,kubectl" }],
    ["if-missing", { "if-missing": "no" }],
    ["registries", { registries: ["r.example.com,password=x"] }],
    ["one registry given twice", { registries: ["r.example.com/a", "r.example.com/a"].map(spec) }],
  ])("where berth refuses a value of %s", async (_, configuration) => {
    const { shown } = await preCommand(configuration);
    expect(shown).toEqual({ ...failed(2), stderr: expect.stringContaining("(BERTH_USAGE)") });
  });

  test.each([
    ["no such option", { registry: "x" }, "REGISTRY"],
    ["a list where a text belongs", { clients: ["docker"] }, "CLIENTS_0"],
    ["a registry that is no text", { "registries-0-host": "x" }, "REGISTRIES_0_HOST"],
  ])("for %s", async (_, configuration, name) => {
    const { shown } = await preCommand(configuration);
    expect(shown).toEqual(
      failed(
        2,
        `berth: error: the plugin has no option for BUILDKITE_PLUGIN_BERTH_${name}`,
        "  hint       options: registries (texts), clients, if-missing",
      ),
    );
  });

  test("where there is no berth on the agent", async () => {
    const { shown } = await preCommand({}, { PATH: place.folder });
    expect(shown).toEqual(
      failed(
        127,
        "berth: error: berth is not on the PATH of this agent",
        "  hint       install it there: npm install --global berth-ci",
      ),
    );
  });
});

describe("pre-exit", () => {
  const sourceExit = async (change: JobEnv) => masked(await source("pre-exit", job(change)));
  const ended = (stderr: string) => ({ exitCode: 0, stdout: "", stderr, changes: NOTHING });
  const LEFT =
    "berth: this job's berth may be left; on the agent, berth cleanup --stale removes it\n";

  test("removes the berth, with the variables of pre-command and without", async () => {
    for (const keep of [true, false]) {
      const { sourced } = await preCommand({ registries: [spec("r.example.com")] });
      expect(await readdir(place.root)).toHaveLength(1);
      expect(await sourceExit(keep ? (sourced.changes?.set ?? {}) : {})).toEqual(
        ended(`berth: removed ${JOB}\n`),
      );
      expect(await readdir(place.root)).toEqual([]);
    }
  });

  test("has nothing to remove where the job has ended before pre-command", async () => {
    expect(await sourceExit({})).toEqual(ended(`berth: nothing to clean up at ${JOB}\n`));
  });

  test("leaves the job's exit status as it is where berth fails", async () => {
    await mkdir(place.root);
    await chmod(place.root, 0o777);
    const { stderr, ...rest } = await sourceExit({});
    expect(rest).toEqual({ exitCode: 0, stdout: "", changes: NOTHING });
    expect(stderr).toContain("(BERTH_UNSAFE_DIRECTORY)");
    expect(stderr.endsWith(LEFT)).toBe(true);
  });

  test("leaves the job's exit status as it is where there is no berth on the agent", async () => {
    const { stderr, ...rest } = await sourceExit({ PATH: place.folder });
    expect(rest).toEqual({ exitCode: 0, stdout: "", changes: NOTHING });
    expect(stderr.endsWith(LEFT)).toBe(true);
  });
});

test.each(["pre-command", "pre-exit"] as const)("%s can be executed", async (hook) => {
  const { mode } = await stat(pathOf(hook));
  expect(mode & 0o111).toBe(0o111);
});

test("plugin.yml has the options that pre-command has", async () => {
  const text = await readFile(new URL("plugin.yml", ROOT), "utf8");
  const options = [...text.matchAll(/^ {4}([a-z-]+):$/gm)].map(([, name]) => name);
  expect(options).toEqual(["registries", "clients", "if-missing"]);
});
