import type { Shell } from "./shell.ts";

/** For the file that `GITLAB_ENV` names: `NAME=value` as it is, without quotes; the runner exports each line in the later stages of the job. */
export const gitlabEnv = {
  name: "gitlab-env",
  aliases: [],
  extension: "env",
  evaluate: (command) => `${command} >> "$GITLAB_ENV"`,
  unsets: false,
  render: ({ variables }) => variables.map(([name, value]) => `${name}=${value}\n`).join(""),
  stop: () => "",
} as const satisfies Shell;
