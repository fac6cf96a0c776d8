type Paint = (text: string) => string;

/** Colours for a terminal, or none. */
export interface Style {
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
  /** It is a terminal, whose last line can be drawn anew. */
  readonly isLive: boolean;
}

const sgr =
  (open: number, close: number): Paint =>
  (text) =>
    `\x1b[${open}m${text}\x1b[${close}m`;

const plain: Paint = (text) => text;

const COLOURS = {
  good: sgr(32, 39),
  bad: sgr(31, 39),
  warn: sgr(33, 39),
  faint: sgr(2, 22),
  strong: sgr(1, 22),
};

const NONE = { good: plain, bad: plain, warn: plain, faint: plain, strong: plain };

/** The style of a terminal, with colours or without, or of a log. */
export const styleFor = (colour: boolean, isLive = colour): Style => ({
  ...(colour ? COLOURS : NONE),
  isLive,
});
