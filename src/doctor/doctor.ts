import { readLoginOptions } from "../commands/berth-options.ts";
import { type Arguments, type Result, systemOf } from "../commands/command.ts";
import { keysOf } from "../docker-config/layers.ts";
import type { Machine } from "../machine.ts";
import { progressFor } from "../progress.ts";
import { reportError } from "../report.ts";
import { print } from "../shells/json.ts";
import type { Style } from "../style.ts";
import { understandable } from "../understandable.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { examine, findingsIn } from "./examine.ts";
import { findingsOf } from "./findings.ts";
import { type LookOptions, look } from "./look.ts";
import { type Place, parsePlace, placeOfKey } from "./place.ts";
import { diagnosisToJson, reportDiagnosis } from "./report-diagnosis.ts";
import type { Sight } from "./sight.ts";

export { verify } from "./verify.ts";

/** What is looked at where nothing is named: what is the job's own, else all that docker has a credential for. */
const usualPlaces = (sight: Sight): readonly Place[] => {
  const { access, berth, docker, dockerAuthConfig } = sight;
  const own = access?.image ?? access?.registry;
  const logins = Object.values(berth?.marker.logins ?? {}).flat();
  const others = [docker, ...(dockerAuthConfig ? [dockerAuthConfig] : [])].flatMap(({ config }) =>
    keysOf(config),
  );
  const keys = own || logins.length > 0 ? [...(own ? [own] : []), ...logins] : others;
  const hosts = new Set(["berth.invalid"]);
  return keys.flatMap((key) => {
    const place = placeOfKey(key);
    // Beside its image, a registry says nothing new.
    if (!place || (hosts.has(place.host) && !place.repository)) return [];
    hosts.add(place.host);
    return [place];
  });
};

const diagnosisOf = async (args: Arguments, machine: Machine, style: Style): Promise<Diagnosis> => {
  const options: LookOptions = {
    system: systemOf(args),
    envFile: args.text("env-file"),
    tmpDir: args.text("tmp-dir"),
    login: readLoginOptions(args),
  };
  const given = args.names.map(parsePlace);
  const first = await look(options, given, machine);
  const places = given.length > 0 ? given : usualPlaces(first);
  const sight = given.length > 0 ? first : await look(options, places, machine);
  const progress = args.flag("check")
    ? progressFor(args.flag("quiet") ?? false, machine, style)
    : undefined;
  const examined = await Promise.all(
    places.map((place) => examine(place, sight, machine, progress)),
  );
  const said = examined.flatMap((it) => findingsIn(it, sight));
  return { sight, examined, findings: [...said, ...findingsOf(sight)] };
};

/**
 * Says which credential each client of this shell would use, and what is wrong. Exit status: 0 all is well, 1 something is wrong, 2
 * wrong use. Never throws.
 */
export const diagnose = async (
  args: Arguments,
  machine: Machine,
  style: Style,
): Promise<Result> => {
  const isJson = args.text("format") === "json";
  try {
    const diagnosis = await diagnosisOf(args, machine, style);
    const quiet = args.flag("quiet") ?? false;
    return {
      stdout: isJson ? diagnosisToJson(diagnosis) : reportDiagnosis(diagnosis, quiet, style.stdout),
      stderr: "",
      status: diagnosis.findings.some(({ level }) => level === "warning") ? 1 : 0,
    };
  } catch (caught) {
    const error = understandable(caught);
    const { code, message, hint, exitStatus: status } = error;
    const stdout = isJson ? print({ error: { code, message, hint } }) : "";
    return { stdout, stderr: reportError(error, style), status };
  }
};
