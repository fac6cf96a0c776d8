import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { JobEnv } from "../../support/job.ts";
import { quoted } from "./shells.ts";

interface Interactive {
  /** The file that the shell reads when it starts, in the folder that is its home. */
  readonly startFile: string;
  readonly command: string;
  /** Makes Tab insert all that may stand there, and ^N write the line to the file `typed`, and empty it. */
  readonly keys: string;
}

/** The shells on whose prompt a test can type. */
export const interactive: Readonly<Record<"bash" | "zsh", Interactive>> = {
  bash: {
    startFile: ".bashrc",
    command: "bash -i",
    keys: `unset HISTFILE
bind 'set bell-style none'
dump() { printf '%s\\n' "$READLINE_LINE" >> typed; READLINE_LINE= READLINE_POINT=0; }
bind -x '"\\C-n": dump'
bind '"\\t": insert-completions'
`,
  },
  zsh: {
    startFile: ".zshrc",
    command: "zsh -i",
    keys: `autoload -U compinit && compinit -u -D
zle -C all-matches complete-word _generic
zstyle ':completion:all-matches:*' completer _all_matches _complete
zstyle ':completion:all-matches:*' insert yes
dump() { print -r -- "$BUFFER" >> typed; BUFFER= }
zle -N dump && bindkey '^N' dump && bindkey '^I' all-matches
`,
  },
};

/** What becomes of each line when it is typed, and Tab behind it, in a shell that has evaluated `start`; `folder` is its home. */
export const typeLines = async (
  shell: keyof typeof interactive,
  {
    lines,
    start,
    folder,
    env,
  }: { lines: readonly string[]; start: string; folder: string; env: JobEnv },
): Promise<readonly string[]> => {
  const { startFile, keys, command } = interactive[shell];
  await writeFile(join(folder, startFile), keys + start);
  await writeFile(join(folder, "typed"), "");
  const input = `${lines.map((line) => `${line}\t\x0e`).join("")}exit\r`;
  await execa(
    "script",
    ["--quiet", "--command", `cd ${quoted(folder)} && ${command}`, "/dev/null"],
    {
      ...{ cwd: folder, env: { ...env, HOME: folder, TERM: "dumb" }, extendEnv: false, input },
      timeout: 30_000,
    },
  );
  return (await readFile(join(folder, "typed"), "utf8")).split("\n").slice(0, -1);
};
