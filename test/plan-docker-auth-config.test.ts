import { describe, expect, test } from "@jest/globals";
import { gitlab } from "../src/ci/gitlab.ts";
import type { DockerConfig } from "../src/docker-config/model.ts";
import { makePlan } from "../src/plan.ts";
import { configOf, inStore, login } from "./fixtures/configs.ts";
import { gitlabJob } from "./fixtures/environments.ts";
import { byDefault, factsOf, noticesOf } from "./fixtures/facts.ts";

const OWN = "registry.example.com:5050";
const VARIABLE = "DOCKER_AUTH_CONFIG";
const SHADOWED = `info: ${OWN}: CI_REGISTRY_PASSWORD is not used, because DOCKER_AUTH_CONFIG has a credential for it`;

const ownByJob = { registry: OWN, user: "gitlab-ci-token", from: "CI_REGISTRY_PASSWORD" };

/** Who the job is for each registry, and what is said, with this DOCKER_AUTH_CONFIG. */
const planned = (dockerAuthConfig: DockerConfig, ...onPath: string[]) => {
  const facts = factsOf(gitlab, gitlabJob, {
    dockerAuthConfig,
    dockerAuthConfigIsSet: true,
    helpersOnPath: new Set(onPath),
  });
  const plan = makePlan(facts, byDefault);
  return { registries: plan.output.registries, notices: noticesOf(plan) };
};

describe("DOCKER_AUTH_CONFIG (RULE 17)", () => {
  test("for the job's registry is used in place of the token, and that is said", () => {
    const variable = configOf({ auths: { [OWN]: login("me", "pw", VARIABLE) } });
    expect(planned(variable)).toEqual({
      registries: [{ registry: OWN, user: "me", from: VARIABLE }],
      notices: [SHADOWED],
    });
  });

  test("for another registry stands beside the token", () => {
    const variable = configOf({ auths: { "r.example": login("me", "pw", VARIABLE) } });
    expect(planned(variable)).toEqual({
      registries: [ownByJob, { registry: "r.example", user: "me", from: VARIABLE }],
      notices: [],
    });
  });

  test("RULE 12: for a part of the job's registry stands beside the token, and Docker's lack is said", () => {
    const key = `${OWN}/group`;
    const variable = configOf({ auths: { [key]: login("me", "pw", VARIABLE) } });
    expect(planned(variable)).toEqual({
      registries: [ownByJob, { registry: key, user: "me", from: VARIABLE }],
      notices: [
        `info: ${key}: a credential for a part of a registry, which podman, buildah and skopeo can use, and Docker cannot`,
      ],
    });
  });

  test("with a helper for the job's registry is used in place of the token", () => {
    const variable = configOf({ credHelpers: { [OWN]: "gcloud" } });
    expect(planned(variable, "gcloud")).toEqual({
      registries: [{ registry: OWN, user: "", from: "docker-credential-gcloud" }],
      notices: [SHADOWED],
    });
  });

  test.each([
    [
      "with a helper that is not on PATH",
      configOf({ credHelpers: { [OWN]: "gcloud" } }),
      [
        `warning: ${OWN}: its credential helper "gcloud" (DOCKER_AUTH_CONFIG) is left out: docker-credential-gcloud is not on PATH`,
      ],
    ],
    ["with an empty helper", configOf({ credHelpers: { [OWN]: "" } }), []],
    [
      "with an entry that points to a store, and none",
      configOf({ auths: { [OWN]: inStore(VARIABLE) } }),
      [],
    ],
  ])("%s leaves the token in use, and does not say otherwise", (_, variable, notices) => {
    expect(planned(variable)).toEqual({ registries: [ownByJob], notices: notices });
  });

  test("with a store that is on PATH: its registries are named", () => {
    const variable = configOf({ auths: { "r.example": inStore(VARIABLE) }, credsStore: "pass" });
    expect(planned(variable, "pass").registries).toEqual([
      ownByJob,
      { registry: "r.example", user: "", from: "docker-credential-pass" },
    ]);
  });
});
