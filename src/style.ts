type Paint = (text: string) => string;

/** Colours for a terminal, or none. */
export interface Style {
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
}

const sgr =
  (open: number, close: number): Paint =>
  (text) =>
    `\x1b[${open}m${text}\x1b[${close}m`;

const plain: Paint = (text) => text;

export const styleFor = (colour: boolean): Style =>
  colour
    ? {
        good: sgr(32, 39),
        bad: sgr(31, 39),
        warn: sgr(33, 39),
        faint: sgr(2, 22),
        strong: sgr(1, 22),
      }
    : { good: plain, bad: plain, warn: plain, faint: plain, strong: plain };
