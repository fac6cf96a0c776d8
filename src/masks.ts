import type { Mask } from "./ci/system.ts";
import { secretsIn } from "./docker-config/encode.ts";
import { pick } from "./docker-config/layers.ts";
import type { Credentials } from "./docker-config/model.ts";
import type { Machine } from "./machine.ts";
import { type Notice, warning } from "./notice.ts";
import type { Plan } from "./plan.ts";
import { problemOf, runProgram } from "./run-program.ts";
import type { Style } from "./style.ts";

/** Below that a mask would hide half of the log (TRAP 47). */
const SHORTEST_MASK = 4;

/** What a log is to hide of credentials: their secrets, as they are and as they stand in a config. */
export const toHide = (credentials: Pick<Credentials, "auths">): readonly string[] =>
  secretsIn(credentials).filter((secret) => secret.trim().length >= SHORTEST_MASK);

const notMasked = (problem: string): Notice =>
  warning(
    `${problem}: the new credentials are not masked in the log`,
    "nothing of berth's prints them; take care that no other program does",
  );

const byProgram = async (
  command: Extract<Mask, { by: "program" }>["command"],
  secrets: readonly string[],
  env: Machine["env"],
): Promise<readonly Notice[]> => {
  for (const input of secrets) {
    const ran = await runProgram(command, { env, input });
    if ("why" in ran) return [notMasked(problemOf(command, ran.why))];
  }
  return [];
};

/**
 * Tells the CI at once of the secrets that this run has got, which its log knows nothing of. The lines hold the secrets
 * themselves: they are only for the log of a CI that takes them out, not for somebody's terminal or file, nor for a job that
 * is only tried. Out: what a person should know.
 */
export const maskIssued = async (
  { mask, authFile }: Plan,
  { envFile }: { readonly envFile?: string | undefined },
  machine: Pick<Machine, "env" | "logIsFile" | "tell">,
  { isLive }: Style,
): Promise<readonly Notice[]> => {
  const secrets = toHide({
    auths: pick(authFile.auths, (_, { isIssued }) => isIssued === true),
  });
  if (mask === undefined || secrets.length === 0 || envFile !== undefined || isLive) return [];
  if (mask.by === "program") return byProgram(mask.command, secrets, machine.env);
  if (machine.logIsFile) return [notMasked("what berth says goes to a file, not to the log")];
  machine.tell(secrets.map((secret) => `${mask.line(secret)}\n`).join(""));
  return [];
};
