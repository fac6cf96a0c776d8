import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { makeSandbox, type Outcome, type Place, type Sandbox } from "../e2e/support/sandbox.ts";
import type { JobEnv } from "../support/job.ts";
import { available } from "../support/programs.ts";
import { canary, finderOf, formsOf } from "./support/canaries.ts";
import { all, furnish, inFiles, inJob, jobsIn } from "./support/canaries-place.ts";
import { commandLinesDuring } from "./support/canaries-processes.ts";

jest.setTimeout(120_000);

const leaks = finderOf(all);

let sandbox: Sandbox;
let place: Place;
let notes: string;
let lines: ReadonlySet<string>;
const outcomes: { readonly run: string; readonly outcome: Outcome }[] = [];

const TRACES = "--trace-warnings --trace-uncaught --trace-exit --trace-deprecation";
const SHELLS = ["sh", "bash", "zsh", "dash"].filter((shell) => available(shell));

type Run = readonly [
  status: number,
  job: keyof ReturnType<typeof jobsIn>,
  line: string,
  env?: JobEnv,
];

const RUNS: readonly Run[] = [
  [0, "gitlab", "berth ci-env --verbose"],
  [0, "gitlab", "berth ci-env --dry-run --verbose --werf --shell json"],
  [0, "gitlab", "berth ci-env --verbose", { NODE_DEBUG: "*", DEBUG: "*" }],
  [0, "gitlab", "berth ci-env --persist", { NODE_OPTIONS: TRACES, GITLAB_ENV: "later.env" }],
  [0, "gitlab", "berth ci-env --gitlab-credentials deploy --as-env-file -o out.env"],
  [0, "gitlab", "berth exec --verbose -- noting a b"],
  [0, "gitlab", "berth exec --verbose -- noting a b", { NODE_OPTIONS: TRACES }],
  [127, "gitlab", "berth exec -- not-there"],
  [126, "gitlab", "berth exec -- /"],
  [0, "buildkite", "berth ci-env --verbose"],
  [0, "appveyor", "berth ci-env --persist --verbose"],
  [1, "gitlab", "berth ci-env --tmp-dir none --as-file"],
  [1, "gitlab", "berth ci-env --env-file given/password --docker-config none"],
  [1, "gitlab", "berth ci-env", { DOCKER_AUTH_CONFIG: `{"auths":{"a":"${canary("variable")}` }],
  [1, "gitlab", "berth ci-env", { DOCKER_AUTH_CONFIG: canary("variable") }],
  [1, "gitlab", "berth ci-env", { DOCKER_AUTH_CONFIG: "given/password" }],
  [1, "gitlab", "berth ci-env", { CI_REGISTRY: `https://u:${canary("token")}@r.example.com` }],
  [2, "gitlab", "berth ci-env", { BERTH_REGISTRIES: `r.example.com,password=${canary("asked")}` }],
  ...SHELLS.map(
    (shell): Run => [0, "gitlab", `${shell} -c`, { SCRIPT: 'set -x; eval "$(berth ci-env)"' }],
  ),
  [0, "gitlab", "berth ci-env --unset"],
  [0, "gitlab", "berth cleanup"],
  [1, "gitlab", "berth ci-env --if-missing fail", { CI_REGISTRY_PASSWORD: "", CI_JOB_TOKEN: "" }],
];

const filesBelow = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
};

beforeAll(async () => {
  sandbox = await makeSandbox("canaries");
  place = await sandbox.place();
  const given = await furnish(place);
  notes = given.notes;
  const jobs = jobsIn(place, given);
  lines = await commandLinesDuring(async () => {
    await execa("sh", ["-c", "sleep 0.1", canary("control")]);
    for (const [, job, line, env = {}] of RUNS) {
      const { SCRIPT, ...change } = env;
      const words = [...line.split(" "), ...(SCRIPT ? [SCRIPT] : [])];
      const whole = { ...jobs[job], ...change };
      outcomes.push({ run: `${job}: ${line}`, outcome: await place.run(words, whole) });
    }
  });
});

afterAll(() => sandbox?.remove());

test("a secret is found in every form", () => {
  const forms = formsOf(canary("token"));
  const shifted = ["", "a", "ab"].map((it) => Buffer.from(`${it}${canary("token")}é`));
  const texts = [...forms, ...shifted.flatMap((it) => [it.toString("base64"), it.toString("hex")])];
  expect(texts.map((text) => leaks(`-${text}-`))).toEqual(texts.map(() => ["token"]));
});

test("every run ends as it should", () => {
  expect(outcomes.map(({ run, outcome }) => [outcome.exitCode, run])).toEqual(
    RUNS.map(([status, job, line]) => [status, `${job}: ${line}`]),
  );
});

test("no run prints a secret", () => {
  const shown = outcomes.map(({ run, outcome }) => [run, leaks(outcome.stdout + outcome.stderr)]);
  expect(shown).toEqual(outcomes.map(({ run }) => [run, []]));
});

test("no secret is in the command line of a process", () => {
  const seen = [...lines].join("\n");
  expect(finderOf({ control: canary("control") })(seen)).toEqual(["control"]);
  for (const name of ["berth", "buildkite-agent", "appveyor", "noting"])
    expect(seen).toContain(name);
  expect(leaks(seen)).toEqual([]);
});

test("a program that berth starts has what the job has, and no secret from elsewhere", async () => {
  const said = await readFile(notes, "utf8");
  for (const name of ["buildkite-agent oidc", "appveyor SetVariable", "noting a b"])
    expect(said).toContain(name);
  expect(finderOf(inJob)(said)).toContain("password");
  expect(finderOf(inFiles)(said)).toEqual([]);
});

test("the command of exec does not have DOCKER_AUTH_CONFIG, which is in its berth", async () => {
  const [, own = ""] = (await readFile(notes, "utf8")).split("/noting a b\n");
  const env = own.split(/^\S*\/(?:buildkite-agent|appveyor|noting) /m)[0] ?? "";
  expect(finderOf(inJob)(env)).toEqual(["password", "token", "deploy", "proxy", "asked"]);
});

test("no file has a secret but the berths, and what had it before", async () => {
  const files = await filesBelow(sandbox.folder);
  const found = await Promise.all(
    files.map(async (file) => [relative(place.folder, file), leaks(await readFile(file))] as const),
  );
  const names = found.flatMap(([name, secrets]) => (secrets.length > 0 ? [name] : []));
  const BERTH = /^tmp\/berth-\d+\/(?:buildkite|appveyor)-1-[0-9a-f]{16}\/(?:config|auth)\.json$/;
  expect(names.filter((name) => BERTH.test(name))).toHaveLength(4);
  expect(names.filter((name) => !BERTH.test(name) && !/^(?:home|given)\//.test(name))).toEqual([]);
});
