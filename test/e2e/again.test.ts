import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  auth,
  makeSandbox,
  type Place,
  readJson,
  type Sandbox,
  statements,
} from "./support/sandbox.ts";

const DONE = { exitCode: 0, stdout: statements(), stderr: "" };

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("again");
});

afterAll(() => sandbox?.remove());

const run = (place: Place, token: string, args = ["ci-env", "--quiet"]) =>
  place.berth(args, place.job({ CI_REGISTRY_PASSWORD: token }));

const own = (token: string) => ({
  "registry.example.com": { auth: auth("gitlab-ci-token", token) },
});

const berthOf = async (place: Place): Promise<string> => {
  const [name = "", ...others] = await readdir(place.root);
  expect(others).toEqual([]);
  return join(place.root, name);
};

const readAll = async (place: Place) => {
  const berth = await berthOf(place);
  const files = (await readdir(berth)).sort();
  const [config, authFile] = await Promise.all(
    ["config.json", "auth.json"].map((name) => readJson(join(berth, name))),
  );
  return { files, config, authFile };
};

const FILES = ["auth.json", "berth.json", "config.json"];

// What `docker login` and `skopeo login` make of the files: tabs, no line break at the end, keys of theirs.
const logIn = async (file: string, host: string, more: object): Promise<void> => {
  const { auths } = (await readJson(file)) as { auths: object };
  const entry = { auth: auth("me", "later") };
  const config = { auths: { ...auths, [host]: entry }, ...more };
  await writeFile(file, JSON.stringify(config, null, "\t"));
};

test("a second run renews the token and the base's logins, in place, and keeps the job's own", async () => {
  const place = await sandbox.place();
  const base = join(place.home, ".docker");
  const writeBase = (password: string) =>
    writeFile(
      join(base, "config.json"),
      JSON.stringify({ auths: { "base.example.com": { auth: auth("u", password) } } }),
    );
  await mkdir(base);
  await writeBase("old");
  expect(await run(place, "one")).toEqual(DONE);
  const berth = await berthOf(place);
  await logIn(join(berth, "config.json"), "docker.example.com", { detachKeys: "ctrl-x" });
  await logIn(join(berth, "auth.json"), "skopeo.example.com", {});
  await writeBase("new");
  expect(await run(place, "two")).toEqual(DONE);
  const login = { auth: auth("me", "later") };
  const renewed = { "base.example.com": { auth: auth("u", "new") }, ...own("two") };
  const expected = {
    files: FILES,
    config: { auths: { ...renewed, "docker.example.com": login }, detachKeys: "ctrl-x" },
    authFile: { auths: { ...renewed, "docker.example.com": login, "skopeo.example.com": login } },
  };
  expect(await readAll(place)).toEqual(expected);
  expect(await run(place, "two")).toEqual(DONE);
  expect(await readAll(place)).toEqual(expected);
});

test("a second run in the same shell inherits from the base, not from the berth", async () => {
  const place = await sandbox.place();
  const script = `eval "$(berth ci-env --quiet)"; one=$DOCKER_CONFIG
    eval "$(CI_REGISTRY_PASSWORD=two berth ci-env)"; [ "$one" = "$DOCKER_CONFIG" ]`;
  expect(await place.run(["sh", "-e", "-c", script], place.job())).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: `berth: GitLab CI job 1 uses <folder>/tmp/berth-<uid>/gitlab-1-<hash> (renewed)
  login      registry.example.com  as gitlab-ci-token  by CI_REGISTRY_PASSWORD
`,
  });
  const auths = { auths: own("two") };
  expect(await readAll(place)).toEqual({ files: FILES, config: auths, authFile: auths });
});

test.each([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4])(
  "%i runs of one job at once all succeed, and the result is whole",
  async (count) => {
    const place = await sandbox.place();
    const tokens = Array.from({ length: count }, (_, index) => `token-${index}`);
    for (const _ of ["first", "update"]) {
      const ended = await Promise.all(tokens.map((token) => run(place, token)));
      expect(ended).toEqual(tokens.map(() => DONE));
      const { files, config, authFile } = await readAll(place);
      expect(files).toEqual(FILES);
      const possible = tokens.map((token) => ({ auths: own(token) }));
      expect(possible).toContainEqual(config);
      expect(possible).toContainEqual(authFile);
    }
  },
);

test("a berth whose file is broken since is named, and a clean-up mends it", async () => {
  const place = await sandbox.place();
  await run(place, "one");
  await writeFile(join(await berthOf(place), "config.json"), "{");
  const file = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>/config.json";
  expect(await run(place, "two")).toEqual({
    exitCode: 1,
    stdout: "exit 1;\n",
    stderr: `berth: error: ${file} is not valid JSON (BERTH_BAD_CONFIG)
  hint       remove this job's berth: berth cleanup
`,
  });
  await run(place, "two", ["cleanup"]);
  expect(await run(place, "two")).toEqual(DONE);
});

/** A base with so many contexts that a run takes long enough for a clean-up to come in between. */
const addContexts = async (place: Place): Promise<void> => {
  const meta = join(place.home, ".docker", "contexts", "meta");
  for (let index = 0; index < 200; index += 1) {
    await mkdir(join(meta, `${index}`), { recursive: true });
    await writeFile(join(meta, `${index}`, "meta.json"), "{}");
  }
};

test("runs succeed while clean-ups of the same job come in between", async () => {
  const place = await sandbox.place();
  await addContexts(place);
  const loop = async (count: number, args: string[]) => {
    const all = [];
    for (let index = 0; index < count; index += 1) all.push(await run(place, "t", args));
    return all;
  };
  const clean = { exitCode: 0, stdout: "", stderr: "" };
  const ciEnv = ["ci-env", "--quiet"];
  const cleanup = ["cleanup", "--quiet"];
  const loops = [loop(10, ciEnv), loop(10, ciEnv), loop(16, cleanup), loop(16, cleanup)];
  const [one, two, three, four] = await Promise.all(loops);
  expect([one, two]).toEqual([Array(10).fill(DONE), Array(10).fill(DONE)]);
  expect([three, four]).toEqual([Array(16).fill(clean), Array(16).fill(clean)]);
  expect(await run(place, "t", cleanup)).toEqual(clean);
  expect(await readdir(place.root)).toEqual([]);
});
