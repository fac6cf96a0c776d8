import type { HttpAnswer } from "../network/request.ts";
import { Unreachable } from "../network/unreachable.ts";
import { parseChallenges } from "./challenge.ts";
import { failed, type Outcome, type Step } from "./outcome.ts";

export const said = ({ status, explanation }: HttpAnswer): string =>
  explanation ? `HTTP ${status}, ${explanation}` : `HTTP ${status}`;

/** What a bad answer means. Status first: a body may be missing (RULE 22). */
export const judge = (step: Step, answer: HttpAnswer): Outcome => {
  const { status } = answer;
  if (status === 429) return failed(step, "rate-limit", `too many requests: ${said(answer)}`);
  if (status >= 500) return failed(step, "server", `the registry fails: ${said(answer)}`);
  if (status === 403) return failed(step, "no-permission", `no permission: ${said(answer)}`);
  if (status === 404)
    return failed(step, "not-found", `no such repository, or it is hidden: ${said(answer)}`);
  if (status !== 401)
    return failed(step, "server", `an answer that is not expected: ${said(answer)}`);
  const scoped = parseChallenges(answer.header("www-authenticate") ?? "").some(
    ({ parameters }) => parameters["error"] === "insufficient_scope",
  );
  return scoped || step !== "identity"
    ? failed(step, "no-permission", `no permission: ${said(answer)}`)
    : failed(step, "wrong-credential", `the credential is not accepted: ${said(answer)}`);
};

/** What it means that no answer has come. */
export const unreached = (step: Step, error: unknown): Outcome => {
  if (!(error instanceof Unreachable)) throw error;
  return failed(step, error.kind, error.message);
};
