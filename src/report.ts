import { hostOfKey, isNamespaced, shownKey } from "./docker-config/keys.ts";
import { type DockerConfig, isStoreMarker } from "./docker-config/model.ts";
import { shownUser } from "./docker-config/shown-user.ts";
import type { BerthError } from "./errors.ts";
import { alignColumns, line } from "./lines.ts";
import { MARKER } from "./marker.ts";
import type { Notice } from "./notice.ts";
import type { Output } from "./output.ts";
import type { Plan } from "./plan.ts";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";
import { shownEnd } from "./time.ts";

export interface ReportOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly dryRun: boolean;
  readonly style: Style;
}

const LEVELS = {
  info: { label: "note", paint: "faint" },
  warning: { label: "warning", paint: "warn" },
  missing: { label: "warning", paint: "warn" },
} as const;

const noticeLines = ({ level, text, hint }: Notice, style: Style): readonly string[] => {
  const { label, paint } = LEVELS[level];
  return [line(label, text, style[paint]), ...(hint ? [line("", style.faint(hint))] : [])];
};

const loginLines = (plan: Plan, style: Style): readonly string[] =>
  alignColumns(
    plan.output.registries.map(({ registry, user, from, until }) => [
      shownKey(registry),
      user ? `as ${printable(user)}` : "",
      `by ${printable(from)}`,
      until ? shownEnd(until, plan.now) : "",
    ]),
  ).map((text) => line("login", text, style.good));

/** The registries that the job has no credential of its own for, by where theirs came from. */
const othersBySource = (plan: Plan): ReadonlyMap<string, ReadonlySet<string>> => {
  const keys = new Set(plan.output.registries.map(({ registry }) => registry));
  const hosts = new Set([...keys].filter((key) => !isNamespaced(key)).map(hostOfKey));
  const bySource = new Map<string, Set<string>>();
  const add = (key: string, source: string) => {
    const host = hostOfKey(key);
    if (hosts.has(host) || keys.has(shownKey(key))) return;
    const shown = host === "docker.io" ? host : shownKey(key);
    bySource.set(source, (bySource.get(source) ?? new Set()).add(shown));
  };
  for (const { auths, credHelpers } of [plan.config, plan.authFile]) {
    for (const [key, entry] of auths) if (!isStoreMarker(entry)) add(key, entry.from);
    for (const [key, helper] of credHelpers) add(key, `docker-credential-${printable(helper)}`);
  }
  return bySource;
};

const SHOWN = 8;

const enumerate = (names: readonly string[], all: boolean): string =>
  all || names.length <= SHOWN
    ? names.join(", ")
    : `${names.slice(0, SHOWN).join(", ")} and ${names.length - SHOWN} more`;

const inheritedLines = (plan: Plan, verbose: boolean): readonly string[] => {
  const things = [
    ...new Set(plan.copies.map(({ to }) => to.split(/[\\/]/)[0] ?? "")),
    ...(plan.config.cliPluginsExtraDirs.length > 0 ? ["CLI plugins"] : []),
    ...[...plan.config.other.keys()].map(printable),
  ];
  return [
    ...[...othersBySource(plan)].map(([source, keys]) =>
      line("inherited", `${enumerate([...keys], verbose)} from ${source}`),
    ),
    ...(things.length > 0
      ? [
          line(
            "inherited",
            `${enumerate(things, verbose)} from ${printable(plan.inheritedFrom ?? "")}`,
          ),
        ]
      : []),
  ];
};

const configLines = (config: DockerConfig): readonly string[] =>
  alignColumns([
    ...[...config.auths].map(([key, entry]) => [
      shownKey(key),
      printable(shownUser(entry)),
      entry.user ? "[redacted]" : "",
      printable(entry.from),
    ]),
    ...[...config.credHelpers].map(([key, helper]) => [
      shownKey(key),
      "",
      "",
      `docker-credential-${printable(helper)}`,
    ]),
  ]);

const fileLines = (plan: Plan): readonly string[] => [
  line("file", "config.json"),
  ...configLines(plan.config).map((text) => line("", `- ${text}`)),
  line("file", "auth.json"),
  ...configLines(plan.authFile).map((text) => line("", `- ${text}`)),
  ...plan.ofRepositories.map(({ path }) => line("file", printable(path))),
  line("file", `${MARKER}  (what berth did, without secrets)`),
  ...plan.copies.map(({ to }) => line("file", printable(to))),
  ...plan.links.map(({ path, to }) => line("link", `${path} to ${printable(to)}`)),
];

const foundLines = ({ found, output }: Plan): readonly string[] => [
  ...(output.url ? [line("job", output.url)] : []),
  ...alignColumns(found.map(([name, value]) => [name, shownKey(value)])).map((text) =>
    line("variable", text),
  ),
];

const BY_HELPER =
  "berth writes no secret: docker-credential-berth answers from the job's environment";

const headline = (plan: Plan, { dryRun, style }: ReportOptions): string => {
  const place = style.strong(printable(plan.directory.path));
  if (dryRun) return `berth: dry run, nothing is written: ${plan.title} would use ${place}`;
  return `berth: ${plan.title} uses ${place}${plan.update ? " (renewed)" : ""}`;
};

/** What a person should know of a run, for stderr: never a secret. Quiet: warnings alone. */
export const reportPlan = (plan: Plan, options: ReportOptions): string => {
  const { quiet, verbose, dryRun, style } = options;
  const { notices, registries } = plan.output;
  const shown = notices.filter(({ level }) => !quiet || level !== "info");
  const told = shown.flatMap((notice) => noticeLines(notice, style));
  if (quiet) return told.map((text) => `berth:${text.slice(1)}\n`).join("");
  const lines = [
    headline(plan, options),
    ...loginLines(plan, style),
    ...(registries.length === 0 ? [line("login", "none", style.warn)] : []),
    ...(plan.marker.answering ? [line("store", BY_HELPER)] : []),
    ...inheritedLines(plan, verbose),
    ...(verbose ? foundLines(plan) : []),
    ...(dryRun || verbose ? fileLines(plan) : []),
    ...told,
  ];
  return `${lines.join("\n")}\n`;
};

/** What `--unset` does, for stderr. */
export const reportUndo = (
  { variables, unset, notices }: Output,
  { quiet, style }: ReportOptions,
): string => {
  if (quiet) return "";
  const lines = [
    "berth: the variables of the job's berth are undone",
    ...(variables.length > 0
      ? [line("restored", variables.map(([name]) => name).join(", "), style.good)]
      : []),
    ...(unset.length > 0 ? [line("unset", unset.join(", "))] : []),
    ...notices.flatMap((notice) => noticeLines(notice, style)),
  ];
  return `${lines.join("\n")}\n`;
};

/** What of a berth lives on when it is removed: builders, by name. */
export const reportLeft = (builders: readonly string[]): string =>
  builders
    .map(
      (name) =>
        `berth: left with the Docker daemon: builder ${printable(name)} (remove it before: docker buildx rm)\n`,
    )
    .join("");

/** A failure, for stderr. */
export const reportError = (error: BerthError, style: Style): string =>
  `berth: ${style.bad("error")}: ${error.message} (${error.code})\n${
    error.hint ? `${line("hint", error.hint, style.faint)}\n` : ""
  }`;
