import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { execa } from "execa";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

const script = fileURLToPath(new URL("../../release/check-tag.sh", import.meta.url));

let folder: TemporaryFolder;

const git = (...words: readonly string[]) =>
  execa("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], { cwd: folder.path });

const write = (name: string, text: string) => writeFile(join(folder.path, name), text);

beforeEach(async () => {
  folder = await makeTemporaryFolder("check-tag");
  await write("package.json", '{ "version": "1.10.0" }');
  await write(
    "CHANGELOG.md",
    "# Changelog\n\n## Unreleased\n\n- c\n\n## 1.10.0 - today\n\n- b\n\n## 1.9.0\n\n- a\n",
  );
  await mkdir(join(folder.path, "templates", "ci-env"), { recursive: true });
  await write("templates/ci-env/template.yml", "    version:\n      default: 1.10.0\n");
  await git("init", "--quiet");
  await git("commit", "--quiet", "--allow-empty", "--message", "a");
  for (const tag of ["v1.9.0", "v1.10.0", "v1"]) await git("tag", tag);
});

afterEach(() => folder?.remove());

const checked = async (tag: string) => {
  const { exitCode, stdout, stderr } = await execa(script, [tag], {
    ...{ cwd: folder.path, reject: false },
  });
  return { exitCode, stdout, stderr };
};

test("a tag of the version in package.json gets the notes of that version", async () => {
  expect(await checked("v1.10.0")).toEqual({ exitCode: 0, stdout: "\n- b", stderr: "" });
});

const refused = (stderr: string) => ({ exitCode: 1, stdout: "", stderr: `release: ${stderr}` });

test("a tag of another version is refused", async () => {
  expect(await checked("v1.9.0")).toEqual(
    refused("the tag is v1.9.0, but package.json has the version 1.10.0"),
  );
});

test("an older version than the newest is refused, as it would become everybody's", async () => {
  await git("tag", "v2.0.0");
  expect(await checked("v1.10.0")).toEqual(
    refused("v1.10.0 is not the newest version, which is v2.0.0"),
  );
});

test("a component that installs another version is refused", async () => {
  await write("templates/ci-env/template.yml", "    version:\n      default: 1.9.0\n");
  expect(await checked("v1.10.0")).toEqual(
    refused("templates/ci-env/template.yml installs another version than 1.10.0"),
  );
});

test("a version without a change is refused", async () => {
  await write("CHANGELOG.md", "# Changelog\n\n## 1.10.0\n\n## 1.9.0\n\n- a\n");
  expect(await checked("v1.10.0")).toEqual(
    refused('CHANGELOG.md has nothing below a heading "## 1.10.0"'),
  );
});
