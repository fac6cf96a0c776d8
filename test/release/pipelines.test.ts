import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { parse } from "yaml";
import { runtimes } from "../../release/runtimes.ts";
import { byWorkflowParser, installed, preview } from "../e2e/support/pipelines/validators.ts";
import { testIf } from "../e2e/support/test-if.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

jest.setTimeout(60_000);

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const github = read(".github/workflows/release.yml");
const gitlab = read(".gitlab-ci.yml");

interface Job {
  readonly permissions: object;
  readonly needs?: readonly string[];
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}
const jobs: Readonly<Record<string, Job>> = parse(github).jobs;

let folder: TemporaryFolder;

beforeAll(async () => {
  folder = await makeTemporaryFolder("release");
});

afterAll(() => folder?.remove());

testIf(
  installed("@actions/workflow-parser"),
  "GitHub's parser accepts its workflow, and none with a mistake",
  async () => {
    const problems = await byWorkflowParser(folder.path);
    expect(await problems(github)).toEqual([]);
    for (const [right, wrong] of [
      ["runs-on: ubuntu-24.04", "run-on: ubuntu-24.04"],
      ["packages: write", "packages: writ"],
      ["github.token", "gihub.token"],
      ["- run: npm ci", "- rn: npm ci"],
    ] as const) {
      expect(github).toContain(right);
      const found = await problems(github.replace(right, wrong));
      expect({ wrong, isRefused: found.length > 0 }).toEqual({ wrong, isRefused: true });
    }
  },
);

test("no expression gets into a script, and no action can change by itself", () => {
  for (const { steps } of Object.values(jobs)) {
    for (const { uses, run } of steps) {
      if (uses === undefined) expect(run).not.toContain("${{");
      else expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    }
  }
});

test("what can't be taken back waits for all that can fail before it", () => {
  const before = (name: string): readonly string[] =>
    (jobs[name]?.needs ?? []).flatMap((needed) => [needed, ...before(needed)]);
  expect(new Set(before("npm"))).toEqual(
    new Set(["test", "build", "try", "attest", "draft", "images"]),
  );
  expect(jobs["publish"]?.needs).toEqual(["npm"]);
  const writers = Object.entries(jobs).filter(([, { permissions }]) =>
    Object.values(permissions).includes("write"),
  );
  expect(writers.map(([name]) => name)).toEqual(["attest", "draft", "images", "npm", "publish"]);
});

testIf(
  installed("gitlab-ci-local"),
  "gitlab-ci-local accepts GitLab's pipeline, and none with a mistake",
  async () => {
    const previewOf = async (name: string, text: string) => {
      await mkdir(join(folder.path, name));
      return preview(join(folder.path, name), { ".gitlab-ci.yml": text });
    };
    expect(await previewOf("right", gitlab)).toMatchObject({ exitCode: 0 });
    for (const [index, [right, wrong]] of (
      [
        ["needs: [test, build]", "needs: [tst, build]"],
        ["tag_name:", "tagname:"],
        ["artifacts:", "artefacts:"],
      ] as const
    ).entries()) {
      expect(gitlab).toContain(right);
      const { exitCode } = await previewOf(`${index}`, gitlab.replace(right, wrong));
      expect({ wrong, exitCode }).toEqual({ wrong, exitCode: 1 });
    }
  },
);

test("GitLab's release links to every file that is made", () => {
  const { links } = parse(gitlab).release.release.assets;
  const made = [...Object.keys(runtimes), "LICENSES.txt", "berth.cdx.json", "SHA256SUMS"];
  expect(links.map(({ name }: { readonly name: string }) => name)).toEqual(made);
  for (const { name, filepath, url } of links) {
    expect({ filepath, file: url.split("/").at(-1) }).toEqual({ filepath: `/${name}`, file: name });
  }
});
