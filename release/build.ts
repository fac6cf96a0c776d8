import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { licencesOf } from "./licences.ts";
import { packagesIn } from "./packages.ts";

// npm run build: makes dist, what Node runs.
const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = join(root, "dist");

const options = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  // One CommonJS file is loaded in half the time of modules in several: `npm run bench`.
  format: "cjs",
  platform: "node",
  target: "node20",
  minify: true,
  metafile: true,
  legalComments: "none",
  loader: { ".sh": "text", ".groovy": "text", ".kts": "text" },
  outExtension: { ".js": ".cjs" },
  supported: { "dynamic-import": false },
  // yargs looks there for translations, of which there are none. Absolute on every system.
  define: { "import.meta.url": '"file:///C:/berth.cjs"' },
} as const satisfies BuildOptions;

type Entries = Readonly<Record<string, string>>;

/** What is imported dynamically becomes a file of its own, which Node compiles only where it is needed. Told to `found`. */
const apart = (found: (name: string, path: string) => void): Plugin => ({
  name: "apart",
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /./ }, async ({ kind, path, pluginData, importer, resolveDir }) => {
      if (kind !== "dynamic-import" || pluginData === apart || path.startsWith("node:")) return;
      const at = await resolve(path, { kind, importer, resolveDir, pluginData: apart });
      const name = path.replace(/^.*\/|\.ts$/g, "");
      found(name, at.path);
      return { path: `./${name}.cjs`, external: true };
    });
  },
});

const buildAll = async (entryPoints: Entries): Promise<readonly Metafile[]> => {
  const parts: Record<string, string> = {};
  const plugin = apart((name, path) => {
    parts[name] = path;
  });
  const { metafile } = await build({ ...options, entryPoints, plugins: [plugin] });
  return [metafile, ...(Object.keys(parts).length > 0 ? await buildAll(parts) : [])];
};

await rm(outdir, { recursive: true, force: true });
const programs = ["berth", "docker-credential-berth", "action-main", "action-post"];
const metafiles = await buildAll(
  Object.fromEntries(programs.map((name) => [name, `bin/${name}.ts`])),
);
const lockfile = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
const outputs = Object.assign({}, ...metafiles.map(({ outputs }) => outputs));
const packages = packagesIn({ outputs }, lockfile);
await writeFile(join(outdir, "LICENSES.txt"), await licencesOf(root, packages));
