import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { verify } from "../../release/pinned.ts";
import { runtimeHere, runtimes } from "../../release/runtimes.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

let folder: TemporaryFolder;

beforeAll(async () => {
  folder = await makeTemporaryFolder("pinned");
});

afterAll(() => folder?.remove());

test("a tarball is used only where it is the pinned one", async () => {
  const file = join(folder.path, "a.tgz");
  await writeFile(file, "a runtime");
  const digest = createHash("sha512").update("a runtime").digest("base64");
  const pinned = { name: "@oven/bun-a", version: "1.0.0", integrity: `sha512-${digest}` };
  await expect(verify(file, pinned)).resolves.toBeUndefined();
  await writeFile(file, "another one");
  await expect(verify(file, pinned)).rejects.toThrow("@oven/bun-a is not what release/");
});

test("each executable has a runtime of its own, pinned by a whole SHA-512", () => {
  const all = Object.values(runtimes);
  expect(new Set(all.map(({ integrity }) => integrity)).size).toBe(all.length);
  for (const { integrity } of all) expect(integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
  expect(all).toContain(runtimeHere());
});
