import { dirname, resolve } from "node:path";
import { emptyConfig } from "../docker-config/model.ts";
import { parseConfig } from "../docker-config/parse.ts";
import { stat } from "../files.ts";
import { readSmallFile, Unreadable } from "../small-file.ts";
import { voidedBy } from "./docker-auth-config.ts";
import type { ConfigFile } from "./sight.ts";

const NOT_THERE = { isThere: false, mode: 0, config: emptyConfig, badAuths: [] };

const understood = (text: string, path: string, mode: number): ConfigFile => {
  const parsed = parseConfig(text, path);
  const there = { path, mode, isThere: true };
  return "problem" in parsed
    ? { ...there, config: emptyConfig, badAuths: [], problem: parsed.problem }
    : { ...there, ...parsed };
};

const PASS_OF_OTHERS = 0o011;

const letsOthersIn = async (folder: string): Promise<boolean> => {
  if (((await stat(folder)).mode & PASS_OF_OTHERS) === 0) return false;
  const above = dirname(folder);
  return above === folder || letsOthersIn(above);
};

// Windows has other means: what Node says there is made up.
const modeOf = async (path: string): Promise<number> => {
  const mode = (await stat(path)).mode & 0o777;
  const isOpen = process.platform !== "win32" && (await letsOthersIn(dirname(path)));
  return isOpen ? mode : mode & 0o700;
};

/** Reads a file that some client reads; `path` is absolute. */
export const readConfigFile = async (path: string): Promise<ConfigFile> => {
  try {
    const text = await readSmallFile(path);
    if (text === undefined) return { ...NOT_THERE, path };
    return understood(text, path, await modeOf(path).catch(() => 0));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ...NOT_THERE, path, isThere: true, problem: error.message };
  }
};

/** Understands what DOCKER_AUTH_CONFIG holds. */
export const readVariable = async (
  value: string | undefined,
  cwd: string,
): Promise<ConfigFile | undefined> => {
  if (value === undefined) return undefined;
  const name = "DOCKER_AUTH_CONFIG";
  if (/^[\s\uFEFF]*[[{"]/.test(value)) {
    const variable = understood(value, name, 0);
    const why = variable.problem ? undefined : voidedBy(value);
    return { ...variable, ...(why && { voidedBy: why }) };
  }
  // Docker itself takes no path: that is GitLab's runner.
  const { config, isThere } = await readConfigFile(resolve(cwd, value.trim()));
  const problem = isThere
    ? "is the path of a file, which only GitLab's runner understands"
    : "is no JSON";
  return { ...NOT_THERE, path: name, isThere: true, problem, config };
};
