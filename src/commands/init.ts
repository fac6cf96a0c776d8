import { chooseSystem, ciSystems } from "../ci/index.ts";
import type { CiSystem } from "../ci/system.ts";
import { BerthError } from "../errors.ts";
import { alignColumns } from "../lines.ts";
import { initOptions } from "../options.ts";
import { type Env, present } from "../variables.ts";
import { type Command, systemOf, systemWord } from "./command.ts";

const list = (): string =>
  alignColumns(ciSystems.map(({ name, title, template }) => [name, title, template.path]))
    .map((line) => `${line}\n`)
    .join("");

const systemHere = (env: Env): CiSystem => {
  try {
    return chooseSystem(undefined, env);
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== "BERTH_NO_CI") throw error;
    const hint = "name one: berth init gitlab; berth init --list shows all";
    throw new BerthError(error.code, error.message, hint);
  }
};

export const init = {
  name: "init",
  describe: "Print a pipeline to copy",
  word: systemWord,
  options: initOptions,
  evaluated: false,
  examples: [["berth init gitlab > .gitlab-ci.yml", "a first pipeline that builds and pushes"]],
  run: async (args, { env }) => {
    if (args.flag("list")) return { stdout: list(), stderr: "" };
    const name = systemOf(args);
    // Any system's, wherever one is: only without a name it matters where.
    const system = ciSystems.find((one) => one.name === name) ?? systemHere(present(env));
    const { title, template } = system;
    const stderr = `berth: a pipeline of ${title}, for ${template.path}\n`;
    return { stdout: template.text, stderr: args.flag("quiet") ? "" : stderr };
  },
} as const satisfies Command;
