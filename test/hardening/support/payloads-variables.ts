import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { type CiName, ciSystems } from "../../../src/ci/index.ts";
import type { CiSystem } from "../../../src/ci/system.ts";
import { exitStatuses } from "../../../src/errors.ts";
import { ciEnvOptions, type Option } from "../../../src/options.ts";
import type { Variables } from "../../fixtures/environments.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

const sources = ["src", "bin"].flatMap((folder) =>
  readdirSync(join(repository, folder), { encoding: "utf8", recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(repository, folder, name), "utf8")),
);

const isOther = (word: string): boolean => word in exitStatuses || /^(?:SIG|E[A-Z]+$)/.test(word);

// A variable that the program reads is a word in quotes somewhere in it: a new one is found without being told.
const inSources: readonly string[] = sources.flatMap((text) =>
  [...text.matchAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)"/g)].map(([, word = ""]) => word),
);

/** Every variable that the program may read. */
export const variableNames: readonly string[] = [...new Set(["TMPDIR", "NO_COLOR", ...inSources])]
  .filter((word) => !isOther(word))
  .sort();

/** Those that the program itself says it reads. */
export const declaredNames: readonly string[] = [
  ...ciSystems.flatMap(({ variables }) => variables.map(({ name }) => name)),
  ...Object.values<Option>(ciEnvOptions).flatMap(({ env }) => (env ? [env] : [])),
];

/** The variables of a complete job of a system, of which the examples are. */
export const jobOf = (name: CiName): Variables =>
  parseEnv(readFileSync(join(repository, "examples", `${name}-job.env`), "utf8"));

const systems: readonly (CiSystem & { readonly name: CiName })[] = ciSystems;

/** The systems whose jobs have the variable; of one that is no system's, those with the most to do. */
export const systemsOf = (variable: string): readonly CiName[] => {
  const own = systems.filter(({ variables }) => variables.some(({ name }) => name === variable));
  return own.length > 0 ? own.map(({ name }) => name) : ["gitlab", "github"];
};
