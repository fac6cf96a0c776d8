import { execFileSync } from "node:child_process";

const BARE = String.raw`[\w./:@%+,-][\w./:@%+=,-]*`;
const WORDS = String.raw`'(?:[\w./:@%+=,-]+(?: [\w./:@%+=,-]+)*)?'`;
const OCTAL = String.raw`"\$\(printf '%b' '(?:[\w./:@%+=,-]| (?! )|\\0[0-7]{3})*'\)"`;
const STATEMENT = new RegExp(
  `^(?:export ([A-Z][A-Z0-9_]*)=(?:${BARE}|${WORDS}|${OCTAL})|unset [A-Z][A-Z0-9_]*|exit [12]);$`,
);

const NAMES =
  /^(?:DOCKER_CONFIG|REGISTRY_AUTH_FILE|HELM_REGISTRY_CONFIG|BERTH_REGISTRY|BERTH_IMAGE|WERF_\w+)$/;

/** The lines that are none of the statements that berth may print, in which nothing is left for a shell to do but to set variables of its own. */
export const strangers = (stdout: string): readonly string[] =>
  stdout
    .split("\n")
    .slice(0, -1)
    .filter((line) => {
      const found = STATEMENT.exec(line);
      return !found || (found[1] !== undefined && !NAMES.test(found[1]));
    })
    .map((line) => line.slice(0, 200));

/** What GitLab's runner exports of a file of GITLAB_ENV. */
// https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/shells/bash.go (SourceEnv)
export const gitlabReads = (input: string): Readonly<Record<string, string>> => {
  const read = 'while read -r line; do export "$line"; done; exec "$0" -p "$1"';
  const print = "JSON.stringify(process.env)";
  const args = ["-c", read, process.execPath, print];
  return JSON.parse(`${execFileSync("sh", args, { input, env: { PATH: process.env["PATH"] } })}`);
};
