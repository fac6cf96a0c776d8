import { accessSync, constants, readFileSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Every installation of `program` on PATH in PATH's order, without the names that lead to one already listed. */
export const programsOnPath = (program: string): readonly string[] => {
  const files = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, program))
    .filter(isExecutable);
  const targets = files.map((file) => realpathSync(file));
  return files.filter((_, index) => targets.indexOf(targets[index] ?? "") === index);
};

/** Whether `program` is on PATH. */
export const available = (program: string): boolean => programsOnPath(program).length > 0;

const packages: ReadonlyMap<string, readonly string[]> = new Map(
  readFileSync(new URL("./programs.txt", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(" "))
    .map(([program = "", ...names]) => [program, names]),
);

/** `program` with the Debian package that brings it, for a person: `skopeo (Debian package skopeo)`. */
export const withPackage = (program: string): string =>
  `${program} (Debian package ${packages.get(program)?.join(" or ") ?? "unknown"})`;
