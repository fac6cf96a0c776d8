import { ciSystems } from "./ci/index.ts";
import type { CiSystem } from "./ci/system.ts";
import { passwordOf } from "./docker-config/encode.ts";
import type { AuthEntry } from "./docker-config/model.ts";
import { beginsWith } from "./exchange/claims.ts";
import { registryKinds } from "./registries/index.ts";
import { Secret } from "./secret.ts";

const systems: readonly CiSystem[] = ciSystems;

const isUserOfTokens = (user: string): boolean =>
  systems.some(({ jobTokens }) => jobTokens?.user === user) ||
  registryKinds.some(({ issued }) => issued?.neverLasts && issued.user === user);

const hasFormOfJobs = (token: Secret): boolean =>
  systems.some(({ jobTokens }) => jobTokens && beginsWith(token, jobTokens.prefix));

/** Whether a credential ends with a job, or in hours, by whatever way it comes; `jobTokens` are those that the job has itself. */
export const isOfJob = (entry: AuthEntry, jobTokens: readonly Secret[]): boolean => {
  if (entry.isIssued || isUserOfTokens(entry.user)) return true;
  const password = passwordOf(entry);
  if (password === undefined) return false;
  return hasFormOfJobs(password) || jobTokens.some((token) => Secret.equal(token, password));
};
