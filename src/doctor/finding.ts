/** Something that is wrong, or could be. Its code is stable; docs/doctor.md has each. */
export interface Finding {
  /** "warning": it makes a client fail, or tells a secret. */
  readonly level: "warning" | "info";
  readonly code: string;
  readonly text: string;
  readonly hint: string;
}

export const bad = (code: string, text: string, hint: string): Finding => ({
  ...{ level: "warning", code, text, hint },
});

export const note = (code: string, text: string, hint: string): Finding => ({
  ...{ level: "info", code, text, hint },
});
