import { resolve } from "node:path";
import { readSmallFile, Unreadable } from "./small-file.ts";
import type { Env } from "./variables.ts";

const NAMES = ["werf.yaml", "werf.yml"] as const;

// https://github.com/werf/werf: pkg/slug/slug.go, validateProject
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/;

const LINE = /^project[ \t]*:(.*)$/gm;
const VALUE = /^[ \t]+(["']?)([^\s"'#]+)\1[ \t]*(?:[ \t]#.*)?$/;

/**
 * The name in the one line `project: NAME` at the file's left margin. The file is a template of Go's: what stands after a first
 * `{{` may not be in the result, so the line has to stand before it.
 */
const projectIn = (text: string): string | undefined => {
  const [before = ""] = text.split("{{", 1);
  const lines = before === text ? text : before.slice(0, before.lastIndexOf("\n") + 1);
  const [line, ...more] = [...lines.matchAll(LINE)];
  const name = VALUE.exec(line?.[1] ?? "")?.[2] ?? "";
  return more.length === 0 && NAME.test(name) ? name : undefined;
};

/**
 * The project's name in the config that werf would take: WERF_CONFIG, or werf.yaml or werf.yml in WERF_DIR or `cwd`. Nothing where
 * there is no such file, where it cannot be read, or where its name is not a plain word that can be read without YAML and
 * templates. Never throws for the file. werf reads it from the commit, which in a job is the same.
 */
export const readWerfProject = async (env: Env, cwd: string): Promise<string | undefined> => {
  const config = env["WERF_CONFIG"];
  const directory = resolve(cwd, env["WERF_DIR"] ?? "");
  const paths = config ? [resolve(cwd, config)] : NAMES.map((name) => resolve(directory, name));
  try {
    for (const path of paths) {
      const text = await readSmallFile(path);
      if (text !== undefined) return projectIn(text);
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
  return undefined;
};
