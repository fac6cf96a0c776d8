import type { Outcome } from "../sandbox.ts";

/** What the shells of one job say. */
export interface Words {
  /** The image's name with its tag. */
  readonly image: string;
  /** The job's berth. */
  readonly berth: string;
}

/** How the shells of a pipeline end. */
export interface Endings {
  /** Where all is well. */
  readonly passes: readonly Outcome[];
  /** Where `docker build` fails. */
  readonly fails: readonly Outcome[];
  /** Where berth itself refuses to make a berth. */
  readonly refuses: readonly Outcome[];
}

export const said = (stdout = ""): Outcome => ({ exitCode: 0, stdout, stderr: "" });
export const failed = (stdout: string, stderr: string, exitCode = 1): Outcome => ({
  ...{ exitCode, stdout, stderr },
});

const INSTALLED = "npm: installed berth-ci\n";
const REFUSED = `berth: error: BERTH_CLIENTS: "kubectl" is not one of them (BERTH_USAGE)
  hint       choices, separated by commas: docker, containers, helm, werf
`;
const built = ({ image }: Words) => `docker: built ${image}\n`;
const notBuilt = ({ image }: Words) => `docker: cannot build ${image}\n`;
const pushed = ({ image, berth }: Words) => `docker: pushed ${image} with ${berth}/config.json\n`;

/** One shell for all, and those of the clean-up, which come in any case. */
export const oneShell = (words: Words, ...after: readonly Outcome[]): Endings => ({
  passes: [said(INSTALLED + built(words) + pushed(words)), ...after],
  fails: [failed(INSTALLED, notBuilt(words)), ...after],
  refuses: [failed(INSTALLED, REFUSED, 2), ...after],
});

/** The same on a terminal, where all is one stream, and errors are in colour. */
export const oneTerminal = (words: Words): Endings => {
  const onTerminal = ({ exitCode, stdout, stderr }: Outcome): Outcome => {
    const coloured = stderr
      .replace(/\berror\b/, "\u001b[31m$&\u001b[39m")
      .replace(/\bhint +/, "\u001b[2m$&\u001b[22m");
    return { exitCode, stdout: (stdout + coloured).replaceAll("\n", "\r\n"), stderr: "" };
  };
  const { passes, fails, refuses } = oneShell(words);
  return {
    passes: passes.map(onTerminal),
    fails: fails.map(onTerminal),
    refuses: refuses.map(onTerminal),
  };
};

/** One shell that shows each line before it runs it. */
export const shownShell = (
  words: Words,
  [install, berth, build, push]: readonly string[],
  ...after: readonly Outcome[]
): Endings => {
  const start = `${install}\n${INSTALLED}${berth}\n`;
  return {
    passes: [said(`${start}${build}\n${built(words)}${push}\n${pushed(words)}`), ...after],
    fails: [failed(`${start}${build}\n`, notBuilt(words)), ...after],
    refuses: [failed(start, REFUSED, 2), ...after],
  };
};

/** A shell for each step: to install, to make the berth, to build, to push, to clean up. */
export const fiveShells = (
  words: Words,
  made: Outcome = said(),
  refused: string = "",
): Endings => ({
  passes: [said(INSTALLED), made, said(built(words)), said(pushed(words)), said()],
  fails: [said(INSTALLED), made, failed("", notBuilt(words)), said()],
  refuses: [said(INSTALLED), failed(refused, REFUSED, 2), said()],
});

const variablesOf = ({ berth }: Words): readonly (readonly [string, string])[] => [
  ["DOCKER_CONFIG", berth],
  ["REGISTRY_AUTH_FILE", `${berth}/auth.json`],
  ["HELM_REGISTRY_CONFIG", `${berth}/config.json`],
  ["WERF_DOCKER_CONFIG", berth],
];

/** What a step that does not evaluate berth's statements shows. */
export const statements = (words: Words): string =>
  [
    ...variablesOf(words),
    ["BERTH_REGISTRY", words.image.split("/")[0] ?? ""] as const,
    ["BERTH_IMAGE", words.image.replace(/:[^:/]*$/, "")] as const,
  ]
    .map(([name, value]) => `export ${name}=${value};\n`)
    .join("");

/** What Azure's agent reads. */
export const azureLines = (words: Words): string =>
  variablesOf(words)
    .map(([name, value]) => `##vso[task.setvariable variable=${name}]${value}\n`)
    .join("");

/** Shells of Jenkins, which show what they run in stderr, with what the statements of berth become. */
export const jenkinsShells = (words: Words, spec: string): Endings => {
  const trace = (lines: readonly string[]) => lines.map((line) => `+ ${line}\n`).join("");
  const exports = variablesOf(words).map(([name, value]) => `export ${name}=${value}`);
  const berth = `berth ci-env jenkins --registry ${spec}`;
  const start = trace(["npm install --global berth-ci", berth]);
  const evaluated = `${start}+ eval ${exports.map((it) => `${it};`).join("\n")}\n${trace(exports)}`;
  const build = trace([`docker build --tag ${words.image} .`]);
  const push = trace([`docker push ${words.image}`]);
  const after = failed("", trace(["berth cleanup jenkins"]), 0);
  return {
    passes: [
      { ...said(INSTALLED + built(words) + pushed(words)), stderr: evaluated + build + push },
      after,
    ],
    fails: [failed(INSTALLED, evaluated + build + notBuilt(words)), after],
    refuses: [
      failed(INSTALLED, `${start}${REFUSED}${trace(["eval exit 2;", "exit 2"])}`, 2),
      after,
    ],
  };
};
