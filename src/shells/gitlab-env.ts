import { BerthError } from "../errors.ts";
import type { Shell } from "./shell.ts";

// https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/shells/bash.go (SourceEnv) reads lines with `read -r`, which takes blanks at their ends away.
const line = (name: string, value: string): string => {
  if (!/[ \t]$/.test(value)) return `${name}=${value}\n`;
  throw new BerthError(
    "BERTH_BAD_VALUE",
    `${name}: its value ends in a blank`,
    "GitLab's runner would take it away: use --shell posix",
  );
};

/** For the file that `GITLAB_ENV` names: `NAME=value` as it is, without quotes; the runner exports each line in the later stages of the job. */
export const gitlabEnv = {
  name: "gitlab-env",
  aliases: [],
  extension: "env",
  evaluate: (command) => `${command} >> "$GITLAB_ENV"`,
  unsets: false,
  render: ({ variables }) => variables.map(([name, value]) => line(name, value)).join(""),
  stop: () => "",
} as const satisfies Shell;
