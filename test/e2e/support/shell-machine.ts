import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import { quoted } from "./shells.ts";

/** How a script ended. */
interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine on which `berth NAME` prints the text of that name. */
export interface ShellMachine {
  /** Where scripts run: files lie there that patterns find. */
  readonly work: string;
  readonly files: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What `berth NAME` prints from now on. Its status is the number at the end of NAME, otherwise 0. */
  write(name: string, text: string): Promise<void>;
  run(command: readonly string[], script: string): Promise<Ended>;
  /** The names of the files in `work` now. */
  left(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

const FILES = ["-n", "V0=a", "X=a", "a", "b c", "export", "printf", "set"];

/** Makes such a machine; `showenv` prints the environment as a line of JSON there. */
export const makeShellMachine = async (label: string): Promise<ShellMachine> => {
  const { path, remove } = await makeTemporaryFolder(label);
  const at = (...names: string[]): string => join(path, ...names);
  for (const name of ["bin", "home", "texts", "work"]) await mkdir(at(name));
  for (const name of FILES) await writeFile(at("work", name), "");
  const install = (name: string, text: string) => writeFile(at("bin", name), text, { mode: 0o755 });
  const berth = `cat ${quoted(at("texts"))}/"$1"\ncase $1 in *-[0-9]) exit "\${1##*-}" ;; esac\n`;
  await install("berth", `#!/bin/sh\n${berth}`);
  const show = 'process.stdout.write(JSON.stringify(process.env) + "\\n");\n';
  await install("showenv", `#!${process.execPath}\n${show}`);
  const env = {
    PATH: `${at("bin")}:${process.env["PATH"] ?? ""}`,
    ...{ HOME: at("home"), TMPDIR: path, XDG_RUNTIME_DIR: at("home"), LANG: "C.UTF-8" },
    DOCKER_AUTH_CONFIG: "{}",
  };
  return {
    ...{ env, remove, work: at("work"), files: FILES },
    write: (name, text) => writeFile(at("texts", name), text),
    run: async ([file = "", ...args], script) => {
      await writeFile(at("script"), `${script}\n`);
      const { exitCode, stdout, stderr } = await execa(file, [...args, at("script")], {
        ...{ cwd: at("work"), env, extendEnv: false, reject: false, stdin: "ignore" },
        stripFinalNewline: false,
      });
      return { exitCode, stdout, stderr };
    },
    left: async () => (await readdir(at("work"))).sort(),
  };
};
