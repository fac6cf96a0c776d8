import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { licencesWithBun } from "./licences.ts";
import { type Metafile, packagesIn } from "./packages.ts";
import { fetchPinned } from "./pinned.ts";
import { bunLicences, type Runtime, runtimeHere, runtimes } from "./runtimes.ts";
import { sbom } from "./sbom.ts";
import { unsigned } from "./unsign.ts";

// npm run build:standalone [-- NAME…]: makes these executables, or all.
const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, ".tools", "bun");
const making = join(cache, "executables");
const folder = join(root, "executables");

const programOf = async (runtime: Runtime): Promise<string> =>
  join(
    await fetchPinned(runtime, cache),
    ...["bin", runtime.target.startsWith("bun-windows") ? "bun.exe" : "bun"],
  );

// An executable of bun's would read these files wherever it is started, and run what they name.
// https://bun.com/docs/bundler/executables#disabling-automatic-config-loading-at-runtime
const UNREAD = ["dotenv", "bunfig", "tsconfig", "package-json"].map(
  (file) => `--no-compile-autoload-${file}`,
);

const compile = async (bundler: string, name: string, runtime: Runtime): Promise<Metafile> => {
  const program = await programOf(runtime);
  const metafile = join(cache, `${name}.json`);
  const options = ["--compile", "--minify", "--bytecode", "--format=esm", "--splitting", ...UNREAD];
  const platform = [`--target=${runtime.target}`, `--compile-executable-path=${program}`];
  const files = [`--metafile=${metafile}`, "bin/berth.ts", `--outfile=${join(making, name)}`];
  await execa(bundler, ["build", ...options, ...platform, ...files], { cwd: root });
  if (runtime.target === "bun-darwin-x64") {
    await writeFile(join(making, name), unsigned(await readFile(join(making, name))));
  }
  return JSON.parse(await readFile(metafile, "utf8"));
};

const known = Object.keys(runtimes);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`no ${unknown.join(", ")}: there are ${known.join(", ")}`);
const chosen = Object.entries(runtimes).filter(
  ([name]) => asked.length === 0 || asked.includes(name),
);

await rm(making, { recursive: true, force: true });
await mkdir(making, { recursive: true });
const read = async (file: string) => JSON.parse(await readFile(join(root, file), "utf8"));
const lockfile = await read("package-lock.json");
const bundler = await programOf(runtimeHere());
const metafiles: Metafile[] = [];
for (const [name, runtime] of chosen) metafiles.push(await compile(bundler, name, runtime));

const outputs = Object.assign({}, ...metafiles.map(({ outputs }) => outputs));
const packages = packagesIn({ outputs }, lockfile);
const used = chosen.map(([, runtime]) => runtime);
const bunsOwn = join(await fetchPinned(bunLicences, cache), bunLicences.file);
const made: Readonly<Record<string, string>> = {
  "LICENSES.txt": await licencesWithBun(root, packages, await readFile(bunsOwn, "utf8")),
  "berth.cdx.json": `${JSON.stringify(sbom(await read("package.json"), packages, used), null, 2)}\n`,
};
for (const [name, text] of Object.entries(made)) await writeFile(join(making, name), text);

const sums = [...chosen.map(([name]) => name), ...Object.keys(made)].map(async (name) => {
  const bytes = await readFile(join(making, name));
  return `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`;
});
const text = (await Promise.all(sums)).join("");
await writeFile(join(making, "SHA256SUMS"), text);
await rm(folder, { recursive: true, force: true });
await rename(making, folder);
process.stdout.write(text);
