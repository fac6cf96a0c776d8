import type { CiName } from "../ci/index.ts";
import type { Machine } from "../machine.ts";
import type { Option } from "../options.ts";
import type { Style } from "../style.ts";

/** What the command line says, checked against the command's options; what is not said is not there. */
export interface Arguments {
  readonly system?: CiName | undefined;
  text(option: string): string | undefined;
  flag(option: string): boolean | undefined;
}

interface Result {
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly name: string;
  readonly describe: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Whether a shell evaluates its stdout, so that a failure must stop that shell (design, decision 3). */
  readonly evaluated: boolean;
  /** Command lines to show, with what they do. */
  readonly examples: readonly (readonly [command: string, means: string])[];
  /** What stands below its options in the help. */
  readonly epilogue?: string;
  run(args: Arguments, machine: Machine, style: Style): Promise<Result>;
}
