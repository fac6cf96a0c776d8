import { passwordOf } from "./docker-config/encode.ts";
import type { AuthEntry } from "./docker-config/model.ts";
import { hasFormOfJobs } from "./exchange/claims.ts";
import { Secret } from "./secret.ts";

// Those of GitLab's jobs, Amazon ECR, Google Artifact Registry and Azure Container Registry: docs/registries.md.
const USERS: readonly string[] = [
  "gitlab-ci-token",
  "AWS",
  "oauth2accesstoken",
  "00000000-0000-0000-0000-000000000000",
];

/** Whether a credential ends with a job, or in hours, by whatever way it comes; `jobTokens` are those that the job has itself. */
export const isOfJob = (entry: AuthEntry, jobTokens: readonly Secret[]): boolean => {
  if (entry.isIssued || USERS.includes(entry.user)) return true;
  const password = passwordOf(entry);
  if (password === undefined) return false;
  return hasFormOfJobs(password) || jobTokens.some((token) => Secret.equal(token, password));
};
