import { elvish } from "../../../src/shells/elvish.ts";
import { fish } from "../../../src/shells/fish.ts";
import { nushell } from "../../../src/shells/nushell.ts";
import { posix } from "../../../src/shells/posix.ts";
import { powershell } from "../../../src/shells/powershell.ts";
import type { Shell } from "../../../src/shells/shell.ts";
import { tcsh } from "../../../src/shells/tcsh.ts";
import { xonsh } from "../../../src/shells/xonsh.ts";
import { shells } from "./shells.ts";

/** A dialect in one shell, and how its scripts are written there. */
export interface Dialect {
  readonly name: string;
  readonly shell: Shell;
  /** The program to look for. */
  readonly program: string;
  /** What runs a script; the script's file comes last. */
  readonly command: readonly string[];
  /** What a script starts with that has to get through. */
  readonly before: string;
  /** The line that evaluates `command`'s output. */
  evaluate(command: string): string;
  /** What an open terminal does, which a failure must not close: it says `survived`, and the status where there is one. */
  attended(command: string): string;
  /** How a script ends where berth has failed with `status`; `exitCode` is of the program whose text is evaluated. */
  ends(status: number, exitCode: number): number;
}

const asBerth = (status: number): number => status;

const posixShells = [
  ...shells,
  { name: "bash with failglob", program: "bash", command: ["bash", "--norc", "-O", "failglob"] },
  { name: "ksh", program: "ksh", command: ["ksh"] },
  { name: "mksh", program: "mksh", command: ["mksh"] },
  { name: "yash", program: "yash", command: ["yash"] },
] as const;

// Under `set -e` a failure would end the script in any case: there it has to do so by its statements alone.
const posixDialects = posixShells.flatMap(({ name, ...found }): readonly Dialect[] => {
  const forms = [
    ['eval "$(…)"', posix.evaluate],
    // Users leave out the double quotes.
    ["eval $(…)", (command: string) => posix.evaluate(command).replaceAll('"', "")],
  ] as const;
  return forms.map(([form, evaluate]) => ({
    ...{ ...found, name: `${name}: ${form}`, shell: posix, before: "set -eu", evaluate },
    attended: (command) => `${evaluate(command)}\necho survived $?`,
    ends: asBerth,
  }));
});

const dialect = (
  shell: Shell,
  [program, ...options]: readonly [string, ...string[]],
  parts: Pick<Dialect, "attended"> & Partial<Pick<Dialect, "before" | "ends">>,
): Dialect => ({
  ...{ name: shell.name, shell, program, command: [program, ...options] },
  ...{ evaluate: shell.evaluate, before: "", ends: asBerth, ...parts },
});

/** Every dialect that a program of this system evaluates. */
export const dialects: readonly Dialect[] = [
  ...posixDialects,
  dialect(fish, ["fish", "--no-config"], {
    // `set` keeps the status of what was before it, and `or exit` would take it for berth's.
    before: "false",
    attended: (command) => `${command} | source\necho survived $status`,
  }),
  dialect(tcsh, ["tcsh", "-f"], {
    before: "false",
    attended: (command) => `${tcsh.evaluate(command)}\necho survived $status`,
  }),
  dialect(elvish, ["elvish", "-norc"], {
    attended: (command) => `try { ${elvish.evaluate(command)} } catch e { echo survived }`,
    // A program's failure is an exception, and one that nobody catches ends elvish with the status 2.
    ends: (status, exitCode) => (exitCode === 0 ? status : 2),
  }),
  dialect(nushell, ["nu", "--no-config-file"], {
    attended: (command) => `try { ${nushell.evaluate(command)} }\nprint survived`,
    // It takes a program's status; text that is no JSON is an error, too.
    ends: (_, exitCode) => exitCode || 1,
  }),
  dialect(xonsh, ["xonsh", "--no-rc"], {
    attended: (command) =>
      `try:\n    ${xonsh.evaluate(command)}\nexcept RuntimeError:\n    print("survived")`,
  }),
];

/** No package of Debian or npm brings it: test/shells/powershell.test.ts parses what is run here where there is one. */
export const pwsh: Dialect = dialect(powershell, ["pwsh", "-NoProfile", "-File"], {
  attended: (command) => `try { ${powershell.evaluate(command)} } catch { 'survived' }`,
});
