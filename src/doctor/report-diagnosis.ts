import { shownKey } from "../docker-config/keys.ts";
import { shownHelper } from "../docker-config/stores.ts";
import { alignColumns, line } from "../lines.ts";
import { printable } from "../printable.ts";
import { print } from "../shells/json.ts";
import type { Paints } from "../style.ts";
import type { Diagnosis, Examined } from "./diagnosis.ts";
import type { Finding } from "./finding.ts";
import type { Use } from "./found.ts";
import type { Outcome } from "./outcome.ts";
import type { Sight } from "./sight.ts";

// Its path stands above.
const shortened = (path: string, { berth }: Sight): string =>
  berth && path.startsWith(`${berth.path}/`)
    ? `the berth's ${path.slice(berth.path.length + 1)}`
    : path;

const rowOf = (use: Use, sight: Sight): readonly string[] => {
  const { client, user, entry, helper, from, why } = use;
  if (from === "") return [client, "none", why];
  const known = user || (entry ? "a token" : "");
  const who = helper === undefined ? known : `docker-credential-${shownHelper(helper)}`;
  return [client, printable(who), printable(shortened(from, sight)), why];
};

/** Clients that use the same are one row. */
const grouped = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] => {
  const clients = new Map<string, readonly string[]>();
  for (const [client = "", ...rest] of rows) {
    const key = JSON.stringify(rest);
    clients.set(key, [...(clients.get(key) ?? []), client]);
  }
  return [...clients].map(([key, names]) => [names.join(", "), ...JSON.parse(key)]);
};

const outcomeLine = ({ step, isGood, text }: Outcome, style: Paints): string =>
  line(step, printable(text), isGood ? style.good : style.warn);

const examinedLines = (
  { place, uses, outcomes }: Examined,
  sight: Sight,
  style: Paints,
): readonly string[] => [
  style.strong(printable(place.name)),
  ...alignColumns(grouped(uses.map((use) => rowOf(use, sight)))).map((row) => `  ${row}`),
  ...outcomes.map((outcome) => outcomeLine(outcome, style)),
];

const findingLines = ({ level, text, hint }: Finding, style: Paints): readonly string[] => [
  line(level === "info" ? "note" : level, text, level === "info" ? style.faint : style.warn),
  line("", style.faint(hint)),
];

const jobOf = ({ system, job, noJob, detectedBy }: Sight): string => {
  if (!system || !job) return `none: ${noJob}`;
  const by = detectedBy.length > 0 ? `by ${detectedBy.join(", ")}` : "as named";
  return `${system.title} job ${printable(job.id)}, ${by}`;
};

const headLines = ({ sight, examined }: Diagnosis): readonly string[] => {
  const { berth } = sight;
  return [
    line("ci", jobOf(sight)),
    line("berth", berth ? printable(berth.path) : "none in this job"),
    line(
      "docker",
      printable(sight.docker.path) + (sight.docker.isThere ? "" : ", which is not there"),
    ),
    ...(examined.length === 0
      ? [line("registries", "none here: name one, berth doctor HOST")]
      : []),
  ];
};

/** For people. Quiet: what is wrong alone. */
export const reportDiagnosis = (diagnosis: Diagnosis, quiet: boolean, style: Paints): string => {
  const { examined, findings } = diagnosis;
  const wrong = findings
    .filter(({ level }) => !quiet || level === "warning")
    .flatMap((finding) => findingLines(finding, style));
  const well = style.good("no problem is found");
  const lines = quiet
    ? wrong
    : [
        ...headLines(diagnosis),
        ...examined.flatMap((it) => ["", ...examinedLines(it, diagnosis.sight, style)]),
        "",
        ...(wrong.length > 0 ? wrong : [`  ${well}`]),
      ];
  return lines.map((text) => `${text}\n`).join("");
};

const useToJson = ({ client, user, helper, key, from, why }: Use) => ({
  client,
  found: from !== "",
  ...(user && { user }),
  ...(helper && { helper: shownHelper(helper) }),
  ...(key && { key: shownKey(key) }),
  ...(from && { from }),
  why,
});

const outcomeToJson = ({ step, isGood, kind, text }: Outcome) => ({
  ...{ step, ok: isGood, text },
  ...(kind && { kind }),
});

/** For programs: the same, without secrets. */
export const diagnosisToJson = ({ sight, examined, findings }: Diagnosis): string => {
  const { system, job, noJob, berth, docker } = sight;
  return print({
    ...(system && job && { system: system.name, job: job.id, detectedBy: sight.detectedBy }),
    ...(noJob && { noJob }),
    ...(berth && { berth: berth.path }),
    docker: docker.path,
    registries: examined.map(({ place, uses, outcomes }) => ({
      ...place,
      clients: uses.map(useToJson),
      ...(outcomes.length > 0 && { checks: outcomes.map(outcomeToJson) }),
    })),
    findings,
  });
};
