import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { undo } from "../src/undo.ts";
import { berthMarker } from "./fixtures/marker.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

let folder: TemporaryFolder;
let berth: string;

const nothing = { system: "", job: "", directory: "", variables: [], registries: [], notices: [] };

beforeAll(async () => {
  folder = await makeTemporaryFolder("undo");
  berth = join(folder.path, "berth-7", "gitlab-1");
  await mkdir(berth, { recursive: true });
  const earlier = { DOCKER_CONFIG: "/mine", HELM_REGISTRY_CONFIG: null, BERTH_IMAGE: null };
  await writeFile(join(berth, "berth.json"), JSON.stringify(berthMarker({ earlier })));
});
afterAll(() => folder.remove());

test.each([
  ["DOCKER_CONFIG", ""],
  ["WERF_DOCKER_CONFIG", ""],
  ["REGISTRY_AUTH_FILE", "/auth.json"],
  ["HELM_REGISTRY_CONFIG", "/config.json"],
])("earlier values come back and the others go, by what %s points to", async (name, file) => {
  expect(await undo({ [name]: berth + file, BERTH_REGISTRY: "r" }, 7)).toEqual({
    ...nothing,
    system: "gitlab",
    job: berthMarker().job,
    directory: berth,
    variables: [["DOCKER_CONFIG", "/mine"]],
    unset: ["HELM_REGISTRY_CONFIG", "BERTH_IMAGE"],
  });
});

test("DOCKER_AUTH_CONFIG does not come back, and that is said", async () => {
  const merged = join(folder.path, "merged");
  await mkdir(merged);
  const logins = { tokens: [], dockerAuthConfig: ["r.example"], requested: [] };
  await writeFile(join(merged, "berth.json"), JSON.stringify(berthMarker({ logins })));
  const { notices } = await undo({ DOCKER_CONFIG: merged }, 7);
  expect(notices).toEqual([
    {
      level: "info",
      text: "DOCKER_AUTH_CONFIG does not come back: berth keeps no secret to set it to",
    },
  ]);
});

test("where the directory is gone, what points to a berth of the user goes, and nothing else", async () => {
  const env = {
    DOCKER_CONFIG: "/tmp/berth-7/gitlab-gone",
    REGISTRY_AUTH_FILE: "/mine/auth.json",
    HELM_REGISTRY_CONFIG: "/tmp/berth-70/another-users/config.json",
    BERTH_IMAGE: "r/g/p",
  };
  expect(await undo(env, 7)).toEqual({ ...nothing, unset: ["DOCKER_CONFIG", "BERTH_IMAGE"] });
  expect(await undo({}, 7)).toEqual({ ...nothing, unset: [] });
});
