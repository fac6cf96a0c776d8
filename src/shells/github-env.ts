import { BerthError } from "../errors.ts";
import { randomUuid } from "../random.ts";
import type { Shell } from "./shell.ts";

// act and the runners that are made from it (Forgejo's, Gitea's) evaluate a stored value again in each later step.
// https://github.com/nektos/act/blob/master/pkg/runner/step.go
const plain = (name: string, value: string): string => {
  if (!value.includes("${{")) return value;
  throw new BerthError(
    "BERTH_BAD_VALUE",
    `${name}: its value has \${{ in it`,
    "a runner would evaluate that as an expression: correct the variable that it is from",
  );
};

/** For the file that `GITHUB_ENV` names: the later steps of the job get the variables. A random delimiter cannot stand in a value (TRAP 42). */
export const githubEnv = {
  name: "github-env",
  aliases: [],
  extension: "env",
  evaluate: (command) => `${command} >> "$GITHUB_ENV"`,
  unsets: false,
  render: ({ variables }) => {
    const delimiter = `ghadelimiter_${randomUuid()}`;
    return (
      variables
        // The same runners fail at a blank line.
        .map(([name, value]) =>
          value === ""
            ? `${name}=\n`
            : `${name}<<${delimiter}\n${plain(name, value)}\n${delimiter}\n`,
        )
        .join("")
    );
  },
  stop: () => "",
} as const satisfies Shell;
