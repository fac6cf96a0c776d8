import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findHelpers } from "../../src/docker-config/helpers-on-path.ts";
import { configOf } from "../fixtures/configs.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

let folder: TemporaryFolder;
let path = "";

beforeAll(async () => {
  folder = await makeTemporaryFolder("helpers");
  const helpers = [
    ["one", "docker-credential-pass", 0o755],
    ["two", "docker-credential-ecr-login", 0o755],
    ["two", "docker-credential-text", 0o644],
    ["three", "docker-credential-hidden", 0o755],
  ] as const;
  for (const name of ["one", "two", "three", "one/docker-credential-x"]) {
    await mkdir(join(folder.path, name));
  }
  for (const [directory, name, mode] of helpers) {
    await writeFile(join(folder.path, directory, name), "#!/bin/sh\nexit 9\n", { mode });
  }
  path = ["one", "", "gone", "two"].map((name) => name && join(folder.path, name)).join(":");
});
afterAll(() => folder.remove());

const config = configOf({
  credsStore: "pass",
  credHelpers: {
    a: "ecr-login",
    b: "text",
    c: "hidden",
    d: "gone",
    e: "",
    f: "x/../../three/docker-credential-hidden",
    g: "ecr-login",
  },
});

test("RULE 10: the helpers that are programs on PATH are found, once; a suffix that is a path is none", async () => {
  const other = configOf({ credHelpers: { a: "pass" } });
  expect(await findHelpers([config, other], { PATH: path })).toEqual(
    new Set(["pass", "ecr-login"]),
  );
});

test("without PATH there are none", async () => {
  expect(await findHelpers([config], {})).toEqual(new Set());
});
