import { randomUUID } from "node:crypto";
import type { Shell } from "./shell.ts";

/** For the file that `GITHUB_ENV` names: the later steps of the job get the variables. A random delimiter cannot stand in a value (TRAP 42). */
export const githubEnv = {
  name: "github-env",
  aliases: [],
  extension: "env",
  evaluate: (command) => `${command} >> "$GITHUB_ENV"`,
  unsets: false,
  render: ({ variables }) => {
    const delimiter = `ghadelimiter_${randomUUID()}`;
    return variables
      .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
      .join("");
  },
  stop: () => "",
} as const satisfies Shell;
