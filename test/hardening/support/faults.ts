import { rounds } from "./rounds.ts";
import type { Call, Injection } from "./strace.ts";

export const SIGNALS = ["SIGKILL", "SIGTERM", "SIGINT"] as const;
export const ERRORS = ["ENOSPC", "EIO", "EACCES", "EMFILE", "EROFS"] as const;

// What each call can fail with: its manual page, and a network's file system (close).
const errorsOf = ({ name, writes }: Call): readonly (typeof ERRORS)[number][] => {
  if (name === "exit_group") return [];
  if (/^(?:open|openat|creat)$/.test(name)) return writes ? ERRORS : ["EIO", "EACCES", "EMFILE"];
  if (/^p?writev?(?:64)?$|^f(?:data)?sync$/.test(name)) return ["ENOSPC", "EIO"];
  if (name === "close") return writes ? ["ENOSPC", "EIO"] : [];
  return ["ENOSPC", "EIO", "EACCES", "EROFS"];
};

/** All that can happen at a call. A signal makes no difference where nothing was changed since the last one. */
const faultsOf = (call: Call): Injection[] => [
  ...(call.writes ? SIGNALS : []).map((signal) => ({ call, what: `signal=${signal}` })),
  ...errorsOf(call).map((error) => ({ call, what: `error=${error}` })),
];

/** Of what can happen at the calls, the `own` ones: for each what came least often yet; with BERTH_HARDENING=long all of all. */
export const sample = (
  calls: readonly Call[],
  own: RegExp | undefined,
  chosen: (fault: Injection) => boolean,
): readonly Injection[] => {
  const each = rounds(1);
  const counts = new Map<string, number>();
  const count = ({ what }: Injection) => counts.get(what) ?? 0;
  const mine = calls.filter(({ text }) => each > 1 || !own || own.test(text));
  return mine.flatMap((call) => {
    const all = faultsOf(call).filter(chosen);
    const some = all.sort((a, b) => count(a) - count(b)).slice(0, each);
    for (const fault of some) counts.set(fault.what, count(fault) + 1);
    return some;
  });
};
