import type { BerthError } from "../errors.ts";
import type { Output } from "../output.ts";

/** One dialect of stdout. */
export interface Shell {
  readonly name: string;
  readonly aliases: readonly string[];
  /** The ending of a file with such statements. */
  readonly extension: string;
  /** The line that evaluates `command`'s output. */
  evaluate(command: string): string;
  /** The same for a person at a prompt, whose terminal a failure must not close, where that is another line. */
  typed?(command: string): string;
  /** Whether it can say that a variable is to be unset. */
  readonly unsets: boolean;
  /** The statement that evaluates the statements of a file, where a trap on EXIT can be kept. */
  readFile?(path: string): string;
  render(output: Output): string;
  /**
   * What stdout holds instead after a failure: `eval` hides the exit status, so this has to stop the job (in a CI job),
   * or only fail (in somebody's terminal, which must stay open).
   */
  stop(error: BerthError, inCiJob: boolean): string;
}
