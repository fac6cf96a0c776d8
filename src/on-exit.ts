import { resolve } from "node:path";
import type { Machine } from "./machine.ts";
import script from "./on-exit.sh" with { type: "text" };
import type { Plan } from "./plan.ts";

interface Options {
  readonly envFile?: string | undefined;
  readonly quiet: boolean;
}

// Not as statements that are printed: these need a program where printf is one, and PATH may be another by then.
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * What makes a POSIX shell clean up when it ends: the berth is removed and the variables are as they were before it, then an
 * earlier trap on EXIT does what it does, with the shell's exit status in `$?`. For a file that the shell reads, in `directory`.
 * Measured in sh, dash, bash, zsh, ksh93, mksh, yash and busybox.
 */
export const onExit = (
  { marker, directory, output }: Plan,
  { envFile, quiet }: Options,
  { program, cwd }: Pick<Machine, "program" | "cwd">,
): string => {
  const cleanup = [
    ...[...program, "cleanup", output.system, "--tmp-dir", directory.temp.path],
    ...(envFile ? ["--env-file", resolve(cwd, envFile)] : []),
    ...(quiet ? ["--quiet"] : []),
  ];
  const undo = Object.entries(marker.earlier).map(([name, value]) =>
    value === null ? `unset ${name}` : `export ${name}=${quote(value)}`,
  );
  const parts: Readonly<Record<string, string>> = {
    // Docker may not be among the clients that are pointed at it, nor the job be told by anything else.
    // Bun's executables do not start where the working directory is gone.
    CLEANUP: `(cd /; DOCKER_CONFIG=${quote(output.directory)} ${cleanup.map(quote).join(" ")})`,
    UNDO: undo.join("\n  "),
    TRAPS: quote(`${output.directory}/traps`),
  };
  return script.replace(/\b[A-Z]+\b/g, (word) => parts[word] ?? word);
};
