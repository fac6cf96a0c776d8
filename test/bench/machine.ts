import { cpus, release, totalmem, type } from "node:os";
import { execa } from "execa";

/** What a reader has to know about the machine, name to value; nothing that identifies it. */
export type MachineDescription = Readonly<Record<string, string>>;

const lastLine = async (file: string, ...args: readonly string[]): Promise<string> =>
  (await execa(file, args)).stdout.trim().split("\n").at(-1)?.trim() ?? "";

/** A Node's version, without the `v`. */
export const nodeVersion = async (node: string): Promise<string> =>
  (await lastLine(node, "--version")).replace("v", "");

/** Describes this machine, where `temporary` is the folder that the jobs' berths lie in. */
export const describeMachine = async (
  temporary: string,
  nodes: readonly string[],
  docker: string | undefined,
): Promise<MachineDescription> => {
  const processors = cpus();
  return {
    processor: `${processors[0]?.model.trim() ?? "unknown"}, ${processors.length} cores`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    // Without what the machine's builder has added, as 6.1.0-13-cloud-amd64.
    kernel: `${type()} ${release().replace(/-.*/, "")}`,
    "temp directory": await lastLine("df", "--output=fstype", temporary),
    Node: nodes.join(", "),
    ...(docker && { docker: (await lastLine(docker, "--version")).replace("Docker version ", "") }),
    hyperfine: (await lastLine("hyperfine", "--version")).replace("hyperfine ", ""),
  };
};
