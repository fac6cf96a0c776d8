import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readAnyMarker, readMarker } from "../src/marker.ts";
import { makeFifo } from "./fixtures/fifo.ts";
import { berthMarker } from "./fixtures/marker.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await makeTemporaryFolder("marker");
});
afterEach(() => folder.remove());

const file = () => join(folder.path, "berth.json");
const both = async () => [await readAnyMarker(folder.path), await readMarker(folder.path)];
const bothOf = async (text: string) => {
  await writeFile(file(), text);
  return both();
};

const marker = berthMarker();
const full = berthMarker({
  sources: {
    base: { directory: "/home/ci/.docker", file: "/home/ci/.docker/config.json" },
    containers: ["/run/containers/1/auth.json", "/home/ci/.config/containers/auth.json"],
    helm: "/home/ci/.config/helm/registry/config.json",
  },
  written: { "config.json": { "auths r": "00" }, "auth.json": {} },
  logins: { tokens: ["r"], dockerAuthConfig: ["v"], requested: ["q"] },
});

describe("a marker", () => {
  test.each([
    ["of a berth made from nothing", marker],
    ["of one with all there can be", full],
  ])("%s is read as it was written", async (_, written) => {
    expect(await bothOf(JSON.stringify(written))).toEqual([written, written]);
  });

  test.each([
    ["of another version", { version: 2 }],
    ["without a version", { version: undefined }],
    ["with a version of text", { version: "1" }],
    ["without the time", { created: undefined }],
    ["with a number for the time", { created: 5 }],
    ["without sources", { sources: undefined }],
    ["with null for sources", { sources: null }],
    ["with nothing in sources, as an earlier version wrote it", { sources: {} }],
    ["with a number for the base", { sources: { base: 5, containers: [] } }],
    ["with that alone in sources", { sources: { base: 5 } }],
    ["with null for the base", { sources: { base: null, containers: [] } }],
    ["with half a base", { sources: { base: { directory: "/x" }, containers: [] } }],
    ["with a list for the base's file", { sources: { base: { directory: "/x", file: [] } } }],
    ["with text for containers, as an earlier version wrote it", { sources: { containers: "/x" } }],
    ["with a number among containers", { sources: { containers: ["/x", 5] } }],
    ["with an object for helm", { sources: { containers: [], helm: {} } }],
    ["without what was written", { written: undefined }],
    ["with a list for what was written", { written: { "config.json": [], "auth.json": {} } }],
    ["with one file of two written", { written: { "config.json": {} } }],
    ["without logins", { logins: undefined }],
    ["with text for the tokens", { logins: { tokens: "r", dockerAuthConfig: [] } }],
    ["with an object among the tokens", { logins: { tokens: [{}], dockerAuthConfig: [] } }],
    ["with null for the variable's", { logins: { tokens: [], dockerAuthConfig: null } }],
  ])("%s says no more than whose berth it is", async (_, parts) => {
    expect(await bothOf(JSON.stringify({ ...marker, ...parts }))).toEqual([
      { version: "another", job: marker.job },
      undefined,
    ]);
  });

  test.each([
    ["without a job", JSON.stringify({ ...marker, job: undefined })],
    ["with a number for the job", JSON.stringify({ ...marker, job: 5 })],
    ["that is a list", JSON.stringify([marker])],
    ["that is null", "null"],
    ["that is text", JSON.stringify(marker.job)],
    ["that is empty", ""],
    ["that is broken off", JSON.stringify(marker).slice(0, -1)],
    ["of more than 16 MiB", JSON.stringify(marker).padEnd(16 * 1024 * 1024 + 1)],
  ])("%s is none", async (_, text) => {
    expect(await bothOf(text)).toEqual([undefined, undefined]);
  });
});

describe("no marker, and no waiting for one, where berth.json", () => {
  test.each([
    ["is not there", async () => undefined],
    ["is a FIFO", () => makeFifo(file())],
    ["is a directory", () => mkdir(file())],
  ])("%s", async (_, make) => {
    await make();
    expect(await both()).toEqual([undefined, undefined]);
  });

  test("would lie below a file", async () => {
    await writeFile(file(), JSON.stringify(marker));
    expect([await readAnyMarker(file()), await readMarker(file())]).toEqual([undefined, undefined]);
  });
});
