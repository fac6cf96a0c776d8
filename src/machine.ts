/** What berth knows of the process and the machine it runs on; everything else comes as an argument. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The working directory has been removed; `cwd` is the root then. */
  readonly isCwdGone: boolean;
  /** What it was before berth has made its own stricter: for the commands that berth runs. */
  readonly umask: number;
  /** Not there on Windows. */
  readonly uid: number | undefined;
  readonly homeDirectory: string | undefined;
  readonly tempDirectory: string;
  readonly now: Date;
  /** The command line of berth itself, without its arguments. */
  readonly program: readonly string[];
  /** The file that `docker-credential-berth` starts. */
  readonly helper: string;
  /** stderr is a file on disk, which no CI takes secrets out of. */
  readonly logIsFile: boolean;
  /** Writes to stderr at once. */
  tell(text: string): void;
}
