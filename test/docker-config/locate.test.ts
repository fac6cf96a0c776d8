import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { locateSources } from "../../src/docker-config/locate.ts";
import type { Sources } from "../../src/docker-config/sources.ts";
import { complaint } from "../fixtures/complaint.ts";
import { berthMarker } from "../fixtures/marker.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

let folder: TemporaryFolder;
const at = (...names: string[]): string => join(folder.path, ...names);

const FILES = [
  "home/.docker/config.json",
  "home/.config/containers/auth.json",
  "home/.config/helm/registry/config.json",
  "xdg/containers/auth.json",
  "xdg/helm/registry/config.json",
  "run/containers/auth.json",
  "helm-home/registry/config.json",
  "docker/config.json",
  "werf/config.json",
  "asked/config.json",
  "file/dockerconfig",
];
const RECORDED: Sources = {
  base: { directory: "/runner/.docker", file: "/runner/.docker/config.json" },
  containers: ["/runner/auth.json", "/runner/second/auth.json"],
  helm: "/runner/helm.json",
};

const NOTHING: Sources = { containers: [] };

beforeAll(async () => {
  folder = await makeTemporaryFolder("locate");
  for (const file of FILES) {
    await mkdir(dirname(at(file)), { recursive: true });
    await writeFile(at(file), "{}");
  }
  const berths: readonly [string, Sources][] = [
    ["berth", RECORDED],
    ["from-nothing", NOTHING],
  ];
  for (const [name, sources] of berths) {
    await mkdir(at(name));
    await writeFile(at(name, "berth.json"), JSON.stringify(berthMarker({ sources })));
  }
});
afterAll(() => folder.remove());

const MACHINE = { uid: undefined, own: "/own" };

type Given = Readonly<Record<string, string>>;

const locate = async (env: Given, dockerConfig?: string, home: string | undefined = at("nobody")) =>
  (await locateSources(dockerConfig, { env, cwd: folder.path, home, ...MACHINE })).sources;

const base = (directory: string, file = "config.json") => ({
  directory: at(directory),
  file: at(directory, file),
});

describe("the base is the first that is set", () => {
  test.each([
    [
      "the one asked for",
      "asked",
      { WERF_DOCKER_CONFIG: "werf", DOCKER_CONFIG: "docker" },
      "asked",
    ],
    ["werf's", undefined, { WERF_DOCKER_CONFIG: "werf", DOCKER_CONFIG: "docker" }, "werf"],
    ["Docker's", undefined, { DOCKER_CONFIG: "docker" }, "docker"],
    ["a place that is not there, for Docker", undefined, { DOCKER_CONFIG: "gone" }, "gone"],
  ])("%s", async (_, asked, env, found) => {
    expect(await locate(env, asked)).toEqual({ base: base(found), containers: [] });
  });

  test("the home directory's, and beside it those of podman & co. and of helm", async () => {
    expect(await locate({}, undefined, at("home"))).toEqual({
      base: base("home/.docker"),
      containers: [at("home/.config/containers/auth.json")],
      helm: at("home/.config/helm/registry/config.json"),
    });
  });

  test("TRAP 34: without a home there is none, and a relative home counts from the working directory", async () => {
    const where = { env: {}, cwd: folder.path, home: undefined, ...MACHINE };
    expect((await locateSources(undefined, where)).sources).toEqual(NOTHING);
    expect((await locateSources(undefined, { ...where, home: "home" })).sources.base).toEqual(
      base("home/.docker"),
    );
  });

  test.each([
    ["by its usual name", "docker/config.json", base],
    ["by its usual name, where it is not there", "gone/config.json", base],
    ["by any name", "file/dockerconfig", () => base("file", "dockerconfig")],
  ])("RULE 1: a file %s stands for its directory", async (_, path, expected) => {
    expect(await locate({ DOCKER_CONFIG: path })).toEqual({
      base: expected(dirname(path)),
      containers: [],
    });
  });

  test("asked for and not there is an error", async () => {
    expect(await complaint(() => locate({}, "gone"))).toBe(
      `BERTH_BAD_CONFIG: --docker-config: ${at("gone")} is not there`,
    );
  });
});

describe("files of podman & co. and of helm", () => {
  test.each([
    [
      "that variables name count, even where they are not there",
      { REGISTRY_AUTH_FILE: "gone.json", HELM_REGISTRY_CONFIG: "gone-too.json" },
      ["gone.json"],
      "gone-too.json",
    ],
    [
      "at their default places count: of podman & co. at all of them, of helm at the first",
      { XDG_RUNTIME_DIR: "run", XDG_CONFIG_HOME: "xdg", HELM_CONFIG_HOME: "helm-home" },
      ["run/containers/auth.json", "xdg/containers/auth.json"],
      "helm-home/registry/config.json",
    ],
    [
      "at the second one alone count, where the first has none",
      { XDG_RUNTIME_DIR: "docker", XDG_CONFIG_HOME: "xdg", HELM_CONFIG_HOME: "docker" },
      ["xdg/containers/auth.json"],
      "xdg/helm/registry/config.json",
    ],
    [
      "that a variable names count alone",
      { REGISTRY_AUTH_FILE: "gone.json", XDG_RUNTIME_DIR: "run", XDG_CONFIG_HOME: "xdg" },
      ["gone.json"],
      "xdg/helm/registry/config.json",
    ],
  ])("%s", async (_, env, containers, helm) => {
    expect(await locate({ DOCKER_CONFIG: "docker", ...env })).toEqual({
      base: base("docker"),
      containers: containers.map((path) => at(path)),
      helm: at(helm),
    });
  });
});

describe("a berth stands for what it was made from, so that berths do not nest", () => {
  const exported = {
    DOCKER_CONFIG: "berth",
    WERF_DOCKER_CONFIG: "berth",
    REGISTRY_AUTH_FILE: "berth/auth.json",
    HELM_REGISTRY_CONFIG: "berth/config.json",
  };

  test("in every variable that berth exports", async () => {
    expect(await locate(exported, undefined, at("home"))).toEqual(RECORDED);
  });

  test("asked for by option", async () => {
    expect(await locate({}, "berth")).toEqual({ base: RECORDED.base, containers: [] });
  });

  test("one that was made from nothing: the home directory does not come back", async () => {
    const env = Object.fromEntries(
      Object.entries(exported).map(([name, value]) => [
        name,
        value.replace("berth", "from-nothing"),
      ]),
    );
    expect(await locate(env, undefined, at("home"))).toEqual(NOTHING);
  });
});
