import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { shownKey } from "../../src/docker-config/keys.ts";
import { test as nodeTest } from "../e2e/support/node-build.ts";
import { makeSandbox, type Place, type Sandbox } from "../e2e/support/sandbox.ts";
import { githubJob, type JobEnv } from "../support/job.ts";
import { canary, finderOf } from "./support/canaries.ts";
import { all, furnish, jobsIn } from "./support/canaries-place.ts";

jest.setTimeout(120_000);

const leaks = finderOf({ ...all, pasted: canary("pasted") });

let sandbox: Sandbox;
let place: Place;
let jobs: ReturnType<typeof jobsIn>;

beforeAll(async () => {
  sandbox = await makeSandbox("pasted");
  place = await sandbox.place();
  jobs = jobsIn(place, await furnish(place));
});

afterAll(() => sandbox?.remove());

const shownBy = async (line: string, env: JobEnv) => {
  const { stdout, stderr } = await place.berth(line.split(" "), env);
  return leaks(stdout + stderr);
};

const github = () => githubJob(place, { id: 1, host: "", project: "g/p", token: canary("token") });

// A GitLab variable of type Variable where one of type File was meant has the secret itself.
test("a password where the path of its file should be is not told", async () => {
  const spec = `r.example.com,username=me,password-file=${canary("pasted")}`;
  expect(await shownBy("ci-env", place.job({ BERTH_REGISTRIES: spec }))).toEqual([]);
});

test("a token where the registry's host should be is not told", async () => {
  const env = { ...github(), BERTH_REGISTRY_HOST: canary("pasted") };
  expect(await shownBy("ci-env", env)).toEqual([]);
});

// As in `"credHelpers": {"r.example.com": "<auth>"}`.
test.each(["credsStore", "credHelpers"])(
  "an auth where the name of a helper should be is not told: %s",
  async (key) => {
    const auth = Buffer.from(`u:${canary("pasted")}`).toString("base64");
    const value = key === "credsStore" ? auth : { "r.example.com": auth };
    const DOCKER_AUTH_CONFIG = JSON.stringify({ [key]: value });
    expect(await shownBy("ci-env", place.job({ DOCKER_AUTH_CONFIG }))).toEqual([]);
  },
);

// Google's refresh tokens begin with `1//`.
test.each([
  "https://user:1//0g-word@r.example.com",
  "https://user:word/a@word@r.example.com",
  "//user:word@r.example.com",
  "wo/word@r.example.com",
])("of a key with a password in it no part is told: %s", (key) => {
  expect(shownKey(key)).not.toContain("word");
});

// Node's own log of the programs that it starts has their whole environment.
nodeTest.each([
  ["exec -- true", "gitlab"],
  ["ci-env --persist", "appveyor"],
] as const)("NODE_DEBUG shows no environment: %s in %s", async (line, job) => {
  expect(await shownBy(line, { ...jobs[job], NODE_DEBUG: "child_process" })).toEqual([]);
});

// V8's messages may quote a value, as this one does.
const HOOK = `
const from = Buffer.from;
Buffer.from = (text, ...rest) => {
  if (typeof text === "string" && /^[^\\s:]+:glpat-/.test(text)) void ("x" in text);
  return from(text, ...rest);
};
`;

nodeTest("a bug tells nothing of the value that it is about", async () => {
  const hook = join(place.folder, "given/hook.cjs");
  await writeFile(hook, HOOK);
  expect(await shownBy("ci-env", { ...jobs.gitlab, NODE_OPTIONS: `--require=${hook}` })).toEqual(
    [],
  );
});
