import { printable } from "../printable.ts";

/** Something that is wrong, or could be; its words are safe for a log. Its code is stable; docs/doctor.md has each. */
export interface Finding {
  /** "warning": it makes a client fail, or tells a secret. */
  readonly level: "warning" | "info";
  readonly code: string;
  readonly text: string;
  readonly hint: string;
}

const finding =
  (level: Finding["level"]) =>
  (code: string, text: string, hint: string): Finding => ({
    ...{ level, code, text: printable(text), hint: printable(hint) },
  });

export const bad = finding("warning");

export const note = finding("info");
