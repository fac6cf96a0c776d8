import { describe, expect, test } from "@jest/globals";
import { ecr } from "../../src/registries/ecr.ts";
import { jfrog } from "../../src/registries/jfrog.ts";
import type { Asker, RegistryKind } from "../../src/registries/kind.ts";
import { parseSpecs, type RegistrySpec } from "../../src/registries/spec.ts";
import { found, makeAsker } from "../fixtures/asker.ts";
import { base64 } from "../fixtures/configs.ts";
import { tokenWith } from "../fixtures/unsigned-token.ts";

const JFROG = "acme.jfrog.io,provider=ci,oidc-token-env=T";
const ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const ENV = {
  ...{ AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "hunter2" },
  T: tokenWith({ sub: "x" }),
};

/** What a kind makes of this answer. */
const obtained = (
  kind: RegistryKind,
  registry: string,
  answer: Awaited<ReturnType<Asker["ask"]>>,
) => {
  const [spec] = parseSpecs([registry], "--registry") as readonly [RegistrySpec];
  const asker: Asker = { ...makeAsker(registry, ENV), ask: async () => answer };
  return found(() => kind.obtain(spec, asker));
};

test.each([
  ["of another user", base64("me:hunter2")],
  ["without a password", base64("AWS:")],
  ["that is no base64", "AWS:hunter2"],
])("ECR's token %s is said, with what to look for", async (_, authorizationToken) => {
  expect(await obtained(ecr, ECR, { authorizationData: [{ authorizationToken }] })).toEqual({
    lacking: "Amazon ECR GetAuthorizationToken: its token is not that of AWS",
    hint: "is a proxy, or a server of another kind, in between?",
  });
});

describe("JFrog's user", () => {
  test.each([
    [
      "who is not named",
      { access_token: "hunter2" },
      "its token does not say whose it is",
      "give the identity mapping of the OIDC integration a user name",
    ],
    [
      "whose name a Docker config cannot hold",
      { access_token: "hunter2", username: "a:b" },
      "its user's name cannot stand in a Docker config",
      "give the identity mapping of the OIDC integration a user whose name has no colon",
    ],
  ])("%s is said, with what to do", async (_, answer, problem, hint) => {
    expect(await obtained(jfrog, JFROG, answer)).toEqual({
      ...{ lacking: `JFrog Access: ${problem}`, hint },
    });
  });
});
