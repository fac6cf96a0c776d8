/** A job's script that evaluates berth's statements where `BERTH` stands. */
export interface ExitCase {
  readonly name: string;
  readonly script: string;
  /** How the shell gets it; as a file if not there. */
  readonly by?: "stdin" | "-c" | "-ec";
  /** Whether it ends without berth's trap, by what it printed where `BERTH` did nothing, and the shell. */
  keeps?(stdout: string, shell: string): boolean;
}

export const exitCase = (
  name: string,
  script: string,
  rest: Pick<ExitCase, "by" | "keeps"> = {},
): ExitCase => ({ name, script, ...rest });

/** One that sets `action` as its trap on EXIT, then evaluates berth, and then does the rest. */
export const withTrap = (name: string, action: string, rest = "exit 6"): ExitCase =>
  exitCase(name, `trap '${action.replaceAll("'", "'\\''")}' EXIT; BERTH\n${rest}`);
