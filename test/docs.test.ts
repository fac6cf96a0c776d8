import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { commands } from "../src/commands/index.ts";
import { exitStatuses } from "../src/errors.ts";
import type { Option } from "../src/options.ts";

const repository = fileURLToPath(new URL("../", import.meta.url));

const read = (path: string): string => readFileSync(join(repository, path), "utf8");

const under = (folder: string, end: string): readonly string[] =>
  readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(end))
    .map((path) => join(folder, path))
    .sort();

const DOCS = under("docs", ".md");
const PAGES = ["README.md", "SECURITY.md", "CONTRIBUTING.md", ...DOCS];

const withoutBlocks = (page: string): string => page.replace(/^( *)```[\s\S]*?^\1```$/gm, "");

const headingsOf = (page: string): readonly string[] =>
  [...withoutBlocks(page).matchAll(/^#+ +(.+?) *$/gm)].map(([, text = ""]) => text);

// https://github.com/gjtorikian/html-pipeline/blob/v2.14.3/lib/html/pipeline/toc_filter.rb
const slugOf = (heading: string): string =>
  heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");

const anchorsOf = (page: string): ReadonlySet<string> => {
  const seen = new Map<string, number>();
  const anchors = headingsOf(page).map((heading) => {
    const slug = slugOf(heading);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(anchors);
};

const LINK = /\]\(([^)\s]+)\)/g;

const linksOf = (page: string): readonly string[] =>
  [
    ...withoutBlocks(page)
      .replace(/`[^`\n]*`/g, "code")
      .matchAll(LINK),
  ]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

const isBroken = (page: string, link: string): boolean => {
  const [file = "", anchor] = link.split("#");
  const path = file === "" ? page : normalize(join(dirname(page), file));
  if (!existsSync(join(repository, path))) return true;
  return anchor !== undefined && !anchorsOf(read(path)).has(anchor);
};

test.each([
  ["## What lies where, and for how long", "what-lies-where-and-for-how-long"],
  ["## `--store helper`: no secret on disk", "--store-helper-no-secret-on-disk"],
  ["### BERTH_USAGE", "berth_usage"],
  ["## docker:dind", "dockerdind"],
  ["# From `docker login` to berth", "from-docker-login-to-berth"],
])("the anchor of %s", (heading, anchor) => {
  expect([...anchorsOf(`${heading}\n`)]).toEqual([anchor]);
});

test("a heading that stands twice has two anchors, and a comment of a shell has none", () => {
  const page = "# One\n\n```sh\n# no heading\n```\n\n## Two\n\n## Two\n";
  expect([...anchorsOf(page)]).toEqual(["one", "two", "two-1"]);
});

test.each(PAGES)("each link of %s leads somewhere", (page) => {
  expect(linksOf(read(page)).filter((link) => isBroken(page, link))).toEqual([]);
});

test("what stands in a code span is no link, and a link to nowhere is found", () => {
  const page = "[a](#b) `[c](d.md)` [e](f.md#g) [h](https://example.com)";
  expect(linksOf(page)).toEqual(["#b", "f.md#g"]);
  expect(
    ["README.md#nothing", "nowhere.md", "#nothing"].map((it) => isBroken("README.md", it)),
  ).toEqual([true, true, true]);
});

test("each code of an error has its heading in docs/troubleshooting.md, and nothing else has one", () => {
  const lines = withoutBlocks(read("docs/troubleshooting.md")).match(/^#.*\bBERTH_.*$/gm) ?? [];
  expect([...lines].sort()).toEqual(
    Object.keys(exitStatuses)
      .map((code) => `### ${code}`)
      .sort(),
  );
});

/** The options of other programs that the pages name. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  docker: ["env", "password-stdin", "rm", "secret", "tag", "user", "username", "volume"],
  kaniko: ["destination"],
  kubectl: ["filename", "from-file"],
  npm: ["global"],
  oras: ["registry-config"],
  sudo: ["preserve-env"],
};

const options: Readonly<Record<string, Option>> = Object.assign(
  {},
  ...commands.map((command) => command.options),
);

const negated = Object.entries(options).flatMap(([name, { type }]) =>
  type === "boolean" ? [`no-${name}`] : [],
);

const OWN = new Set([...Object.keys(options), ...negated, "help", "version"]);

const optionsIn = (text: string): readonly string[] =>
  [...text.replace(LINK, "]").matchAll(/(?<![\w-])--([a-z][a-z-]*[a-z])(?![\w-])/g)].map(
    ([, name = ""]) => name,
  );

test.each(DOCS)("each option that %s names is there", (page) => {
  const known = new Set([...OWN, ...Object.values(OTHERS).flat()]);
  expect(optionsIn(read(page)).filter((name) => !known.has(name))).toEqual([]);
});

test("each option of another program is named somewhere", () => {
  const named = new Set(DOCS.flatMap((page) => optionsIn(read(page))));
  expect(
    Object.values(OTHERS)
      .flat()
      .filter((name) => !named.has(name)),
  ).toEqual([]);
});

const VARIABLE = /\bBERTH_[A-Z][A-Z_]*\b/g;

test.each(["README.md", ...DOCS])("each variable of berth's that %s names is there", (page) => {
  const code = [...under("src", ".ts"), ...under("src", ".sh")];
  const known = new Set(code.flatMap((path) => read(path).match(VARIABLE) ?? []));
  expect((read(page).match(VARIABLE) ?? []).filter((name) => !known.has(name))).toEqual([]);
});

test("docs/doctor.md has each code that doctor says, and no other", () => {
  const folder = new URL("../src/doctor/", import.meta.url);
  const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));
  const said = sources.flatMap((text) => [
    ...[...text.matchAll(/\b(?:bad|note)\(\s*"([a-z-]+)"/g)].map(([, code]) => code),
    ...[...text.matchAll(/\bfailed\(\s*(?:step|"[a-z]+"),\s*"([a-z-]+)"/g)].map(([, code]) => code),
  ]);
  const page = readFileSync(new URL("../docs/doctor.md", import.meta.url), "utf8");
  const told = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
  expect([...new Set([...told])].sort()).toEqual(
    [...new Set([...said, "network", "tls", "setup", "wrong-credential"])].sort(),
  );
});
