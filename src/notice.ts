/**
 * Something a person should know. `missing` is a credential that the job could have had:
 * `--if-missing` decides whether it is a warning, a failure or nothing.
 */
export interface Notice {
  readonly level: "info" | "warning" | "missing";
  readonly text: string;
  readonly hint?: string;
}

export const info = (text: string): Notice => ({ level: "info", text });
export const warning = (text: string, hint: string): Notice => ({ level: "warning", text, hint });
export const missing = (text: string, hint: string): Notice => ({ level: "missing", text, hint });
