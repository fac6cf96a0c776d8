import { exitActions } from "./exit-actions.ts";
import { type ExitCase, exitCase, withTrap } from "./exit-case.ts";

const TELL = 'echo "in $? $v"; f';
const FUNCTIONS = 'f() { echo "f $?"; }; g() { exit 6; }; v=mine';
const PIPEFAIL = "(set -o pipefail) 2>/dev/null && set -o pipefail";

const ON_ERR = `case \${BASH_VERSION-} in ?*) trap 'echo err' ERR ;; esac`;

const FUNCTIONS_TRAP = `case \${ZSH_VERSION-} in ?*) g() { trap 'echo g' EXIT; echo x; }; g ;; esac`;

const endings = [
  exitCase("no trap: the last command's status", "BERTH; (exit 3)"),
  exitCase("no trap: exit", "BERTH; exit 5"),
  exitCase("no trap: success", "BERTH; echo x"),
  exitCase("no trap: set -eu", "set -eu; BERTH; false; echo no"),
  withTrap("a trap: the last command's status", TELL, `${FUNCTIONS}; (exit 3)`),
  withTrap("a trap: exit in a function", TELL, `${FUNCTIONS}; g a b`),
  exitCase("a trap: set -eu", `set -eu; ${FUNCTIONS}; trap '${TELL}' EXIT; BERTH; false; echo no`),
  exitCase(
    "a trap: an unset variable under set -u",
    "set -u; trap 'echo in' EXIT; BERTH; echo \"$nope\"; echo no",
  ),
  exitCase(
    "a trap: a pipe under pipefail",
    `${PIPEFAIL}; set -e; trap 'echo "in $?"' EXIT; BERTH; false | cat; echo`,
  ),
  exitCase(
    "a trap: failures that are tested, under set -e",
    "set -e; trap 'echo in' EXIT; BERTH; false || echo or; ! true; exit 2",
  ),
  exitCase("a trap on ERR, in bash", `${ON_ERR}; BERTH; false; exit 2`),
  exitCase(
    "TERM",
    "trap 'echo in' EXIT; BERTH; kill -TERM $$; sleep 1; echo no",
    // Some shells run no trap on EXIT then.
    { keeps: (stdout) => stdout === "" },
  ),
] as const;

const settings = [
  exitCase("set -efuC and another IFS", "set -efuC; IFS=/tr; trap 'echo in' EXIT; BERTH; false"),
  exitCase("an empty IFS", "IFS=; trap 'echo \"in <$IFS>\"' EXIT; BERTH; IFS=x; exit 1"),
  exitCase("zsh's traps of functions", `BERTH; ${FUNCTIONS_TRAP}; echo after; exit 3`),
  exitCase("options", "BERTH; case $- in *e*|*u*|*f*|*C*) echo changed ;; esac"),
  exitCase(
    "the umask and the folder",
    "cd /; umask 777; trap 'echo in' EXIT; BERTH; umask; pwd; exit 1",
  ),
  exitCase(
    "positional parameters",
    "set -- a 'b c'; trap 'echo \"$# $2\"' EXIT; BERTH; echo \"$# $2\"",
  ),
  exitCase(
    "those of the script, for a trap while a function exits",
    "set -- out; g() { exit 1; }; trap 'echo \"$1\"' EXIT; BERTH; g in",
  ),
] as const;

const otherTraps = [
  exitCase(
    "without one on EXIT",
    "trap 'echo int; echo \"it'\\''s\"' INT; trap '' USR2; BERTH; kill -USR2 $$; kill -INT $$; exit 1",
  ),
  exitCase(
    "with one on EXIT",
    "trap 'echo in' EXIT; trap 'echo int' INT; trap 'echo usr' USR1; BERTH; kill -USR1 $$; kill -INT $$; exit 1",
  ),
  exitCase("listed", "trap 'echo int\nx' INT; trap '' USR2; BERTH; trap - EXIT; trap", {
    keeps: () => true,
  }),
  exitCase(
    "that exit",
    "set -e; trap 'echo \"in $?\"' EXIT; trap 'exit 7' TERM; BERTH; kill -TERM $$; sleep 1",
  ),
  exitCase("in the place of berth's", "BERTH; trap 'echo later' EXIT; exit 2", {
    keeps: () => true,
  }),
] as const;

const twice = [
  exitCase("with a trap", "trap 'echo \"in $?\"' EXIT; BERTH; BERTH; exit 4"),
  exitCase("without a trap, under noclobber", "set -C; BERTH; BERTH; exit 4"),
  exitCase(
    "with another trap between",
    "trap 'echo old' EXIT; BERTH; trap 'echo \"new $?\"' EXIT; BERTH; exit 4",
  ),
  exitCase(
    "with the trap taken back between",
    "trap 'echo old' EXIT; BERTH; trap - EXIT; BERTH; exit 4",
  ),
] as const;

const places = [
  exitCase(
    "stdin, of which the script reads more",
    "trap 'echo in' EXIT; BERTH; read -r x || :\nline\necho \"got $x\"; cat",
    { by: "stdin" },
  ),
  exitCase("stdin", "set -e; trap 'echo \"in $?\"' EXIT\nBERTH\nfalse", { by: "stdin" }),
  exitCase("-c", "trap 'echo \"in $?\"' EXIT; BERTH; false", { by: "-c" }),
  exitCase("-ec", "trap 'echo \"in $?\"' EXIT; BERTH; false; echo no", { by: "-ec" }),
  exitCase("-ec with a program last", "trap 'echo \"in $?\"' EXIT; BERTH; /bin/false", {
    by: "-ec",
  }),
  exitCase("a subshell", "trap 'echo outer' EXIT; ( BERTH; exit 3 )"),
  exitCase(
    "a subshell with a trap",
    "trap 'echo outer' EXIT; ( trap 'echo \"inner $?\"' EXIT; BERTH; exit 3 )",
  ),
  exitCase("GitLab's pipe", `set -e; ${PIPEFAIL}; : | eval 'BERTH; false'; exit 0`),
  exitCase(
    "a pipe, with a trap outside",
    "trap 'echo outer; exit 0' EXIT; : | { BERTH; sh -c 'exit 3'; }",
  ),
  exitCase("a function", "g() { trap 'echo int' INT; BERTH; echo g; }; g; echo after; exit 3"),
  exitCase(
    "a function, with a trap outside",
    "trap 'echo in' EXIT; g() { BERTH; echo g; }; g; echo after; exit 3",
    // There the trap from outside comes back when the function ends.
    { keeps: (_, shell) => shell === "zsh" },
  ),
] as const;

const named = (group: string, cases: readonly ExitCase[]): readonly ExitCase[] =>
  cases.map((it) => ({ ...it, name: `${group}: ${it.name}` }));

/** Those of which it matters whether a shell does as POSIX says. */
export const exitBasics: readonly ExitCase[] = [
  ...named("how it ends", endings),
  ...named("other traps", otherTraps),
];

/** How jobs end, with all that berth's trap has to leave as it is. */
export const exitCases: readonly ExitCase[] = [
  ...exitBasics,
  ...named("settings", settings),
  ...named("a trap on EXIT", exitActions),
  ...named("evaluated twice", twice),
  ...named("evaluated in", places),
];
