import { type Candidate, candidates } from "../completion.ts";
import type { Command } from "./command.ts";
import { commands } from "./index.ts";

interface Completion {
  readonly script: string;
  line(candidate: Candidate): string;
}

const bash: Completion = {
  script: `_berth() {
  local IFS=$'\\n' current=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=($(compgen -W "$(berth completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null)" -- "\${current#=}"))
}
complete -o default -F _berth berth
`,
  // Only what stands behind the sign is bash's current word.
  line: ({ word }) => word.replace(/^--[a-z-]+=/, ""),
};

const zsh: Completion = {
  script: `_berth() {
  local -a found
  found=("\${(@f)$(berth completion zsh -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}")
  if [[ -n $found ]]; then _describe berth found; else _files; fi
}
compdef _berth berth
`,
  line: ({ word, means }) => (means === "" ? word : `${word}:${means}`),
};

const fish: Completion = {
  script: `complete -c berth -f -n __fish_use_subcommand
complete -c berth -a '(berth completion fish -- (commandline -opc)[2..] (commandline -ct) 2> /dev/null)'
`,
  line: ({ word, means }) => (means === "" ? word : `${word}\t${means}`),
};

const shells: Readonly<Record<string, Completion>> = { bash, zsh, fish };

const ofLoginShell = (path: string | undefined): string =>
  Object.keys(shells).find((name) => path?.endsWith(`/${name}`)) ?? "bash";

export const completion = {
  name: "completion",
  describe: "Print what makes your shell complete the command lines of berth",
  word: {
    name: "shell",
    title: "shell",
    choices: Object.keys(shells),
    byDefault: "that of $SHELL if not given",
  },
  rest: { name: "WORD…", needed: false },
  options: {},
  evaluated: false,
  examples: [
    ['eval "$(berth completion bash)"', "in ~/.bashrc; for zsh in ~/.zshrc, behind compinit"],
    ["berth completion fish > ~/.config/fish/completions/berth.fish", "for fish"],
  ],
  epilogue: "With words behind -- it prints what may stand in the place of the last one.",
  run: async ({ word, rest }, { env }) => {
    const { script, line } = shells[word ?? ofLoginShell(env["SHELL"])] ?? bash;
    const lines = candidates(commands, rest).map((candidate) => `${line(candidate)}\n`);
    return { stdout: rest.length === 0 ? script : lines.join(""), stderr: "" };
  },
} as const satisfies Command;
