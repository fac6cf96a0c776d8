import { type ExitCase, exitCase, withTrap } from "./exit-case.ts";

const FUNCTION_OF_ZSH = `case \${ZSH_VERSION-} in
  ?*) eval 'TRAPEXIT() { [ $ZSH_SUBSHELL != 0 ] || echo in $? $1; }' ;;
esac; BERTH; exit 6`;

/** Traps on EXIT that a job may have set before berth. */
export const exitActions: readonly ExitCase[] = [
  withTrap("sees later variables", 'echo "$v $$" | sed "s/$$/pid/"; w=2; echo $w', "v=later"),
  exitCase("can wait", "true & p=$!; trap 'wait $p; echo \"wait $?\"' EXIT; BERTH; exit 2"),
  withTrap(
    "with quotes and backslashes",
    'printf "%s|" "it\'s" \\n a\\ b "\\$v $v" "`echo b`"; echo',
    "v='*'; exit 1",
  ),
  withTrap(
    "with lines like those of a list of traps",
    "echo one\necho \"\ntrap -- x EXIT\ntrap -- 'y' INT\"\necho two",
  ),
  exitCase(
    "with lines, among others",
    `trap 'echo a\necho b' INT; trap 'echo one\necho two' EXIT; trap 'echo "'\\''t"' TERM; BERTH; exit 1`,
  ),
  withTrap("with a here-document, and blanks in it", "cat <<E\n  in $?  \nE\n"),
  withTrap("with a comment at the end", "echo in # it"),
  withTrap("with a backslash at the end", "echo in \\"),
  exitCase("with a dash at the start", "trap -- '-x 2>/dev/null; echo in' EXIT; BERTH; exit 1"),
  withTrap("with blanks at the start, UTF-8 and a tab", "  echo é\tx"),
  withTrap("empty", "", "exit 3"),
  exitCase("taken back", "trap 'echo no' EXIT; trap - EXIT; BERTH; exit 3"),
  withTrap("that exits", 'echo "in $?"; exit 3'),
  withTrap("that exits with the script's status", "rc=$?; echo $rc; exit $rc"),
  withTrap("that exits without a status", "(exit 4); exit"),
  withTrap("that exits in a list", "{ false || exit 3; }"),
  withTrap("that exits in a function", "g", "g() { rc=$?; echo $rc; exit $rc; }; exit 6"),
  withTrap("that exits in a subshell, too", 'echo a; (exit 4); echo "b $?"; exit 5'),
  withTrap("that ends in a failure", "echo in; false"),
  withTrap("that fails under set -e", "echo in; false; echo no", "set -e; exit 6"),
  withTrap(
    "that fails in a function under set -e",
    "g",
    "set -e; g() { echo in; false; echo no; }; exit 6",
  ),
  withTrap(
    "that needs an unset variable under set -u",
    "echo in; echo $nope; echo no",
    "set -u; exit 6",
  ),
  exitCase("that is zsh's function", FUNCTION_OF_ZSH),
];
