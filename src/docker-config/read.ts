import { resolve } from "node:path";
import { BerthError, type ErrorCode } from "../errors.ts";
import { type Notice, warning } from "../notice.ts";
import { printable } from "../printable.ts";
import { readSmallFile, Unreadable } from "../small-file.ts";
import { shownKey } from "./keys.ts";
import { type DockerConfig, emptyConfig } from "./model.ts";
import { parseConfig } from "./parse.ts";

export interface ReadConfig {
  readonly config: DockerConfig;
  readonly notices: readonly Notice[];
}

/** What a file that is not there holds. */
export const nothing: ReadConfig = { config: emptyConfig, notices: [] };

/** Understands a config's text; `name` is shown to people. Throws an error of the given code, with the hint. */
const readConfigText = (text: string, name: string, code: ErrorCode, hint: string): ReadConfig => {
  const parsed = parseConfig(text, name);
  if ("problem" in parsed) throw new BerthError(code, `${name} ${parsed.problem}`, hint);
  return {
    config: parsed.config,
    notices: parsed.badAuths.map((key) =>
      warning(
        `${shownKey(key)}: its entry in ${name} is left out: it is not a credential that Docker can read`,
        code === "BERTH_BAD_CONFIG" ? `log in to ${shownKey(key)} again` : "correct it there",
      ),
    ),
  };
};

/** Reads a config file. Nothing where there is none. Throws BERTH_BAD_CONFIG, naming the file, for everything unusable. */
export const readConfigFile = async (path: string, hint: string): Promise<ReadConfig> => {
  const name = printable(path);
  let text: string | undefined;
  try {
    text = await readSmallFile(path);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new BerthError("BERTH_BAD_CONFIG", `${name} ${error.message}`, hint);
  }
  return text === undefined ? nothing : readConfigText(text, name, "BERTH_BAD_CONFIG", hint);
};

const DOCKER_AUTH_CONFIG_HINT =
  "its value is a Docker config as JSON, or the path of a file with one (a GitLab variable of type File); correct it, or pass --no-use-docker-auth-config";

/** Reads what DOCKER_AUTH_CONFIG holds: JSON or a path, seen from `cwd` (GitLab's variables of type File). Its value is never shown. */
export const readDockerAuthConfig = async (value: string, cwd: string): Promise<ReadConfig> => {
  const code = "BERTH_BAD_DOCKER_AUTH_CONFIG";
  const refuse = (problem: string) =>
    new BerthError(code, `DOCKER_AUTH_CONFIG ${problem}`, DOCKER_AUTH_CONFIG_HINT);
  const isJson = /^[\s\uFEFF]*[[{"]/.test(value);
  let text: string | undefined = value;
  if (!isJson) {
    try {
      text = await readSmallFile(resolve(cwd, value.trim()));
    } catch (error) {
      throw refuse(
        error instanceof Unreadable ? `names a file that ${error.message}` : "is unusable",
      );
    }
  }
  if (text === undefined) throw refuse("is neither JSON nor the path of a file");
  return readConfigText(text, "DOCKER_AUTH_CONFIG", code, DOCKER_AUTH_CONFIG_HINT);
};
