import { Secret } from "../secret.ts";
import { passwordOf } from "./encode.ts";
import type { AuthEntry } from "./model.ts";

// Of GitHub, GitLab, DigitalOcean, Docker, and a JWT: git, and their registries, take a token for a user, too.
const TOKEN =
  /^(?:gh[a-z]_|github_pat_|gl(?:pat|ptt|dt|cbt|agent)-|do[opr]_v1_|dckr_[a-z]{3}_|eyJ)[\w.-]{16,}$/;

/** The user of an entry for people to read; `[redacted]` where that is a token, as DigitalOcean has it. "" stays that. */
export const shownUser = (entry: AuthEntry): string => {
  const password = passwordOf(entry);
  const isSecret =
    TOKEN.test(entry.user) || (password && Secret.equal(password, new Secret(entry.user)));
  return isSecret ? "[redacted]" : entry.user;
};
