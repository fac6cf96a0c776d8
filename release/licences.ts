import { join } from "node:path";
import { type BundledPackage, licenceText } from "./packages.ts";
import { BUN } from "./runtimes.ts";

const section = (title: string, text: string): string =>
  `${"=".repeat(78)}\n${title}\n\n${text}\n\n`;

// LGPL-2.1, section 6: whoever has an executable may put another build of the library into it.
const bunsIntroduction = `The executables are made of bun ${BUN}, of Oven, which is MIT-licensed and has JavaScriptCore
in it (LGPL-2). Sources: https://github.com/oven-sh/bun/tree/bun-v${BUN} and
https://github.com/oven-sh/WebKit. To use another build of it, name a bun of yours in
release/runtimes.ts of berth's source, and run "npm run build:standalone".

What bun itself says of licences:`;

/** The licences of berth and of the packages in it, which have to go with them. */
export const licencesOf = async (
  root: string,
  packages: readonly BundledPackage[],
): Promise<string> => {
  const own = section("berth", await licenceText(root));
  const others = packages.map(async ({ name, version, license, folder }) =>
    section(`${name} ${version} (${license})`, await licenceText(join(root, folder))),
  );
  return [own, ...(await Promise.all(others))].join("");
};

/** The same for the executables, of which bun is a part. */
export const licencesWithBun = async (
  root: string,
  packages: readonly BundledPackage[],
  bun: string,
): Promise<string> => {
  const buns = bun.replace(/^---\n.*?\n---\n/s, "").trim();
  const last = section(`bun ${BUN}`, `${bunsIntroduction}\n\n${buns}`);
  return `${await licencesOf(root, packages)}${last.trimEnd()}\n`;
};
