import type { TimeLimit } from "./ci/system.ts";
import { shownKey } from "./docker-config/keys.ts";
import { info, type Notice, warning } from "./notice.ts";
import type { RegistryLogin } from "./output.ts";
import { duration } from "./time.ts";

const RENEW = "berth ci-env again, in the job, renews it";

/** Of each credential that may end before the job does: a warning where the job's own limit says so, a note where the usual one does. */
export const expiryNotices = (
  logins: readonly RegistryLogin[],
  limit: TimeLimit | undefined,
  now: Date,
): readonly Notice[] =>
  logins.flatMap(({ registry, until }) => {
    if (limit === undefined || until === undefined) return [];
    const left = (until.getTime() - now.getTime()) / 1000;
    if (left >= limit.seconds) return [];
    const text = `${shownKey(registry)}: its credential ends in ${duration(left)}, and the job may run for ${duration(limit.seconds)}`;
    return [limit.isUsual ? info(`${text}: ${RENEW}`) : warning(text, RENEW)];
  });
