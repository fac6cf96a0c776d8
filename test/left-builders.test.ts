import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { leftBuilders } from "../src/left-builders.ts";
import { berthMarker } from "./fixtures/marker.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await makeTemporaryFolder("builders");
});

afterEach(() => folder.remove());

const make = async (name: string, builders: readonly string[]): Promise<string> => {
  const directory = join(folder.path, name);
  await mkdir(join(directory, "buildx", "instances"), { recursive: true });
  for (const builder of builders) {
    await writeFile(join(directory, "buildx", "instances", builder), "{}");
  }
  return directory;
};

test("RULE 15: builders that the job made are named, and the inherited ones not", async () => {
  const base = await make("base", ["shared"]);
  const berth = await make("berth", ["shared", "ci-builder"]);
  const sources = { base: { directory: base, file: join(base, "config.json") }, containers: [] };
  await writeFile(join(berth, "berth.json"), JSON.stringify(berthMarker({ sources })));
  expect(await leftBuilders(berth)).toEqual(["ci-builder"]);
});

test("without a base all are the job's, and without buildx there are none", async () => {
  const berth = await make("berth", ["ci-builder"]);
  await writeFile(join(berth, "berth.json"), JSON.stringify(berthMarker()));
  expect(await leftBuilders(berth)).toEqual(["ci-builder"]);
  expect(await leftBuilders(join(folder.path, "nowhere"))).toEqual([]);
});
