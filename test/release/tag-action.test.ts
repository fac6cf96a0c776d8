import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { execa } from "execa";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

const script = fileURLToPath(new URL("../../release/tag-action.sh", import.meta.url));

let folder: TemporaryFolder;
const checkout = () => join(folder.path, "checkout");

const git = async (...words: readonly string[]): Promise<string> => {
  const options = { cwd: checkout() };
  return (await execa("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], options))
    .stdout;
};

const commitAt = (tag: string) =>
  git("ls-remote", "origin", `refs/tags/${tag}`, `refs/tags/${tag}^{}`);
const tagged = async (tag: string): Promise<string> =>
  (await commitAt(tag)).split("\n").at(-1)?.split("\t")[0] ?? "";

beforeEach(async () => {
  folder = await makeTemporaryFolder("tag-action");
  await mkdir(join(checkout(), "dist"), { recursive: true });
  await execa("git", ["init", "--quiet", "--bare", join(folder.path, "remote")]);
  await git("init", "--quiet");
  await git("remote", "add", "origin", "../remote");
  await writeFile(join(checkout(), ".gitignore"), "dist/\n");
  await writeFile(join(checkout(), "action.yml"), "main: dist/main.js\n");
  await writeFile(join(checkout(), "dist", "main.js"), "built\n");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "a");
});

afterEach(() => folder?.remove());

const run = () => execa(script, ["v1.2.3"], { cwd: checkout(), reject: false });

test.each([
  ["a tag", ["tag", "v1.2.3"]],
  ["a tag with a message", ["tag", "--annotate", "--message", "a", "v1.2.3"]],
])(
  "%s and the one of its major version lead to a commit with dist, on no branch",
  async (_, tag) => {
    await git(...tag);
    await git("push", "--quiet", "origin", "v1.2.3");
    const head = await git("rev-parse", "HEAD");
    expect(await run()).toMatchObject({ exitCode: 0, stderr: "" });
    const release = await tagged("v1.2.3");
    expect(await tagged("v1")).toBe(release);
    expect(await git("ls-tree", "-r", "--name-only", release)).toBe(
      ".gitignore\naction.yml\ndist/main.js",
    );
    expect(await git("rev-parse", `${release}^`)).toBe(head);
    expect(await git("rev-parse", "HEAD")).toBe(head);
    expect(await git("ls-remote", "--heads", "origin")).toBe("");

    // A second run, after a failure behind it.
    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(await tagged("v1.2.3")).toBe(release);
  },
);

test("the tag of the major version is taken from an earlier release", async () => {
  await git("tag", "v1");
  await git("commit", "--quiet", "--allow-empty", "--message", "b");
  await git("tag", "v1.2.3");
  await git("push", "--quiet", "origin", "v1", "v1.2.3");
  expect(await run()).toMatchObject({ exitCode: 0 });
  expect(await tagged("v1")).toBe(await tagged("v1.2.3"));
});

test("a tag that somebody has moved meanwhile stays, and so does that of the major version", async () => {
  await git("tag", "v1");
  await git("commit", "--quiet", "--allow-empty", "--message", "b");
  await git("tag", "v1.2.3");
  await git("push", "--quiet", "origin", "v1", "v1.2.3");
  const before = await git("ls-remote", "origin");
  await git("checkout", "--quiet", "HEAD^");
  const head = await git("rev-parse", "HEAD");
  expect(await run()).toMatchObject({
    ...{ exitCode: 1, stderr: `release: v1.2.3 no longer points at ${head}, which was tested` },
  });
  expect(await git("ls-remote", "origin")).toBe(before);
});
