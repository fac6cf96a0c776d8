import type { Answer, Handler, Received, Reply } from "./http.ts";

const page = (status: number, text: string): Reply => ({
  ...{ status, headers: { "content-type": "text/html" } },
  body: `<!DOCTYPE html><html><body><h1>${text}</h1></body></html>\n`,
});

const TEN_MEGABYTES = 10 * 1024 * 1024;

/** Where a redirect leads: who follows it shows in the log. */
export const ELSEWHERE = "elsewhere.example";

const INSTEAD = {
  "500": { status: 500, headers: { "content-type": "text/plain" }, body: "oops\n" },
  "503": page(503, "Service Unavailable"),
  "429": { status: 429, headers: { "retry-after": "1" }, body: "" },
  hang: "hang",
  close: "close",
  garbage: { status: 200, body: "\u0000\u0001<[{\u001b[31m not anything\r\n" },
  html: page(200, "Sign in to the network"),
  huge: { status: 200, body: " ".repeat(TEN_MEGABYTES) },
  redirect: { status: 307, headers: { location: `https://${ELSEWHERE}/` }, body: "" },
} as const satisfies Readonly<Record<string, Answer>>;

const OF_THE_RIGHT_ANSWER = {
  /** Half of it, as if it were all. */
  truncated: (reply) => ({ ...reply, body: reply.body.slice(0, reply.body.length / 2) }),
  /** Half of it, and then the connection ends. */
  cut: (reply) => ({ ...reply, half: "cut" }),
  /** Half of it, and then nothing more. */
  stall: (reply) => ({ ...reply, half: "stall" }),
} as const satisfies Readonly<Record<string, (reply: Reply) => Reply>>;

/** What a service may do instead of what is right: one of these, or an answer of its own. */
export type Fault = keyof typeof INSTEAD | keyof typeof OF_THE_RIGHT_ANSWER | Reply;

/** Makes services misbehave on demand. */
export interface Faults {
  through(handle: Handler): Handler;
  /** For the next `times` requests whose host and path `at` matches, such as `sts.googleapis.com/v1/token`. */
  misbehave(fault: Fault, options?: { readonly times?: number; readonly at?: RegExp }): void;
}

export const makeFaults = (): Faults => {
  const planned: { readonly fault: Fault; left: number; readonly at: RegExp }[] = [];

  const take = ({ host, url }: Received): Fault | undefined => {
    const found = planned.find(({ left, at }) => left > 0 && at.test(host + url.pathname));
    if (found) found.left -= 1;
    return found?.fault;
  };

  return {
    through: (handle) => async (received) => {
      const fault = take(received);
      if (fault === undefined) return handle(received);
      if (typeof fault !== "string") return fault;
      if (fault in INSTEAD) return INSTEAD[fault as keyof typeof INSTEAD];
      const right = await handle(received);
      const change = OF_THE_RIGHT_ANSWER[fault as keyof typeof OF_THE_RIGHT_ANSWER];
      return typeof right === "string" ? right : change(right);
    },
    misbehave: (fault, { times = 1, at = /(?:)/ } = {}) =>
      void planned.push({ fault, left: times, at }),
  };
};
