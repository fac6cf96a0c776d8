import { promisify } from "node:util";
import { secretsIn } from "./docker-config/encode.ts";
import { pick } from "./docker-config/layers.ts";
import type { Machine } from "./machine.ts";
import { type Notice, warning } from "./notice.ts";
import type { Plan } from "./plan.ts";
import type { Style } from "./style.ts";

/** Below that a mask would hide half of the log (TRAP 47). */
export const SHORTEST_MASK = 4;

/** What the CI has to be told: lines for its log, and what a person should know. */
export interface Masked {
  readonly log: string;
  readonly notices: readonly Notice[];
}

const NOTHING: Masked = { log: "", notices: [] };

const NOT_MASKED = "nothing of berth's prints them; take care that no other program does";

const byProgram = async (
  [program, ...args]: readonly [string, ...string[]],
  secrets: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Masked> => {
  try {
    const { execFile } = await import("node:child_process");
    for (const secret of secrets) {
      const running = promisify(execFile)(program, args, { env });
      running.child.stdin?.on("error", () => undefined).end(secret);
      await running;
    }
    return NOTHING;
  } catch {
    const text = `${program} ${args.join(" ")} has failed: the new credentials are not masked in the log`;
    return { log: "", notices: [warning(text, NOT_MASKED)] };
  }
};

/** Where what is said is read by the CI that runs the job: not on somebody's terminal, nor for a job that is only tried. */
const isReadByCi = (envFile: string | undefined, { isLive }: Style): boolean =>
  envFile === undefined && !isLive;

/**
 * Tells the CI of the secrets that this run has got, which its log knows nothing of, also as they stand in a config. The lines
 * hold the secrets themselves: they are only for the log of a CI that takes them out.
 */
export const maskIssued = async (
  { mask, authFile }: Plan,
  { envFile }: { readonly envFile?: string | undefined },
  { env }: Pick<Machine, "env">,
  style: Style,
): Promise<Masked> => {
  const issued = pick(authFile.auths, (_, { isIssued }) => isIssued === true);
  const secrets = secretsIn({ auths: issued }).filter(({ length }) => length >= SHORTEST_MASK);
  if (mask === undefined || secrets.length === 0 || !isReadByCi(envFile, style)) return NOTHING;
  if (mask.by === "program") return byProgram(mask.command, secrets, env);
  return { log: secrets.map((secret) => `${mask.line(secret)}\n`).join(""), notices: [] };
};
