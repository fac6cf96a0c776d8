/** The version of bun whose packages these are. */
export const BUN = "1.4.5";

/** A package of the npm registry, and what its tarball must be. */
export interface Pinned {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

/** What an executable is made of: a platform's bun, with `target` for the bundler. */
export interface Runtime extends Pinned {
  readonly target: string;
}

const bun = (name: string, target: string, integrity: string): Runtime => ({
  ...{ name: `@oven/bun-${name}`, version: BUN },
  ...{ target: `bun-${target}`, integrity: `sha512-${integrity}` },
});

/** By the name of the executable. The packages with "-baseline", for CPUs without AVX2, hold the very same files. */
export const runtimes: Readonly<Record<string, Runtime>> = {
  "berth-linux-x64": bun(
    "linux-x64",
    "linux-x64",
    "IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==",
  ),
  "berth-linux-x64-musl": bun(
    "linux-x64-musl",
    "linux-x64-musl",
    "10QoW/YfTgnURaGEaHpJCiXjLI2e5iTtfVDaA5JKcyUzaa1cq6cVUY9/Uq5XkYzvtRjHLRe9Oj/lTDIQcxy8HQ==",
  ),
  "berth-linux-arm64": bun(
    "linux-aarch64",
    "linux-arm64",
    "4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==",
  ),
  "berth-linux-arm64-musl": bun(
    "linux-aarch64-musl",
    "linux-arm64-musl",
    "XCNc+WvvMAdNNb+OWTogpy+N9wm62fkVeEVLb6how0RZhW5LPi6c7BlkeVCuWps7XjEl2saFpHFa20/1E+PAHg==",
  ),
  "berth-darwin-arm64": bun(
    "darwin-aarch64",
    "darwin-arm64",
    "4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==",
  ),
  "berth-darwin-x64": bun(
    "darwin-x64",
    "darwin-x64",
    "qkLPMGHZM9NI6CeHTWwVezzmlo6cC4Ta7yUAjYIWXS366qQcOlcp75t2uZyiuVRBMPS0h9qE0tCcvCHGaFqjJg==",
  ),
  "berth-windows-x64.exe": bun(
    "windows-x64",
    "windows-x64",
    "FNvply651vcE/GHgNWz6mZvhmkwBuu8Hw54oNzA+CQog+HW+542rXQmZqNHRkFxazD9L3xi+iTtvO3engAgJfw==",
  ),
};

/** Where bun says which licences the libraries in it have. */
export const bunLicences: Pinned & { readonly file: string } = {
  ...{ name: "bun-types", version: BUN, file: "docs/project/license.mdx" },
  integrity:
    "sha512-ECHn+9dhL3wv0G6u0+7dQvrnaimXiRDxxerYBmhTaLyJEEuvTPWk2Fye3XIf5Y++JIIiHKfQw4Z7V5D8KuiXbg==",
};

/** The one that runs on this machine, to bundle with. */
export const runtimeHere = (): Runtime => {
  const { header } = process.report.getReport() as { readonly header: object };
  const libc = process.platform === "linux" && !("glibcVersionRuntime" in header) ? "-musl" : "";
  const system = process.platform === "win32" ? "windows" : process.platform;
  const target = `bun-${system}-${process.arch}${libc}`;
  const found = Object.values(runtimes).find((runtime) => runtime.target === target);
  if (found === undefined) throw new Error(`there is no bun to build with for ${target}`);
  return found;
};
