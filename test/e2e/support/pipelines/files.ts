import { readdirSync, readFileSync } from "node:fs";
import type { CiName } from "../../../../src/ci/index.ts";

const ROOT = new URL("../../../../", import.meta.url);

/** A file of this repository. */
export const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");

/** Every pipeline to copy. */
export const files: readonly string[] = readdirSync(new URL("templates", ROOT), { recursive: true })
  .map((name) => `templates/${name}`)
  .filter((path) => /\.\w+$/.test(path))
  .sort();

/** GitLab's component. */
export const COMPONENT = "templates/ci-env/template.yml";

/** The file of a system's pipeline. */
export const fileOf = (system: CiName): string => {
  const name = system === "act" ? "github" : system;
  const file = files.find((path) => path.startsWith(`templates/pipelines/${name}.`));
  if (file === undefined) throw new Error(`no pipeline of ${system}`);
  return file;
};

/** A system's pipeline, as it is in the repository: Jest takes the first line from a script that is imported. */
export const pipelineOf = (system: CiName): string => read(fileOf(system));
