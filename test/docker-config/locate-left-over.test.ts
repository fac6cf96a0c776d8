import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { locateSources } from "../../src/docker-config/locate.ts";
import type { Sources } from "../../src/docker-config/sources.ts";
import { berthMarker } from "../fixtures/marker.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

const OWN = "berth-1/gitlab-7001";
const HOME = {
  docker: "home/.docker/config.json",
  containers: "home/.config/containers/auth.json",
  helm: "home/.config/helm/registry/config.json",
} as const;

let folder: TemporaryFolder;
const at = (...names: string[]): string => join(folder.path, ...names);

const put = async (path: string, content: unknown = {}) => {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), JSON.stringify(content));
};

beforeEach(async () => {
  folder = await makeTemporaryFolder("left-over");
  for (const file of Object.values(HOME)) await put(file);
});
afterEach(() => folder.remove());

const base = (directory: string) => ({
  directory: at(directory),
  file: at(directory, "config.json"),
});

const locate = async (env: Readonly<Record<string, string>>) => {
  const { sources } = await locateSources(undefined, {
    env,
    cwd: folder.path,
    home: at("home"),
    uid: undefined,
    own: at(OWN),
  });
  return sources;
};

const fromHome = (): Sources => ({
  base: base("home/.docker"),
  containers: [at(HOME.containers)],
  helm: at(HOME.helm),
});

const EXPORTED = {
  DOCKER_CONFIG: OWN,
  WERF_DOCKER_CONFIG: OWN,
  REGISTRY_AUTH_FILE: `${OWN}/auth.json`,
  HELM_REGISTRY_CONFIG: `${OWN}/config.json`,
};

describe("a variable that points at or below the job's own directory", () => {
  test.each([
    ["each one that berth exports", EXPORTED],
    ["with a slash at its end", { DOCKER_CONFIG: `${OWN}/` }],
    ["the path of its config.json", { DOCKER_CONFIG: `${OWN}/config.json` }],
    ["by a detour", { DOCKER_CONFIG: `${OWN}/../gitlab-7001` }],
    ["a folder below it", { DOCKER_CONFIG: `${OWN}/below` }],
  ])("counts as unset where there is no berth any more: %s", async (_, env) => {
    expect(await locate(env)).toEqual(fromHome());
  });

  test("counts as unset where what is there is no berth", async () => {
    await put(`${OWN}/config.json`);
    expect(await locate(EXPORTED)).toEqual(fromHome());
  });

  test("so that the next one counts: Docker's for werf's", async () => {
    await put("docker/config.json");
    expect(await locate({ ...EXPORTED, DOCKER_CONFIG: "docker" })).toEqual({
      ...fromHome(),
      base: base("docker"),
    });
  });

  test("stands for what the berth was made from, while it is there", async () => {
    const sources: Sources = { base: base("runner"), containers: ["/runner/auth.json"] };
    await put(`${OWN}/berth.json`, berthMarker({ sources }));
    expect(await locate(EXPORTED)).toEqual(sources);
    await rm(at(OWN), { recursive: true });
    expect(await locate(EXPORTED)).toEqual(fromHome());
  });
});

test.each([
  ["a job whose name begins like the own", `${OWN}1`],
  ["the folder of all berths", "berth-1"],
  ["a place elsewhere", "gone"],
])("a variable that points at %s counts, though nothing is there", async (_, path) => {
  expect(await locate({ DOCKER_CONFIG: path })).toEqual({ ...fromHome(), base: base(path) });
});
