import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What esbuild and bun say of a bundle: https://esbuild.github.io/api/#metafile, https://bun.com/docs/bundler#metafile */
export interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }
    >
  >;
}

/** The part of package-lock.json that is needed here. */
export interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      { readonly version?: string; readonly license?: string; readonly integrity?: string }
    >
  >;
}

/** A package whose code is in the executables. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly integrity: string;
  /** Where it is installed. */
  readonly folder: string;
}

const FOLDER = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/;

/** The packages whose code the bundler has put in, each once. Throws where package-lock.json does not say all of one. */
export const packagesIn = (metafile: Metafile, lockfile: Lockfile): readonly BundledPackage[] => {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [file] : [],
    ),
  );
  const found = new Map<string, BundledPackage>();
  for (const file of files) {
    const [folder, name = ""] = FOLDER.exec(file) ?? [];
    if (folder === undefined) continue;
    const { version, license, integrity } = lockfile.packages[folder] ?? {};
    if (!version || !license || !integrity) {
      throw new Error(`package-lock.json lacks the version, licence or integrity of ${folder}`);
    }
    // Of one version there may be several copies.
    const id = `${name}@${version}`;
    if (!found.has(id)) found.set(id, { name, version, license, integrity, folder });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bundled]) => bundled);
};

const LICENCE = /^(?:licen[cs]e|copying|notice)(?:-\w+)?(?:\.(?:md|txt))?$/i;

/** What the licence files of a package's folder say. Throws where it has none. */
export const licenceText = async (folder: string): Promise<string> => {
  const files = (await readdir(folder)).filter((name) => LICENCE.test(name)).sort();
  if (files.length === 0) throw new Error(`${folder} has no file with its licence`);
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  return texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n");
};
