import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { licencesWithBun } from "../../release/licences.ts";
import { licenceText, packagesIn } from "../../release/packages.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const bundleOf = (...files: readonly string[]) => ({
  outputs: {
    "./berth": { inputs: Object.fromEntries(files.map((file) => [file, { bytesInOutput: 1 }])) },
  },
});
const known = (version: string) => ({ version, license: "MIT", integrity: `sha512-${version}` });
const lockfile = {
  packages: {
    "node_modules/b": known("1.0.0"),
    "node_modules/@a/c": known("2.0.0"),
    "node_modules/@a/c/node_modules/b": known("1.0.0"),
    "node_modules/d/node_modules/b": known("3.0.0"),
    "node_modules/e": { version: "1.0.0", license: "MIT" },
  },
};

test("packages are found by the files in the bundle, each version once", () => {
  const bundle = bundleOf(
    "src/main.ts",
    "node_modules/d/node_modules/b/lib/b.js",
    "node_modules/b/b.js",
    "node_modules/b/other.js",
    "node_modules/@a/c/index.js",
    "node_modules/@a/c/node_modules/b/b.js",
  );
  expect(packagesIn(bundle, lockfile)).toEqual([
    { name: "@a/c", folder: "node_modules/@a/c", ...known("2.0.0") },
    { name: "b", folder: "node_modules/b", ...known("1.0.0") },
    { name: "b", folder: "node_modules/d/node_modules/b", ...known("3.0.0") },
  ]);
});

test("what was read and left out is not in it", () => {
  const outputs = { "./berth": { inputs: { "node_modules/b/b.js": { bytesInOutput: 0 } } } };
  expect(packagesIn({ outputs }, lockfile)).toEqual([]);
});

test.each(["node_modules/e/index.js", "node_modules/unknown/index.js"])(
  "%s, of which too little is known, is an error",
  (file) => {
    expect(() => packagesIn(bundleOf(file), lockfile)).toThrow("package-lock.json lacks");
  },
);

test("the licences that go along are whole", async () => {
  const execa = { name: "execa", folder: "node_modules/execa", ...known("9.6.1") };
  const text = await licencesWithBun(
    root,
    [execa],
    "---\ntitle: License\n---\n\nBun itself is MIT-licensed.\n",
  );
  expect(text).toContain(await licenceText(root));
  expect(text).toContain("execa 9.6.1 (MIT)\n\nMIT License\n\nCopyright (c) Sindre Sorhus");
  expect(text.endsWith("\n\nBun itself is MIT-licensed.\n")).toBe(true);
});

test("a package without its licence is an error", async () => {
  await expect(licenceText(`${root}/release`)).rejects.toThrow("has no file with its licence");
});
