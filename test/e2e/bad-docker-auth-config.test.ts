import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  auth,
  makeSandbox,
  type Place,
  readJson,
  type Sandbox,
  statements,
} from "./support/sandbox.ts";

const HINT =
  "its value is a Docker config as JSON, or the path of a file with one (a GitLab variable of type File); correct it, or pass --no-use-docker-auth-config";
const CANARY = "canary-of-the-variable";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("variable");
});

afterAll(() => sandbox?.remove());

const run = async (value: string, ...args: string[]) => {
  const env = place.job({ DOCKER_AUTH_CONFIG: value });
  return place.berth(["ci-env", "--quiet", ...args], env);
};

const refused = (problem: string) => ({
  exitCode: 1,
  stdout: "exit 1;\n",
  stderr: `berth: error: DOCKER_AUTH_CONFIG ${problem} (BERTH_BAD_DOCKER_AUTH_CONFIG)
  hint       ${HINT}
`,
});

const merged = { exitCode: 0, stdout: `${statements()}unset DOCKER_AUTH_CONFIG;\n`, stderr: "" };

const further = { "further.example.com": { auth: "dTpw" } };
const ours = { "registry.example.com": { auth: auth("gitlab-ci-token", "token-1") } };

const auths = async (name: string) => {
  const [berth = ""] = await readdir(place.root);
  return readJson(join(place.root, berth, name));
};

describe.each([
  ["cut JSON", `{"auths": {"r": {"auth": "${CANARY}`, "is not valid JSON"],
  ["JSON with something after it", `{} ${CANARY}`, "is not valid JSON"],
  ["a byte order mark", `\uFEFF{"auths": {}}`, "starts with a byte order mark"],
  ["a list", `["${CANARY}"]`, "is not a JSON object"],
  ["a JSON text", `"${CANARY}"`, "is not a JSON object"],
  [
    "a list of auths",
    `{"auths": ["${CANARY}"]}`,
    'cannot be read by Docker: "auths" must be an object of objects',
  ],
  ["neither JSON nor a path", CANARY, "is neither JSON nor the path of a file"],
  ["a path to nothing", "/nowhere/config.json", "is neither JSON nor the path of a file"],
  ["the path of a folder", "/", "names a file that is a directory"],
  ["a value longer than any path", CANARY.repeat(500), "is neither JSON nor the path of a file"],
])("DOCKER_AUTH_CONFIG with %s", (_, value, problem) => {
  test("is refused, not shown, and nothing is written", async () => {
    place = await sandbox.place();
    expect(await run(value)).toEqual(refused(problem));
    expect(await readdir(place.temporary)).toEqual([]);
  });
});

test("a bad DOCKER_AUTH_CONFIG is left alone with --no-use-docker-auth-config", async () => {
  place = await sandbox.place();
  expect(await run("{", "--no-use-docker-auth-config")).toEqual({
    ...{ exitCode: 0, stdout: statements(), stderr: "" },
  });
  expect(await auths("config.json")).toEqual({ auths: ours });
});

test("unknown fields are no obstacle, and no part of the result", async () => {
  place = await sandbox.place();
  const entry = { ...further["further.example.com"], email: "a@b", more: "x" };
  const value = { auths: { "further.example.com": entry }, HttpHeaders: { A: "b" }, more: [1] };
  expect(await run(JSON.stringify(value))).toEqual(merged);
  expect(await auths("config.json")).toEqual({ auths: { ...ours, ...further } });
});

test.each(["credentials.json", "with a blank.json"])(
  "the path of a file, %s, is read",
  async (name) => {
    place = await sandbox.place();
    const file = join(place.folder, name);
    await writeFile(file, `${JSON.stringify({ auths: further })}\n`);
    expect(await run(file)).toEqual(merged);
    expect(await auths("config.json")).toEqual({ auths: { ...ours, ...further } });
    expect(await auths("auth.json")).toEqual({ auths: { ...ours, ...further } });
  },
);

test.each([
  ["an empty file", "", "is empty"],
  ["a file of invalid JSON", CANARY, "is not valid JSON"],
])("the path of %s is refused", async (_, content, problem) => {
  place = await sandbox.place();
  const file = join(place.folder, "credentials.json");
  await writeFile(file, content);
  expect(await run(file)).toEqual(refused(problem));
});

test("an empty DOCKER_AUTH_CONFIG counts as none", async () => {
  place = await sandbox.place();
  expect(await run("")).toEqual({ exitCode: 0, stdout: statements(), stderr: "" });
});

test("its good entries beat the job's token and the base, and a bad one is said", async () => {
  place = await sandbox.place();
  await mkdir(join(place.home, ".docker"));
  const base = { auths: { "further.example.com": { auth: auth("old", "old") } } };
  await writeFile(join(place.home, ".docker", "config.json"), JSON.stringify(base));
  const own = { "registry.example.com": { auth: auth("deployer", "p") } };
  const value = { auths: { ...further, ...own, "bad.example.com": { auth: "?" } } };
  expect(await run(JSON.stringify(value))).toEqual({
    ...merged,
    stderr: `berth: warning    bad.example.com: its entry in DOCKER_AUTH_CONFIG is left out: it is not a credential that Docker can read
berth:            correct it there
`,
  });
  expect(await auths("config.json")).toEqual({ auths: { ...further, ...own } });
});
