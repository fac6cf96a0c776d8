import { BerthError } from "../errors.ts";
import { warning } from "../notice.ts";
import { layer } from "./layers.ts";
import type { Located } from "./locate.ts";
import { type Credentials, emptyConfig } from "./model.ts";
import { nothing, type ReadConfig, readConfigFile } from "./read.ts";

const START_ANEW = "correct it, or pass --no-inherit to start from nothing";

/** A file at a default place is not what the job asked for: if it is unusable, that is said and the job goes on. */
const readLeniently = async (path: string): Promise<ReadConfig> => {
  try {
    return await readConfigFile(path, START_ANEW);
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return { config: emptyConfig, notices: [warning(`left out: ${error.message}`, error.hint)] };
  }
};

const readSource = (path: string | undefined, asked: boolean): Promise<ReadConfig> | ReadConfig => {
  if (path === undefined) return nothing;
  return asked ? readConfigFile(path, START_ANEW) : readLeniently(path);
};

// containers/image takes the first file that has a registry.
const readAuthFiles = async (paths: readonly string[], asked: boolean): Promise<ReadConfig> => {
  const files = await Promise.all(paths.map((path) => readSource(path, asked)));
  return {
    config: {
      ...emptyConfig,
      ...files.map(({ config }) => config).reduceRight<Credentials>(layer, emptyConfig),
    },
    notices: files.flatMap(({ notices }) => notices),
  };
};

/** Reads what the job's config is derived from. Throws BERTH_BAD_CONFIG for what the job has asked for, and cannot be read. */
export const readSources = async ({
  sources,
  asked,
}: Located): Promise<Readonly<Record<"base" | "containers" | "helm", ReadConfig>>> => {
  const [base, containers, helm] = await Promise.all([
    readSource(sources.base?.file, true),
    readAuthFiles(sources.containers, asked.containers),
    readSource(sources.helm, asked.helm),
  ]);
  return { base, containers, helm };
};
