import { constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { access, stat } from "../files.ts";
import type { Env } from "../variables.ts";
import type { StoredCredentials } from "./model.ts";

// A suffix is no path: `docker-credential-../x` must not run (GitLab Runner refuses it, too).
const SUFFIX = /^[\w.-]+$/;

const ENDINGS = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];

const isProgram = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
};

/** Whether a program is on PATH, given that. */
export const isOnPath = async (program: string, path = ""): Promise<boolean> => {
  const places = path
    .split(delimiter)
    .filter(isAbsolute)
    .flatMap((directory) => ENDINGS.map((end) => join(directory, program + end)));
  const found = await Promise.all(places.map((place) => isProgram(place)));
  return found.includes(true);
};

/** Which of the credential helpers that the configs name are there. None is run. */
export const findHelpers = async (
  configs: readonly Pick<StoredCredentials, "credsStore" | "credHelpers">[],
  env: Env,
): Promise<ReadonlySet<string>> => {
  const named = new Set(
    configs.flatMap(({ credsStore, credHelpers }) => [credsStore ?? "", ...credHelpers.values()]),
  );
  const suffixes = [...named].filter((suffix) => SUFFIX.test(suffix));
  const there = await Promise.all(
    suffixes.map((suffix) => isOnPath(`docker-credential-${suffix}`, env["PATH"])),
  );
  return new Set(suffixes.filter((_, index) => there[index]));
};
