import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Place } from "../../e2e/support/sandbox.ts";
import type { JobEnv } from "../../support/job.ts";
import { alike } from "./faults-place.ts";

/** A system call of the program's main thread, with its number among those of its name, as `when=` of strace counts. */
export interface Call {
  readonly name: string;
  readonly nth: number;
  /** Its name and arguments, masked. */
  readonly text: string;
  /** Whether it changes what lies on the disk, or what others see of the program. */
  readonly writes: boolean;
}

/** What strace does at one call, in the words of its option `-e inject`. */
export interface Injection {
  readonly call: Call;
  /** `signal=SIGKILL` or `error=EIO`. */
  readonly what: string;
}

export interface Traced {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly Call[];
  /** The main thread's calls that have failed by what was injected. */
  readonly injected: readonly string[];
}

const TRACED = [
  ...["open", "openat", "creat", "close", "write", "pwrite64", "writev", "pwritev"],
  ...["mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2"],
  ...["chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "link", "linkat"],
  ...["symlink", "symlinkat", "truncate", "ftruncate", "fsync", "fdatasync", "fallocate"],
  ...["utimensat", "copy_file_range", "sendfile", "exit_group"],
];

const LINE = /^(\d+) +(\w+)\((.*)$/;
const WRITES_FILE = /O_(?:WRONLY|RDWR|CREAT)/;
const OUTPUT = /^[12]<(?:pipe|socket|UNIX)/;

// The numbers of pipes and sockets differ, and lengths with the process id; the result may stand in another line.
const textOf = (place: Place, name: string, rest: string): string =>
  alike(place, `${name}(${rest}`)
    .replace(/:\[\d+\]/g, "")
    .replace(/(?:, \d+)?\)? +(?:= |<unfinished).*$/, "");

const mainIn = ([first = ""]: readonly string[]): string => LINE.exec(first)?.[1] ?? "";

/** The calls among the log's lines that concern the files of the place, its outputs or its end. */
const callsIn = (lines: readonly string[], place: Place): readonly Call[] => {
  const main = mainIn(lines);
  const counts = new Map<string, number>();
  const written = new Set<string>();
  return lines.flatMap((line): readonly Call[] => {
    const [, pid, name = "", rest = ""] = LINE.exec(line) ?? [];
    if (pid !== main || name === "") return [];
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    const isEnd = name === "exit_group";
    if (!isEnd && !OUTPUT.test(rest) && !rest.includes(`${place.folder}/`)) return [];
    const opens = /^(?:open|openat|creat)$/.test(name);
    const [, path = ""] = (opens ? /"([^"]*)"/ : /<([^>]*)>/).exec(rest) ?? [];
    if (opens && WRITES_FILE.test(rest)) written.add(path);
    const writes = opens ? WRITES_FILE.test(rest) : name !== "close" || written.has(path);
    return [{ name, nth, text: textOf(place, name, rest), writes }];
  });
};

/** Runs `berth` under strace, which lists its calls, and does what is to be injected at one of them. */
export const runTraced = async (
  place: Place,
  args: readonly string[],
  env: JobEnv,
  injection?: Injection,
): Promise<Traced> => {
  const log = join(place.folder, "strace.log");
  const { name, nth } = injection?.call ?? {};
  const inject = injection ? ["-e", `inject=${name}:${injection.what}:when=${nth}`] : [];
  // With -s 0 nothing of what is written stands in the log.
  const options = ["-f", "--seccomp-bpf", "-y", "-s", "0", "-o", log];
  const traced = ["-e", `trace=${TRACED.join(",")}`, ...inject];
  const { exitCode, signal, stdout, stderr } = await execa(
    "strace",
    [...options, ...traced, "--", ...place.command(args)],
    {
      ...{ cwd: place.folder, env, extendEnv: false, reject: false, stdin: "ignore" },
      ...{ stripFinalNewline: false, timeout: 60_000 },
    },
  );
  const lines = (await readFile(log, "utf8")).split("\n");
  const main = `${mainIn(lines)} `;
  return {
    ...{ exitCode, signal, stdout, stderr },
    calls: callsIn(lines, place),
    injected: lines.filter((line) => line.startsWith(main) && line.endsWith("(INJECTED)")),
  };
};
