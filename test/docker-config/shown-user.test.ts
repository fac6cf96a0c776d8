import { expect, test } from "@jest/globals";
import { shownUser } from "../../src/docker-config/shown-user.ts";
import { Secret } from "../../src/secret.ts";
import { login } from "../fixtures/configs.ts";

const LETTERS = "a1B2c3D4e5F6g7H8i9J0";

test.each([
  ["a user", login("gitlab-ci-token", "pw"), "gitlab-ci-token"],
  ["nobody, beside an identity token", login("", ""), ""],
  ["a user without a password", login("me", ""), "me"],
  [
    "a long name",
    login(`glenda-${"long-name".repeat(3)}`, "pw"),
    `glenda-${"long-name".repeat(3)}`,
  ],
  ["a robot", login("robot$group+ci", "pw"), "robot$group+ci"],
  ["a token for both, as DigitalOcean has it", login(LETTERS, LETTERS), "[redacted]"],
  [
    "a token for both, as a refresh token",
    { ...login(LETTERS, ""), identityToken: new Secret(LETTERS) },
    "[redacted]",
  ],
  ...["ghp_", "github_pat_", "glpat-", "dop_v1_", "dckr_pat_", "eyJ"].map(
    (start) =>
      [
        `a token by its form: ${start}`,
        login(start + LETTERS, "x-oauth-basic"),
        "[redacted]",
      ] as const,
  ),
])("%s", (_, entry, shown) => {
  expect(shownUser(entry)).toBe(shown);
});
