/** What came of one step of a check. */
export interface Outcome {
  readonly step: "reach" | "identity" | "pull" | "push";
  readonly isGood: boolean;
  /** What went wrong, for programs; "" where it is good. */
  readonly kind:
    | ""
    | "network"
    | "tls"
    | "setup"
    | "no-registry"
    | "no-credential"
    | "helper-failed"
    | "wrong-credential"
    | "no-permission"
    | "not-found"
    | "rate-limit"
    | "server";
  readonly text: string;
}

export type Step = Outcome["step"];

export const good = (step: Step, text: string): Outcome => ({ step, isGood: true, kind: "", text });

export const failed = (step: Step, kind: Outcome["kind"], text: string): Outcome => ({
  ...{ step, isGood: false, kind, text },
});

export const isOutcome = (it: object | undefined): it is Outcome =>
  it !== undefined && "isGood" in it;
