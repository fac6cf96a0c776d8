import { readdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ciSystems } from "../../src/ci/index.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

const TEMPLATES = new URL("../../templates/pipelines/", import.meta.url);

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("init");
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

// The build has its own way to put the texts of files into the program.
test("the built program prints the pipeline of each system, byte for byte", async () => {
  const files = (await readdir(TEMPLATES, { withFileTypes: true })).filter((it) => it.isFile());
  const texts = await Promise.all(
    files.map(({ name }) => readFile(new URL(name, TEMPLATES), "utf8")),
  );
  // Jest takes the line with the interpreter away from what this file imports.
  const expected = ciSystems.map(({ template }) => ({
    ...{ exitCode: 0, stderr: "" },
    stdout: texts.find((text) => text.replace(/^#!.*/, "") === template.text),
  }));
  const printed = ciSystems.map(({ name }) => place.berth(["init", name, "--quiet"], place.env));
  expect(await Promise.all(printed)).toEqual(expected);
});
