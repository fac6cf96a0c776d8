import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { COMPONENT, read } from "./files.ts";
import { installed, type Preview, preview } from "./validators.ts";

export type Inputs = Readonly<Record<string, unknown>>;

/** For `testIf`. */
export const canInclude = installed("gitlab-ci-local");

let count = 0;

/**
 * A pipeline that includes the component with these inputs, and whose job `publish` extends the component's, as GitLab makes it for
 * its runner. The repository is made in `folder`.
 */
export const include = async (
  folder: string,
  inputs: Inputs,
  script: readonly string[] = ["true"],
  component = read(COMPONENT),
): Promise<Preview> => {
  count += 1;
  const repository = join(folder, `repository-${count}`);
  await mkdir(repository);
  const { job = ".berth" } = inputs;
  const pipeline = {
    include: [{ local: `/${COMPONENT}`, inputs }],
    publish: { extends: job, script },
  };
  return preview(repository, { ".gitlab-ci.yml": stringify(pipeline), [COMPONENT]: component });
};
