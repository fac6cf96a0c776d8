type Paint = (text: string) => string;

/** Colours for a terminal, or none. */
export type Paints = Readonly<Record<"good" | "bad" | "warn" | "faint" | "strong", Paint>>;

/** How stderr is written to. */
export interface Style extends Paints {
  /** It is a terminal, whose last line can be drawn anew. */
  readonly isLive: boolean;
  /** The same for stdout, which may lead elsewhere. */
  readonly stdout: Paints;
}

const sgr =
  (open: number, close: number): Paint =>
  (text) =>
    `\x1b[${open}m${text}\x1b[${close}m`;

const plain: Paint = (text) => text;

const COLOURS: Paints = {
  good: sgr(32, 39),
  bad: sgr(31, 39),
  warn: sgr(33, 39),
  faint: sgr(2, 22),
  strong: sgr(1, 22),
};

const NONE: Paints = { good: plain, bad: plain, warn: plain, faint: plain, strong: plain };

const paintsFor = (colour: boolean): Paints => (colour ? COLOURS : NONE);

/** The style of a terminal, with colours or without, or of a log; by `stdoutColour` of what is on stdout. */
export const styleFor = (colour: boolean, isLive = colour, stdoutColour = colour): Style => ({
  ...paintsFor(colour),
  isLive,
  stdout: paintsFor(stdoutColour),
});
