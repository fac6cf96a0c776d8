import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { githubJob } from "../support/job.ts";
import { auth, makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

/**
 * What a runner would take for a command of ours in a job's log.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 * https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands
 */
const forgeries = (text: string): readonly string[] =>
  text
    .split(/[\n\r\u0085\u2028\u2029]/)
    .filter(
      (line) =>
        /^\s*::/.test(line) ||
        /##(?:vso|teamcity)?\[/.test(line) ||
        /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(line),
    );

const hostile = [
  "::error::forged",
  "##vso[task.setvariable variable=a]forged",
  "###[error]forged",
  "##teamcity[forged]",
  "\n::add-path::/forged",
  "a\r\n::stop-commands::forged",
  "\u2028::error::forged",
  "\x1b[31mforged\x1b]0;forged\x07",
  "\u009b31mforged",
  "\u202Egnp.forged",
] as const;

/** The same where no line break and no slash may be, as in the name of a folder. */
const all = hostile.join(" ");
const inName = all.replace(/[\n\r/]/g, "");

let sandbox: Sandbox;
let place: Place;

const writeBase = async (): Promise<void> => {
  const base = join(place.home, ".docker");
  const from = (value: (text: string, index: number) => readonly [string, unknown]) =>
    Object.fromEntries(hostile.map(value));
  const config = {
    auths: {
      ...from((text) => [text, { auth: auth("u", "p") }]),
      ...from((text, index) => [
        `${index}.example.com`,
        { auth: auth(text.replaceAll(":", ";"), "p") },
      ]),
      ...from((text) => [`${text} bad`, { auth: "?" }]),
      ...from((text) => [`${text} in store`, {}]),
    },
    credHelpers: {
      ...from((text) => [`${text} helper`, "gone"]),
      ...from((text, index) => [`${index}.helper.example.com`, text]),
    },
    ...{ credsStore: all, currentContext: all, cliPluginsExtraDirs: [all] },
    ...from((text) => [`${text} key`, 1]),
  };
  const meta = join(base, "contexts", inName);
  await mkdir(meta, { recursive: true });
  await writeFile(join(meta, "meta.json"), "{}");
  await writeFile(join(base, "config.json"), JSON.stringify(config));
};

beforeAll(async () => {
  sandbox = await makeSandbox("log");
  place = await sandbox.place();
  await writeBase();
  await mkdir(join(place.folder, inName));
});

afterAll(() => sandbox?.remove());

const auths = Object.fromEntries(hostile.map((text) => [`${text} v`, { auth: auth("u", "p") }]));

const gitlab = (change: Readonly<Record<string, string>> = {}) =>
  place.job({
    ...{ CI_JOB_ID: all, CI_REGISTRY_USER: inName.replaceAll(":", ";").replace(/\p{Cc}/gu, "") },
    DOCKER_AUTH_CONFIG: JSON.stringify({ auths }),
    ...change,
  });

const github = () => ({
  ...githubJob(place, { id: 1, host: "", project: "g/p", token: "t" }),
  ...{ GITHUB_JOB: all, GITHUB_RUN_ID: all, RUNNER_TEMP: join(place.folder, inName) },
});

const forged = async (args: readonly string[], env = gitlab()) => {
  const { exitCode, stdout, stderr } = await place.berth(args, env);
  return { exitCode, forgeries: forgeries(stdout + stderr) };
};

const honest = (exitCode: number) => ({ exitCode, forgeries: [] });

test("the test sees a forgery where there is one", () => {
  expect(forgeries(`  ::x\nok ::x\n##[a\n#\\x23[a\n\x1b[1m\u202E`)).toEqual([
    ...["  ::x", "##[a", "\x1b[1m\u202E"],
  ]);
});

describe("no value of others forges a command in the log", () => {
  test.each([
    ["ci-env --verbose"],
    ["ci-env --quiet"],
    ["ci-env --dry-run"],
    ["ci-env --shell json --verbose"],
    ["ci-env --no-inherit"],
    ["cleanup"],
  ])("%s", async (args) => {
    expect(await forged(args.split(" "))).toEqual(honest(0));
    expect(await forged(args.split(" "), github())).toEqual(honest(0));
  });

  test("paths", async () => {
    const folder = join(place.folder, inName);
    const env = gitlab({ TMPDIR: folder, DOCKER_CONFIG: folder });
    await writeFile(join(folder, "config.json"), '{"auths": {"a.example.com": {"auth": "dTpw"}}}');
    expect(await forged(["ci-env", "--verbose"], env)).toEqual(honest(0));
    expect(await forged(["cleanup"], env)).toEqual(honest(0));
    expect(await forged(["cleanup", "--stale", "1h"], env)).toEqual(honest(0));
    await writeFile(join(folder, "config.json"), "{");
    expect(await forged(["ci-env"], env)).toEqual(honest(1));
  });

  test.each([hostile[0], hostile[1], hostile[4], hostile[7]])("errors about %j", async (text) => {
    const failures: readonly (readonly [number, readonly string[], Record<string, string>])[] = [
      [1, ["ci-env"], { CI_REGISTRY: text }],
      [1, ["ci-env"], { CI_REGISTRY_USER: `${text}:` }],
      [1, ["ci-env"], { CI_REGISTRY_IMAGE: `${text}\n` }],
      [1, ["ci-env"], { DOCKER_AUTH_CONFIG: text }],
      [1, ["ci-env", "--docker-config", text], {}],
      [1, ["ci-env", "--tmp-dir", text, "--shell", "json"], {}],
      [2, ["ci-env", "--clients", text], {}],
      [2, ["ci-env", "--shell", text], {}],
      [2, ["ci-env", text, "--shell", "json"], {}],
      [2, ["ci-env", `--${text}`], {}],
      [2, ["cleanup", `--stale=${text}`], {}],
      [2, [text], {}],
    ];
    for (const [status, args, change] of failures) {
      expect([args, change, await forged(args, gitlab(change))]).toEqual([
        ...[args, change, honest(status)],
      ]);
    }
  });
});
