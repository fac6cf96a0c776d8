/** What berth knows of the process and the machine it runs on; everything else comes as an argument. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Not there on Windows. */
  readonly uid: number | undefined;
  readonly homeDirectory: string | undefined;
  readonly tempDirectory: string;
  readonly now: Date;
}
