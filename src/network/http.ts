import { printable } from "../printable.ts";
import type { Env } from "../variables.ts";
import { makeAgents, type Trust } from "./agents.ts";
import { certificatesIn, readAuthorities } from "./authorities.ts";
import { explain } from "./explain.ts";
import { type HttpAnswer, type HttpRequest, inTheOpen, quotableIn, redacted } from "./request.ts";
import { Unreachable, unreachable } from "./unreachable.ts";

/** Sends a request, again where that may help. Throws `Unreachable` where no answer comes. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

/** In milliseconds: for one try, for all that is sent, and the first pause between tries, which then doubles. */
export interface Limits {
  readonly attempt: number;
  readonly total: number;
  readonly pause: number;
  readonly tries?: number;
  /** Whether a server that has had too many requests is left alone. */
  readonly stopsAt429?: true;
}

const LIMITS: Limits = { attempt: 10_000, total: 30_000, pause: 400 };

const MAX_TRIES = 4;

/** In bytes. The answers that are waited for have some thousands. */
const MAX_ANSWER = 1024 * 1024;

const readAll = async (body: AsyncIterable<Uint8Array> | null): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw new Unreachable("its answer is larger than 1 MiB", false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const isPassing = (
  outcome: HttpAnswer | Unreachable,
  { passes }: HttpRequest,
  { stopsAt429 }: Limits,
): boolean => {
  if (outcome instanceof Unreachable) return outcome.passes;
  if (outcome.status === 429) return !stopsAt429;
  return outcome.status >= 500 || passes?.(outcome) === true;
};

/** In milliseconds; nothing where the server does not say. */
const pauseAsked = (outcome: HttpAnswer | Unreachable): number | undefined => {
  const seconds = outcome instanceof Unreachable ? undefined : outcome.header("retry-after");
  return seconds !== undefined && /^\d+$/.test(seconds) ? Number(seconds) * 1000 : undefined;
};

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * A way to send requests that honours the proxies and certificate authorities of the environment. Each try has its limit of
 * time, and all that is sent this way one together. Redirects are not followed. Throws `Unreachable`.
 */
export const makeSend = async (
  env: Env,
  cwd: string,
  limits = LIMITS,
  trust: Trust = {},
): Promise<Send> => {
  const undici = await import("undici");
  const tls = {
    ...trust,
    rejectUnauthorized: true,
    ca: [...(await readAuthorities(env, cwd)), ...(trust.ca ?? []).flatMap(certificatesIn)],
  };
  const { agentFor, isDirect } = makeAgents(undici, env, tls);
  const end = performance.now() + limits.total;

  // A later step may quote an earlier one's.
  const sent: string[] = [];

  const trySend = async (request: HttpRequest): Promise<HttpAnswer> => {
    const time = Math.max(1, Math.ceil(Math.min(limits.attempt, end - performance.now())));
    sent.push(...quotableIn(request));
    try {
      const url = new URL(request.url);
      const answer = await undici.fetch(request.url, {
        method: request.method,
        ...inTheOpen(request),
        redirect: "manual",
        signal: AbortSignal.timeout(time),
        dispatcher: agentFor(url),
        // For Bun, whose own `fetch` stands in for undici's: it takes the proxies from the environment by itself, and would show
        // each request with its tokens where BUN_CONFIG_VERBOSE_FETCH says so.
        ...{ tls, verbose: false, ...(isDirect(url) && { proxy: false }) },
      });
      const text = await readAll(answer.body);
      return {
        status: answer.status,
        text,
        header: (name) => answer.headers.get(name) ?? undefined,
        explanation: printable(explain(text, (said) => redacted(said, sent))),
      };
    } catch (error) {
      throw unreachable(error, time);
    }
  };

  return async (request) => {
    for (let tries = 1; ; tries += 1) {
      const outcome = await trySend(request).catch((error: Unreachable) => error);
      const doubling = limits.pause * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
      const pause = pauseAsked(outcome) ?? doubling;
      const isDue = tries < (limits.tries ?? MAX_TRIES) && performance.now() + pause < end;
      if (isDue && isPassing(outcome, request, limits)) await wait(pause);
      else if (outcome instanceof Unreachable) throw outcome;
      else return outcome;
    }
  };
};
