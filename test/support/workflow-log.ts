/** A line of a log that a runner of GitHub Actions takes for a command. */
interface WorkflowCommand {
  readonly name: string;
  readonly data: string;
}

/** What a runner makes of a step's log: commands, in their order, and the other lines, which people see. */
export interface WorkflowLog {
  readonly commands: readonly WorkflowCommand[];
  readonly lines: readonly string[];
}

const ESCAPES: Readonly<Record<string, string>> = { "%25": "%", "%0D": "\r", "%0A": "\n" };

// https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
const commandIn = (line: string): WorkflowCommand | undefined => {
  const [, name, data = ""] = /^\s*::([a-z-]+)(?: .*?)?::(.*)$/s.exec(line) ?? [];
  if (name === undefined) return undefined;
  return { name, data: data.replace(/%(?:25|0D|0A)/g, (code) => ESCAPES[code] ?? code) };
};

/** Reads a step's log as the runner does. */
export const readLog = (text: string): WorkflowLog => {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return {
    commands: lines.map(commandIn).filter((command) => command !== undefined),
    lines: lines.filter((line) => commandIn(line) === undefined),
  };
};
