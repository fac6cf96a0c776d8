import { dirname, isAbsolute } from "node:path";
import type { Answering } from "./answering.ts";
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

/** What the job has, as `berth ci-env` would find it now; of what is to be asked for, that for this host alone, or nothing. */
const planFor = async (host: string | undefined, machine: Machine) => {
  const { answering, sources, job } = await berthOf(machine);
  const specs = parseSpecs(answering.registries, "--registry");
  const options: GatherOptions & PlanOptions = {
    ...answering,
    system: ciNames.find((name) => name === answering.system),
    ...{ inherit: true, sources, store: "file", werf: false, clients: [], ifMissing: "warn" },
    registries: host === undefined ? specs : specs.filter((spec) => spec.host === host),
    ...(host !== undefined && { progress: (_, work) => work }),
  };
  // What earlier runs have found is no secret of this one's.
  const { berth: _, ...facts } = await gather(options, { ...machine, cwd: answering.cwd });
  if (facts.directory.job === job)
    return { plan: makePlan(facts, options), own: ownLogins(facts, options) };
  throw new BerthError(
    "BERTH_OTHER_CI",
    "the berth is another job's",
    "run berth ci-env in this one",
  );
};

const get = async (url: string, machine: Machine): Promise<End> => {
  if (url === "") return bad(NO_URL);
  const host = hostOfKey(url);
  const { plan, own } = await planFor(host, machine);
  const entry = [...plan.config.auths].find(([key]) => hostOfKey(key) === host)?.[1];
  const answer = entry && helperAnswer(entry);
  if (answer) return good(JSON.stringify({ ServerURL: url, ...answer }));
  const lack = lackOf(host, own);
  return lack ? failed(lack.text, lack.hint) : bad(NOT_FOUND);
};

const list = async (machine: Machine): Promise<End> => {
  const {
    plan: { config },
  } = await planFor(undefined, machine);
  const users = [...config.auths].filter(([, entry]) => !isStoreMarker(entry));
  return good(JSON.stringify(Object.fromEntries(users.map(([key, { user }]) => [key, user]))));
};

const KEEPS_NONE = "berth keeps no credentials: they are those of the job";

const USAGE = "Usage: docker-credential-berth <store|get|erase|list|version>";

const act = (action: string, input: string, machine: Machine): Promise<End> | End => {
  switch (action) {
    case "get":
      return get(input.trim(), machine);
    case "list":
      return list(machine);
    case "store":
    case "erase":
      return bad(KEEPS_NONE);
    case "version":
      return good(`docker-credential-berth (berth-ci) ${version}`);
    default:
      return bad(USAGE);
  }
};

/**
 * Answers as Docker's credential helpers do (RULE 25): from the job's environment, or by asking anew for what has an end. A
 * failure is told on stdout, which clients show, and with its hint on stderr, which they pass on. Never throws.
 * https://github.com/docker/docker-credential-helpers
 */
export const credentialHelper = async (
  words: readonly string[],
  input: string,
  machine: Machine,
): Promise<End> => {
  try {
    return await act(words.length === 1 ? (words[0] ?? "") : "", input, machine);
  } catch (error) {
    const { message, hint, code } = understandable(error);
    return failed(`${message} (${code})`, hint);
  }
};
