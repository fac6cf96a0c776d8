import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
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
    ["checkout", "docker-credential-relative", 0o755],
  ] as const;
  for (const name of ["one", "two", "three", "checkout", "one/docker-credential-x"]) {
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
    h: "x",
    i: "relative",
  },
});

test("RULE 10: the helpers that are programs on PATH are found, once; a folder is none, nor a suffix that is a path", async () => {
  const other = configOf({ credHelpers: { a: "pass" } });
  expect(await findHelpers([config, other], { PATH: path })).toEqual(
    new Set(["pass", "ecr-login"]),
  );
});

test("a folder of the checkout, which only a relative entry of PATH names, is not asked", async () => {
  const checkout = join(folder.path, "checkout");
  const entries = [relative(process.cwd(), checkout), "./docker-credential-relative", "."];
  expect(await findHelpers([config], { PATH: entries.join(":") })).toEqual(new Set());
  expect(await findHelpers([config], { PATH: checkout })).toEqual(new Set(["relative"]));
});

test("without PATH there are none", async () => {
  expect(await findHelpers([config], {})).toEqual(new Set());
});
