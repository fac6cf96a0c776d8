import { dirname, isAbsolute } from "node:path";
import type { Answering, Way, WayTo } from "./answering.ts";
import { ciNames } from "./ci/index.ts";
import { helperAnswer } from "./docker-config/encode.ts";
import { hostOfKey } from "./docker-config/keys.ts";
import { isStoreMarker } from "./docker-config/model.ts";
import { BerthError } from "./errors.ts";
import { type GatherOptions, gather } from "./gather.ts";
import { findBerth } from "./job-directory.ts";
import type { Machine } from "./machine.ts";
import { type Marker, readMarker } from "./marker.ts";
import { lackOf, ownLogins } from "./own-logins.ts";
import { makePlan, type PlanOptions } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { parseSpecs } from "./registries/spec.ts";
import { understandable } from "./understandable.ts";
import { version } from "./version.ts";

interface End {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

// Clients compare these letter by letter: docker-credential-helpers/credentials/error.go (RULE 25).
const NOT_FOUND = "credentials not found in native keychain";
const NO_URL = "no credentials server URL";

const good = (stdout: string): End => ({ stdout: `${stdout}\n`, stderr: "", status: 0 });
const bad = (stdout: string, stderr = ""): End => ({ stdout: `${stdout}\n`, stderr, status: 1 });

const failed = (text: string, hint = ""): End =>
  bad(`berth: ${text}`, `berth: ${text}\n${hint ? `  hint       ${hint}\n` : ""}`);

type Berth = Marker & { readonly answering: Answering };

/** The berth that the job's shell has from berth itself: what the client's own variables name may be of a checkout. */
const berthOf = async ({ env, uid }: Machine): Promise<Berth> => {
  const path = env["BERTH_DIRECTORY"] ?? "";
  const { job = "" } = (isAbsolute(path) && (await readMarker(path))) || {};
  const found = job && (await findBerth({ root: dirname(path), path, job }, uid));
  if (found && found.version === 1 && found.answering)
    return { ...found, answering: found.answering };
  throw new BerthError(
    "BERTH_USAGE",
    "BERTH_DIRECTORY does not name a berth with --store helper",
    "run berth ci-env --store helper, and evaluate what it prints",
  );
};

/** What the job has, as a run that is called in this way would find it now. */
const planFor = async (
  { answering, sources, job }: Berth,
  way: Way | WayTo,
  machine: Machine,
  progress?: Progress,
) => {
  const { cwd, envFile, gitlabCredentials, tokenEnv, registryHost } = way;
  const options: GatherOptions & PlanOptions = {
    ...{ envFile, gitlabCredentials, tmpDir: answering.tmpDir, sources },
    ...(tokenEnv && { tokenEnv }),
    ...(registryHost && { registryHost }),
    system: ciNames.find((name) => name === answering.system),
    loginToRegistry: answering.loginToRegistry,
    useDockerAuthConfig: answering.useDockerAuthConfig,
    ...{ inherit: true, store: "file", werf: false, clients: [], ifMissing: "warn" },
    registries: "spec" in way ? parseSpecs([way.spec], "--registry") : [],
    ...(progress && { progress }),
  };
  // What earlier runs have found is no secret of this one's.
  const { berth: _, ...facts } = await gather(options, { ...machine, cwd });
  if (facts.directory.job === job)
    return { auths: makePlan(facts, options).config.auths, own: ownLogins(facts, options) };
  throw new BerthError(
    "BERTH_OTHER_CI",
    "the berth is another job's",
    "run berth ci-env in this one",
  );
};

const get = async (url: string, machine: Machine): Promise<End> => {
  if (url === "") return bad(NO_URL);
  const host = hostOfKey(url);
  const berth = await berthOf(machine);
  const way = berth.answering.registries.find((it) => it.host === host) ?? berth.answering;
  const { auths, own } = await planFor(berth, way, machine, (_, work) => work);
  const entry = [...auths].find(([key]) => hostOfKey(key) === host)?.[1];
  // In the place of what was asked for, another credential would be a surprise.
  const answer = entry && !own.lacking.has(host) ? helperAnswer(entry) : undefined;
  if (answer) return good(JSON.stringify({ ServerURL: url, ...answer }));
  const lack = lackOf(host, own);
  return lack ? failed(lack.text, lack.hint) : bad(NOT_FOUND);
};

const list = async (machine: Machine): Promise<End> => {
  const berth = await berthOf(machine);
  const { registries } = berth.answering;
  const users = async (way: Way, isIts: (host: string) => boolean) => {
    const { auths } = await planFor(berth, way, machine);
    return [...auths].flatMap(([key, entry]) =>
      isIts(hostOfKey(key)) && !isStoreMarker(entry) ? [[key, entry.user] as const] : [],
    );
  };
  const all = await Promise.all([
    users(berth.answering, (host) => !registries.some((it) => it.host === host)),
    ...registries.map((way) => users(way, (host) => host === way.host)),
  ]);
  return good(JSON.stringify(Object.fromEntries(all.flat())));
};

const KEEPS_NONE = "berth keeps no credentials: they are those of the job";

const USAGE = "Usage: docker-credential-berth <store|get|erase|list|version>";

const act = (action: string, read: () => string, machine: Machine): Promise<End> | End => {
  switch (action) {
    case "get":
      return get(read().trim(), machine);
    case "list":
      return list(machine);
    case "store":
    case "erase":
      // Who writes it would find nobody at the other end.
      read();
      return bad(KEEPS_NONE);
    case "version":
      return good(`docker-credential-berth (berth-ci) ${version}`);
    default:
      return bad(USAGE);
  }
};

/**
 * Answers as Docker's credential helpers do (RULE 25): from the job's environment, or by asking anew for what has an end. `read`
 * waits for what is on stdin, which only some actions have something on. A failure is told on stdout, which clients show, and with its hint on stderr, which they pass on. Never throws.
 * https://github.com/docker/docker-credential-helpers
 */
export const credentialHelper = async (
  words: readonly string[],
  read: () => string,
  machine: Machine,
): Promise<End> => {
  try {
    return await act(words.length === 1 ? (words[0] ?? "") : "", read, machine);
  } catch (error) {
    const { message, hint, code } = understandable(error);
    return failed(`${message} (${code})`, hint);
  }
};
